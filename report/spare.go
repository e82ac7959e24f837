package report

// Spare are other ports for one that can be chosen, tried on the host when [Request.Spares] asked for it. What is not among
// them is not known.
type Spare struct {
	Port  string   `json:"port"`  // name of the [Port]
	Tried []string `json:"tried"` // "8080-8095"; ports of outgoing connections never are
	Free  []string `json:"free"`  // those of them that could be had and stay so: "8080", "8082-8095"
}

// MaxTried bounds the ports that are tried for one want: 20 µs each.
const MaxTried = 4096

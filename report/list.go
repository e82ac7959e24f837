package report

// ListSchema names the shape of a [ListReport] as JSON.
const ListSchema = "safeport/list/v1"

// ListReport is all ports in use on a host. Fields are added to it, never renamed.
type ListReport struct {
	Schema  string       `json:"schema"` // always [ListSchema]
	Host    Host         `json:"host"`
	Ports   []ListedPort `json:"ports"` // by protocol and number
	Sources []Source     `json:"sources"`
}

// ListedPort is a port that a holder has, on one address or several.
type ListedPort struct {
	Protocol  string   `json:"protocol"`  // "tcp" or "udp"
	Port      int      `json:"port"`      //
	Addresses []string `json:"addresses"` // those that it is held on: "0.0.0.0", "::", "127.0.0.1"
	// Outside says whether clients on other hosts get in: "open", "some" (it depends on who they are), "blocked", or "local"
	// where the port is on addresses of the host alone. It is empty where that is not known.
	Outside string `json:"outside,omitempty"`
	Holder  Holder `json:"holder"` // its address is the first of Addresses
}

package chains

import (
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/safeport/safeport/lab"
)

// row is what each tool says of a situation.
type row struct {
	name  string
	tools []tool
}

// tool is what one says. A tool that prints no command to stop a holder cannot be right about it.
type tool struct {
	name                    string
	took                    time.Duration
	named, chained, stopped bool
}

func (r *row) add(name string, took time.Duration) {
	r.tools = append(r.tools, tool{name: name, took: took})
}

func (r *row) judge(name string, named, chained, stopped bool) {
	for i := range r.tools {
		if t := &r.tools[i]; t.name == name {
			t.named, t.chained, t.stopped = named, chained, stopped
		}
	}
}

// others are the commands that people type for the same question.
var others = []struct{ name, line string }{
	// Of several processes it asks to be told which: the first.
	{"witr", `o=$(witr --port {P}); p=$(echo "$o" | sed -n 's/^ *\[1\].*(pid \([0-9]*\)).*/\1/p'); if [ "$p" ]; then witr --pid $p; else echo "$o"; fi`},
	{"lsof", "lsof -nP -iTCP:{P} -sTCP:LISTEN"},
	{"ss", "ss -tlnp 'sport = :{P}'"},
	{"fuser", "fuser -v {P}/tcp 2>&1 | grep -v ^Cannot"},
}

// compare asks the others. A chain is right where all its names are said in their order.
func (g *stage) compare(r *row, s situation) {
	for _, o := range others {
		if _, err := exec.LookPath(o.name); err != nil && o.name != "witr" {
			continue
		}
		start := time.Now()
		out, _ := g.try(lab.Root, o.line)
		r.add(o.name, time.Since(start))
		var names []string
		for _, link := range s.chain {
			word := strings.Fields(link)[1]
			names = append(names, strings.Trim(word, "()"))
		}
		r.judge(o.name, strings.Contains(out, s.holder), saysInOrder(out, append(names, s.holder)), false)
		g.Logf("%s:\n%s", o.name, out)
	}
}

func saysInOrder(text string, names []string) bool {
	for _, name := range names {
		i := strings.Index(text, name)
		if i < 0 {
			return false
		}
		text = text[i:]
	}
	return true
}

// print writes the table, and the sums below it.
func print(rows []row) {
	type sum struct {
		named, chained, stopped, of int
		took                        time.Duration
	}
	sums, order := map[string]*sum{}, []string{}
	one := map[bool]int{true: 1}
	mark := map[bool]string{true: "yes", false: "no"}
	for _, r := range rows {
		for _, t := range r.tools {
			if sums[t.name] == nil {
				sums[t.name] = &sum{}
				order = append(order, t.name)
			}
			s := sums[t.name]
			s.of++
			s.took += t.took
			s.named += one[t.named]
			s.chained += one[t.chained]
			s.stopped += one[t.stopped]
			fmt.Printf("| %s | %s | %s | %s | %s | %d ms |\n", r.name, t.name, mark[t.named], mark[t.chained], mark[t.stopped], t.took.Milliseconds())
		}
	}
	fmt.Println("| tool | holder | chain | stopped by what it prints | mean time |")
	for _, name := range order {
		s := sums[name]
		fmt.Printf("| %s | %d of %d | %d | %d | %d ms |\n", name, s.named, s.of, s.chained, s.stopped, s.took.Milliseconds()/int64(s.of))
	}
}

package output

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"github.com/safeport/safeport/report"
)

// List writes all ports in use, one line for each holder of each port.
func List(w io.Writer, r *report.ListReport, opt Options) error {
	p := &page{opt: opt}
	rows := p.listRows(r.Ports)
	if len(r.Ports) == 0 {
		p.line(0, p.say("No ports in use."))
	} else {
		p.listed(rows)
	}
	p.blind(r.Sources)
	return p.writeTo(w)
}

// listed writes a list as a table, of which only the end of the last column may be cut. Where the screen has no room for that,
// each row takes several lines: a table of which half is cut off says less.
func (p *page) listed(rows [][]string) {
	const chain = 20 // columns of how it was started that are worth it
	beside := len(rows[0]) - 1
	_, taken := leftmost(rows, beside)
	if p.opt.Columns == 0 || taken+2+chain <= p.opt.Columns {
		p.columns(rows, func(int) style { return plain })
		return
	}
	var lines []string
	for beside--; ; beside-- { // who has it stands below
		if lines, taken = leftmost(rows, beside); taken <= p.opt.Columns || beside == 1 {
			break
		}
	}
	for i, line := range lines {
		s := plain
		if i == 0 {
			s = bold
		}
		p.styled(line, s)
		p.buf.WriteByte('\n')
		for _, text := range nonEmpty(rows[i][beside:]...) {
			p.indented(4, text, s)
		}
	}
}

// leftmost are so many columns of rows as lines, and how wide these are.
func leftmost(rows [][]string, columns int) (lines []string, widest int) {
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = row[:columns]
	}
	lines = aligned(cells)
	for _, line := range lines {
		widest = max(widest, width(line))
	}
	return lines, widest
}

// aligned are rows as lines, each column as wide as its widest cell.
func aligned(rows [][]string) (lines []string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			widths[i] = max(widths[i], width(text))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, text := range row[:len(row)-1] {
			b.WriteString(pad(text, widths[i]))
			b.WriteString("  ")
		}
		b.WriteString(row[len(row)-1])
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines
}

// listRows are the cells of a list, the headings first.
func (p *page) listRows(ports []report.ListedPort) [][]string {
	rows := make([][]string, 0, 1+len(ports))
	rows = append(rows, []string{p.say("PORT"), p.say("ADDRESS"), p.say("OUTSIDE"), p.say("SINCE"), p.say("PROCESS"), p.say("STARTED BY")})
	chains := map[*report.Link]string{} // of the processes, most of which have several ports
	for i := range ports {
		l := &ports[i]
		rows = append(rows, []string{
			strconv.Itoa(l.Port) + "/" + l.Protocol, addresses(l.Addresses), outsideWord(l.Outside, p.opt.Language), since(l.Holder.Started),
			listed(l.Holder, p.opt.Language), p.briefOf(l.Holder.Chain, chains),
		})
	}
	return rows
}

// briefOf is [brief] of a chain; known are those that were written already.
func (p *page) briefOf(chain []report.Link, known map[*report.Link]string) string {
	if len(chain) == 0 {
		return ""
	}
	text, is := known[&chain[0]]
	if !is {
		text = brief(chain, p.arrow(), p.opt.Language)
		known[&chain[0]] = text
	}
	return text
}

// columns writes rows below each other, each column as wide as its widest cell; the headings are bold.
func (p *page) columns(rows [][]string, of func(row int) style) {
	for n, line := range aligned(rows) {
		s := of(n)
		if columns := p.opt.Columns; columns > 0 && width(line) > columns {
			line = cutAtWord(line, columns) // the end of how it was started: "who PORT" has all of it
		}
		if n == 0 {
			s = bold
		}
		p.styled(line, s)
		p.buf.WriteByte('\n')
	}
}

// addresses writes "*" for all of both families, as ss does.
func addresses(list []string) string {
	if slices.Contains(list, "0.0.0.0") && slices.Contains(list, "::") {
		rest := slices.DeleteFunc(slices.Clone(list), func(a string) bool { return a == "0.0.0.0" || a == "::" })
		list = append([]string{"*"}, rest...)
	}
	const most = 3
	if len(list) > most {
		list = append(slices.Clone(list[:most-1]), "…")
	}
	return strings.Join(list, ",")
}

func outsideWord(outside string, l report.Language) string {
	switch outside {
	case "open":
		return l.Sprintf("open")
	case "some":
		return l.Sprintf("partly")
	case "blocked":
		return l.Sprintf("blocked")
	case "local":
		return l.Sprintf("local")
	}
	return "?"
}

// since is a time of today as such, and of another day with its date.
func since(t *time.Time) string {
	if t == nil {
		return ""
	}
	at := t.Local()
	if now := time.Now(); at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04")
	}
	return at.Format("2006-01-02")
}

// listed names a holder in a cell.
func listed(h report.Holder, l report.Language) string {
	t := holderRow{Holder: h}
	switch h.Kind {
	case report.HolderProcess:
		return l.Sprintf("%s (%s)", h.Name, strings.Join(nonEmpty(strconv.Itoa(h.PID), h.User), ", "))
	case report.HolderContainer:
		return l.Sprintf("container %s", h.Name)
	case report.HolderUnit:
		return h.Name
	}
	return t.who(Options{Language: l})
}

// blind says what could not be looked at.
func (p *page) blind(sources []report.Source) {
	var unseen []string
	for _, s := range sources {
		if what := p.forRoot(s); what != "" {
			if !slices.Contains(unseen, what) {
				unseen = append(unseen, what)
			}
			continue
		}
		if s.Status == "partial" || s.Status == "failed" {
			p.item(0, []cell{p.mark(warned())}, p.say("not complete: %s: %s", s.Name, s.Detail))
		}
	}
	if len(unseen) > 0 {
		p.item(0, []cell{p.mark(warned())}, p.say("Not checked without root: %s", strings.Join(unseen, p.say(", "))))
		p.remedies(2, []report.Remedy{{Text: p.say("Full list"), Command: p.opt.AsRoot}})
	}
}

// forRoot is what a source tells root alone; empty if that is not why it told less.
func (p *page) forRoot(s report.Source) string {
	if p.opt.AsRoot == "" || p.opt.Verbose || s.Status != "partial" && s.Status != "failed" {
		return ""
	}
	denied := strings.Contains(s.Detail, "permission denied") || strings.Contains(s.Detail, "operation not permitted")
	switch {
	case s.Name == "processes" && strings.Contains(s.Detail, "other users"):
		return p.say("other users' processes")
	case s.Name == "engine" && denied:
		return p.say("containers")
	case slices.Contains([]string{"nftables", "iptables-legacy", "ipvs", "sk_lookup"}, s.Name) && denied:
		return p.say("firewall and NAT rules")
	}
	return ""
}

// ListCSV writes the list for programs that read tables.
func ListCSV(w io.Writer, r *report.ListReport) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"protocol", "port", "addresses", "outside", "kind", "holder", "pid", "user", "unit", "container", "since", "chain", "command"}}
	for _, l := range r.Ports {
		h := l.Holder
		container, started := "", ""
		if h.Container != nil {
			container = h.Container.Name
		}
		if h.Started != nil {
			started = h.Started.Format(time.RFC3339)
		}
		pid := ""
		if h.PID != 0 {
			pid = strconv.Itoa(h.PID)
		}
		rows = append(rows, []string{
			l.Protocol, strconv.Itoa(l.Port), strings.Join(l.Addresses, " "), l.Outside, string(h.Kind), h.Name, pid, h.User, h.Unit, container, started,
			brief(h.Chain, " > ", report.English), h.Command,
		})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = inert(row[i])
		}
	}
	return out.WriteAll(rows)
}

// Listed is a port of a list in one line, to tell of its coming or going.
func Listed(l report.ListedPort, opt Options) string {
	p := &page{opt: opt}
	return strings.Join(nonEmpty(p.listRows([]report.ListedPort{l})[1]...), "  ")
}

// Watched is a list that is looked at again and again: what came is marked, and what went is shown once more.
type Watched struct {
	Ports      []report.ListedPort
	Came, Went map[string]bool // by [ListedKey]
}

// ListedKey is what tells a line of a list from all others, and is the same at each look.
func ListedKey(l report.ListedPort) string {
	container := ""
	if l.Holder.Container != nil {
		container = l.Holder.Container.ID
	}
	return strings.Join([]string{l.Protocol, strconv.Itoa(l.Port), strings.Join(l.Addresses, " "), string(l.Holder.Kind), l.Holder.Name,
		strconv.Itoa(l.Holder.PID), container, l.Holder.State, l.Holder.Remote}, "|")
}

// Screen is a watched list on a screen of so many lines and columns, which its lines are cut to.
func Screen(w io.Writer, title string, list Watched, lines, columns int, opt Options) error {
	p := &page{opt: opt}
	rows := p.listRows(list.Ports)
	for i, l := range list.Ports {
		sign := " "
		switch key := ListedKey(l); {
		case list.Came[key]:
			sign = "+"
		case list.Went[key]:
			sign = "-"
		}
		rows[i+1][0] = sign + " " + rows[i+1][0]
	}
	rows[0][0] = "  " + rows[0][0]
	more := 0
	if room := lines - 3; len(rows) > room && room > 0 {
		rows, more = rows[:room], len(rows)-room
	}
	p.line(0, title)
	p.columns(rows, func(n int) style {
		switch rows[n][0][0] {
		case '+':
			return green
		case '-':
			return red
		}
		return plain
	})
	if more > 0 {
		p.line(0, count(more, "and 1 more", "and %d more", opt.Language))
	}
	for line := range strings.Lines(p.buf.String()) {
		if _, err := io.WriteString(w, cut(strings.TrimRight(line, "\n"), columns)+"\r\n"); err != nil {
			return err
		}
	}
	return nil
}

// cutAtWord shortens a line to so many columns, with dots for what is left out. No word is cut, unless little else would be
// left.
func cutAtWord(line string, columns int) string {
	short := cut(line, columns-4)
	if rest := line[len(short):]; !strings.HasPrefix(rest, " ") {
		if i := strings.LastIndexByte(short, ' '); i > len(short)/2 {
			short = short[:i]
		}
	}
	return strings.TrimRight(short, " ") + " ..."
}

// cut shortens a line to so many columns. Sequences that set colours take none.
func cut(line string, columns int) string {
	if columns <= 0 {
		return line
	}
	var b strings.Builder
	for taken := 0; line != ""; {
		if strings.HasPrefix(line, "\x1b[") {
			end := strings.IndexByte(line, 'm') + 1
			b.WriteString(line[:end])
			line = line[end:]
			continue
		}
		cluster, rest, columnsOf, _ := uniseg.FirstGraphemeClusterInString(line, -1)
		if taken += columnsOf; taken <= columns {
			b.WriteString(cluster)
		}
		line = rest
	}
	return b.String()
}

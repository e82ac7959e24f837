package output

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/safeport/safeport/report"
)

// Text, table, page and JSON say the same of how many hosts are what, and of how many hosts each cause has.
func TestFleetFormatsAgree(t *testing.T) {
	f := fleet()
	want := map[report.Verdict]int{report.Clear: f.Counts.Clear, report.Warned: f.Counts.Warned, report.Blocked: f.Counts.Blocked, report.Unknown: f.Counts.Unknown}
	if f.Counts.Clear == 0 || f.Counts.Warned == 0 || f.Counts.Clear+f.Counts.Warned != f.Counts.Ready || f.Counts.Ready+f.Counts.Blocked+f.Counts.Unknown != f.Counts.Hosts {
		t.Fatalf("counted %+v", f.Counts)
	}
	var text, table, page, document bytes.Buffer
	for _, err := range []error{FleetText(&text, f, FleetOptions{Options: Options{Width: 200, UTF8: true}}), FleetCSV(&table, f), FleetHTML(&page, f, report.English), JSON(&document, f)} {
		if err != nil {
			t.Fatal(err)
		}
	}

	line := fmt.Sprintf("%d clear, %d with warnings, %d blocked, %d not checked.", want[report.Clear], want[report.Warned], want[report.Blocked], want[report.Unknown])
	if !strings.Contains(text.String(), line) {
		t.Errorf("the text does not have %q:\n%s", line, text.Bytes())
	}

	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]report.Verdict{}
	for _, row := range rows[1:] {
		verdicts[row[0]] = report.Verdict(row[2])
	}
	counted := map[report.Verdict]int{}
	for _, v := range verdicts {
		counted[v]++
	}

	var data struct {
		Causes []struct{ Message string }
		Kinds  []struct {
			Verdict report.Verdict
			Causes  []int
		}
		Hosts [][3]any
	}
	_, script, _ := strings.Cut(page.String(), `id="data">`)
	script, _, _ = strings.Cut(script, "</script>")
	if err := json.Unmarshal([]byte(script), &data); err != nil {
		t.Fatal(err)
	}
	shown, having := map[report.Verdict]int{}, map[int]int{}
	for _, h := range data.Hosts {
		kind := data.Kinds[int(h[1].(float64))]
		shown[kind.Verdict]++
		for _, c := range kind.Causes {
			having[c]++
		}
	}
	var read report.Fleet
	if err := json.Unmarshal(document.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	for v, n := range want {
		tile := fmt.Sprintf(`<div class="tile %s"><dt>[^<]*</dt><dd>%d</dd>`, v, n)
		if counted[v] != n || shown[v] != n || !regexp.MustCompile(tile).Match(page.Bytes()) {
			t.Errorf("%s are %d hosts by JSON, %d by the table, %d by the page's script, and its tiles have another number than %q", v, n, counted[v], shown[v], tile)
		}
	}
	if read.Counts != f.Counts {
		t.Errorf("JSON has %+v", read.Counts)
	}
	for i, c := range read.Causes {
		if having[i] != len(c.Hosts) || data.Causes[i].Message != c.Message || !strings.Contains(text.String(), hostCount(len(c.Hosts), report.English)) {
			t.Errorf("%q has %d hosts by JSON, and %d by the page", c.Message, len(c.Hosts), having[i])
		}
	}
}

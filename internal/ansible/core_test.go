package ansible

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// The core answers by standard input, and says of what it cannot do which program can.
func TestCore(t *testing.T) {
	for _, row := range []struct{ module, params, needs, verdict string }{
		{"check", `"ports": [9], "engine": "none"`, "", "clear"},
		{"check", `"service": "compose.yaml"`, "safeport", ""},
		{"check", `"questions": [{"ports": 9}, {"files": ["/srv/a.yml"]}], "engine": "none"`, "safeport", ""},
		{"service", `"service": "gpustack"`, "safeport", ""},
	} {
		var out bytes.Buffer
		task := `{"_safeport": {"module": "` + row.module + `", "host": "gpu-07"}, ` + row.params + `}`
		exit := Program{}.Main(nil, strings.NewReader(task), &out)
		var reply Reply
		if err := json.Unmarshal(out.Bytes(), &reply); err != nil {
			t.Fatalf("%v: %s", err, out.Bytes())
		}
		if exit != 0 || reply.Needs != row.needs || reply.Verdict != row.verdict {
			t.Errorf("%s %s: exit status %d, %s", row.module, row.params, exit, out.Bytes())
		}
	}
}

func TestWhatIsNoTask(t *testing.T) {
	for _, text := range []string{"", "{", "[]", "null", `{"_safeport": 1}`} {
		var out bytes.Buffer
		var reply Reply
		if exit := (Program{}).Main(nil, strings.NewReader(text), &out); exit != 1 || json.Unmarshal(out.Bytes(), &reply) != nil || !reply.Failed || reply.RC != 2 {
			t.Errorf("%q: exit status %d, %s", text, exit, out.Bytes())
		}
	}
}

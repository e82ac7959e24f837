package change

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/ansible"
	"github.com/safeport/safeport/report"
)

// run hands a task over as Ansible does, and reads the one object that comes back.
func run(t *testing.T, module, params string) (reply ansible.Reply, exit int, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "args")
	task := `{"_safeport": {"module": "` + module + `", "host": "gpu-07"}, "_ansible_check_mode": false, "_ansible_something_new": [1]`
	if params != "" {
		task += ", " + params
	}
	if err := os.WriteFile(file, []byte(task+"}"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	exit = Safeport().Main([]string{file}, nil, &out)
	dec := json.NewDecoder(&out)
	text = out.String()
	if err := dec.Decode(&reply); err != nil || dec.More() {
		t.Fatalf("not one object: %v: %s", err, text)
	}
	return reply, exit, text
}

// busy is a port that this test holds.
func busy(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

func TestCheck(t *testing.T) {
	port := busy(t)
	for _, row := range []struct {
		name, params string
		exit, rc     int
		verdict, msg string
	}{
		{"blocked", `"ports": [` + port + `], "engine": "none"`, 1, 1, "blocked", "is already in use"},
		{"numbers and booleans as text", `"ports": "` + port + `", "engine": "none", "strict": "yes", "spares": "2"`, 1, 1, "blocked", "is already in use"},
		{"a list as text", `"ports": "` + port + `,1", "engine": "none"`, 1, 1, "blocked", ""},
		{"ignored", `"ports": ["` + port + `"], "engine": "none", "ignore": "port-in-use"`, 0, 0, "warned", ""},
		{"a parameter that is not known", `"port": 80`, 1, 2, "", "unknown parameter port: did you mean ports?"},
		{"one that is far off", `"colour": 80`, 1, 2, "", "unknown parameter colour: the parameters are config_file, engine"},
		{"no boolean", `"ports": 80, "strict": "maybe"`, 1, 2, "", "parameter strict is maybe: it takes yes or no"},
		{"no number", `"ports": 80, "spares": "many"`, 1, 2, "", "parameter spares is many: it takes a number"},
		{"a list of lists", `"ports": [[80]]`, 1, 2, "", "parameter ports is [80]: it takes a list of texts"},
		{"nothing", ``, 1, 2, "", "nothing to check"},
		{"no port", `"ports": "http"`, 1, 2, "", "is not a port"},
		{"no setting", `"service": "gpustack", "settings": {"colour": true}`, 1, 2, "", "colour"},
	} {
		t.Run(row.name, func(t *testing.T) {
			reply, exit, text := run(t, "check", row.params)
			if exit != row.exit || reply.RC != row.rc || reply.Verdict != row.verdict || !strings.Contains(reply.Msg, row.msg) || reply.Changed {
				t.Errorf("exit %d: %s", exit, text)
			}
			if reply.Failed != (exit == 1) {
				t.Errorf("failed is %v, and the exit status %d", reply.Failed, exit)
			}
			if r := reply.Report; r != nil && (r.Schema != report.Schema || r.Host.Name != "gpu-07") {
				t.Errorf("the report is of %s", r.Host.Name)
			}
		})
	}
}

func TestSecretsStayOut(t *testing.T) {
	_, _, text := run(t, "service", `"service": "gpustack", "engine": "unix:///hunter2-in-the-error", "env": {"X": "hunter2"}, "settings": {"token": "s3cr3t\"quoted"}`)
	if strings.Contains(text, "hunter2") || !strings.Contains(text, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER") {
		t.Errorf("the variable's value is in %s", text)
	}
	_, _, text = run(t, "check", `"service": "gpustack-worker", "engine": "none", "settings": {"token": "s3cr3t", "worker-port": "s3cr3t"}`)
	if strings.Contains(text, "s3cr3t") {
		t.Errorf("the setting's value is in %s", text)
	}
}

func TestServiceRefuses(t *testing.T) {
	for params, want := range map[string]string{
		`"state": "present"`:                                             "parameter service is missing",
		`"service": "gpustack", "state": "latest"`:                       "parameter state is latest: it takes one of present, upgraded, rolled_back, absent",
		`"service": "gpustack", "version": "v2", "image": "x"`:           "version and image both say what to run",
		`"service": "gpustack", "wait": "soon"`:                          "parameter wait is soon",
		`"service": "gpustack", "verson": "v2"`:                          "unknown parameter verson: did you mean version?",
		`"service": "gpustack", "settings": [1]`:                         "parameter settings is [1]: it takes names with values",
		`"service": "gpustack", "engine": "unix:///no-such-engine.sock"`: "no-such-engine.sock",
	} {
		if reply, exit, text := run(t, "service", params); exit != 1 || !strings.Contains(reply.Msg, want) || reply.Changed {
			t.Errorf("%s: %s", params, text)
		}
	}
}

func TestMergeWritesOnce(t *testing.T) {
	dir := t.TempDir()
	reply, _, _ := run(t, "check", `"ports": "`+busy(t)+`", "engine": "none"`)
	text, err := json.Marshal(reply.Report)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	params := `"src": "` + dir + `", "dest": "` + dir + `/fleet.html", "expect": ["gpu-07", "gpu-08"]`
	first, exit, _ := run(t, "report", params)
	if exit != 0 || !first.Changed || first.Verdict != "blocked" || !strings.HasPrefix(first.Msg, "0 of 2 hosts ready; 1 blocked: ") {
		t.Errorf("got %+v", first)
	}
	if second, _, _ := run(t, "report", params); second.Changed {
		t.Error("a second run writes the same page again")
	}
}

func TestSeveralQuestions(t *testing.T) {
	port := busy(t)
	reply, exit, text := run(t, "check", `"engine": "none", "ignore": "ephemeral", "spares": 0, "questions": [{"ports": [9]}, {"ports": `+port+`}, {"service": "gpustack-worker", "settings": {"token": "s3cr3t"}}]`)
	if exit != 1 || reply.RC != 1 || reply.Verdict != "blocked" || len(reply.Reports) != 3 || reply.Report != nil || strings.Contains(text, "s3cr3t") {
		t.Fatalf("exit %d: %s", exit, text)
	}
	if got := []report.Verdict{reply.Reports[0].Verdict, reply.Reports[1].Verdict}; got[0] == report.Blocked || got[1] != report.Blocked {
		t.Errorf("the verdicts are %v", got)
	}
	for params, want := range map[string]string{
		`"questions": [{"ports": 9}, {"port": 10}]`: "unknown parameter port: did you mean ports?",
		`"questions": [{"ports": 9}, {}]`:           "nothing to check",
		`"questions": "80"`:                         "parameter questions is 80: it takes a list of questions",
		`"questions": [80]`:                         "parameter questions is 80: it takes a list of questions",
	} {
		if reply, _, text := run(t, "check", params+`, "engine": "none"`); reply.RC != 2 || !strings.Contains(reply.Msg, want) {
			t.Errorf("%s: %s", params, text)
		}
	}
}

func TestSecretsThatAreWordsOfJSONKeepTheReplyWhole(t *testing.T) {
	for _, secret := range []string{"true", "false", "null", "changed", "failed", `"`, `":"`, "\\\\\\\\", "0000", "a\"b\nc"} {
		quoted, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		reply, exit, text := run(t, "service", `"service": "gpustack", "engine": "unix:///nowhere/x", "env": {"X": `+string(quoted)+`}`)
		if !reply.Failed || exit != 1 || !strings.Contains(text, `"changed":false`) || reply.RC != 3 {
			t.Errorf("%q: exit status %d, %s", secret, exit, text)
		}
	}
}

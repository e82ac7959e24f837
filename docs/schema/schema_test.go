// Package schema has the JSON Schemas of what safeport prints, and the tests that hold them to the Go types.
package schema

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

func compile(t *testing.T, file string) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	s, err := c.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(s *jsonschema.Schema, text string) error {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(document)
}

// marshalled is the document as the command prints it.
func marshalled(t *testing.T, v any) string {
	t.Helper()
	var buf bytes.Buffer
	if err := output.JSON(&buf, v); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// heldPort is a port that another process listens on: this one's own sockets are no example of a holder.
func heldPort(t *testing.T) string {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), listenHere+"=127.0.0.1:0")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = child.Process.Kill()
		_ = child.Wait()
	})
	var port string
	if _, err := fmt.Fscanln(out, &port); err != nil {
		t.Fatalf("reading the child's port: %v", err)
	}
	return port
}

// listenHere makes the test binary a program that listens on the address, prints the port and stays.
const listenHere = "SAFEPORT_TEST_LISTEN"

func TestMain(m *testing.M) {
	address := os.Getenv(listenHere)
	if address == "" {
		os.Exit(m.Run())
	}
	l, err := net.Listen("tcp4", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(l.Addr().(*net.TCPAddr).Port)
	time.Sleep(time.Minute)
}

// The documents of real questions about this machine are valid.
func TestRealDocuments(t *testing.T) {
	ctx := context.Background()
	held := heldPort(t)
	checked, err := safeport.Check(ctx, safeport.Request{Services: []string{"gpustack"}, Ports: []string{held, "[::1]:9"}, Publish: []string{"40000-40003:40000-40003/udp"}})
	if err != nil {
		t.Fatal(err)
	}
	if checked.Verdict != report.Blocked {
		t.Errorf("port %s is listened on and the verdict is %s", held, checked.Verdict)
	}
	twice, err := safeport.Check(ctx, safeport.Request{Ports: []string{"80", "127.0.0.1:80"}})
	if err != nil {
		t.Fatal(err)
	}
	who, err := safeport.Who(ctx, safeport.WhoRequest{Ports: []string{held, "53/udp"}})
	if err != nil {
		t.Fatal(err)
	}
	free, err := safeport.Free(ctx, safeport.FreeRequest{Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := safeport.Map(ctx, safeport.Request{Ports: []string{held}, Publish: []string{"40000-40003:40000-40003/udp"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, file string
		document   any
	}{
		{"check", "report.schema.json", checked},
		{"contradiction", "report.schema.json", twice},
		{"who", "who.schema.json", who},
		{"free", "free.schema.json", free},
		{"map", "map.schema.json", drawn},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := marshalled(t, row.document)
			if err := validate(compile(t, row.file), text); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		})
	}
}

// A schema that lets everything pass would pass the test above.
func TestBrokenDocuments(t *testing.T) {
	held := heldPort(t)
	r, err := safeport.Check(context.Background(), safeport.Request{Ports: []string{held}})
	if err != nil {
		t.Fatal(err)
	}
	good := marshalled(t, r)
	for name, change := range map[string][2]string{
		"another schema":    {`"safeport/report/v1"`, `"safeport/report/v2"`},
		"unknown verdict":   {`"verdict": "busy"`, `"verdict": "taken"`},
		"unknown code":      {`"code": "port-in-use"`, `"code": "port-taken"`},
		"port as text":      {`"port": ` + held, `"port": "` + held + `"`},
		"missing field":     {`"situation": "none",`, ``},
		"null for a list":   {`"findings": [`, `"findings": null, "others": [`},
		"date out of shape": {`"started": "20`, `"started": "on 20`},
	} {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(good, change[0], change[1], 1)
			if bad == good {
				t.Fatalf("there is no %s in\n%s", change[0], good)
			}
			if validate(compile(t, "report.schema.json"), bad) == nil {
				t.Error("the schema lets it pass")
			}
		})
	}
	added := strings.Replace(good, `"schema":`, `"later": 1, "schema":`, 1)
	if err := validate(compile(t, "report.schema.json"), added); err != nil {
		t.Errorf("a field that is added later breaks readers: %v", err)
	}
}

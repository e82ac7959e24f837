package mcp

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
	"github.com/safeport/safeport/report"
)

// connect is the SDK's own client, speaking to a server.
func connect(t *testing.T) *mcp.ClientSession {
	t.Helper()
	there, here := mcp.NewInMemoryTransports()
	ended := make(chan error, 1)
	go func() { ended <- New("test").Run(t.Context(), there) }()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		session.Close()
		<-ended
	})
	return session
}

func call[T any](t *testing.T, session *mcp.ClientSession, name string, arguments any) (out T) {
	t.Helper()
	r, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: name, Arguments: arguments})
	if err != nil {
		t.Fatal(err)
	}
	if r.IsError {
		t.Fatalf("%s: %+v", name, r.Content[0].(*mcp.TextContent).Text)
	}
	text, err := json.Marshal(r.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestToolsSayThatTheyChangeNothing(t *testing.T) {
	list, err := connect(t).ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		a := tool.Annotations
		if a == nil || !a.ReadOnlyHint || a.DestructiveHint == nil || *a.DestructiveHint || a.OpenWorldHint == nil || *a.OpenWorldHint {
			t.Errorf("%s: annotations %+v", tool.Name, a)
		}
		if len(tool.Description) < 40 {
			t.Errorf("%s does not say what it is for", tool.Name)
		}
	}
	slices.Sort(names)
	if want := []string{"check", "explain", "free", "who"}; !slices.Equal(names, want) {
		t.Errorf("tools are %v, want %v", names, want)
	}
}

func TestAnswersAreThoseOfTheCommands(t *testing.T) {
	session := connect(t)
	held := sockettest.Hold(t, sockettest.Server(port.AnyV4, 0)).Port
	number := fmt.Sprintf("%d/tcp", held)
	if r := call[report.Report](t, session, "check", map[string]any{"ports": []string{number}}); r.Schema != report.Schema || r.Verdict != report.Blocked {
		t.Errorf("check says %+v", r)
	}
	who := call[report.WhoReport](t, session, "who", map[string]any{"ports": []string{number}})
	if len(who.Ports) != 1 || len(who.Ports[0].Holders) != 1 || who.Ports[0].Holders[0].PID != os.Getpid() || len(who.Ports[0].Holders[0].Chain) == 0 {
		t.Errorf("who says %+v", who.Ports)
	}
	list := call[report.ListReport](t, session, "who", map[string]any{})
	if !slices.ContainsFunc(list.Ports, func(p report.ListedPort) bool { return p.Port == int(held) }) {
		t.Errorf("the list has not port %d", held)
	}
	if r := call[report.FreeReport](t, session, "free", map[string]any{"count": 2}); len(r.Ports) != 2 {
		t.Errorf("free says %+v", r)
	}
	if e := call[Explained](t, session, "explain", map[string]any{"code": "port-in-use"}); !strings.Contains(e.Text, "port") {
		t.Errorf("explain says %+v", e)
	}
}

func TestToolsRefuseWhatMakesNoSense(t *testing.T) {
	session := connect(t)
	for _, c := range []struct {
		tool      string
		arguments any
	}{
		{"check", map[string]any{}},
		{"check", map[string]any{"ports": []string{"70000"}}},
		{"check", map[string]any{"ports": slices.Repeat([]string{"80"}, 65)}},
		{"check", map[string]any{"ports": []string{strings.Repeat("1", 257)}}},
		{"check", map[string]any{"ports": "80"}},
		{"check", map[string]any{"port": []string{"80"}}},
		{"who", map[string]any{"ports": []string{"--version"}}},
		{"free", map[string]any{"count": 1001}},
		{"free", map[string]any{"count": 1e300}},
		{"free", map[string]any{"range": "9-1"}},
		{"explain", map[string]any{"code": "../../etc/passwd"}},
		{"explain", map[string]any{}},
		{"explain", nil},
		{"install", map[string]any{"service": "gpustack"}},
	} {
		r, err := session.CallTool(t.Context(), &mcp.CallToolParams{Name: c.tool, Arguments: c.arguments})
		if err == nil && !r.IsError {
			t.Errorf("%s %v: %+v", c.tool, c.arguments, r)
		}
	}
	if e := call[Explained](t, session, "explain", map[string]any{"code": "latent"}); e.Text == "" {
		t.Error("nothing is answered after that")
	}
}

// A client that speaks anything but the protocol is answered with an error, or not at all; it ends the server and no more.
func TestServeSurvivesAHostileClient(t *testing.T) {
	const hello = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}` + "\n"
	for name, said := range map[string]string{
		"nothing":                  "",
		"no JSON":                  "GET / HTTP/1.1\r\n\r\n",
		"half a message":           `{"jsonrpc":"2.0","id":1,`,
		"a message without end":    hello + strings.Repeat("[", 3<<20),
		"deep":                     hello + strings.Repeat("[", 1<<19) + "\n",
		"a long word":              hello + `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"check","arguments":{"ports":["` + strings.Repeat("8", 2<<20) + `"]}}}` + "\n",
		"tools before hello":       `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"who","arguments":{}}}` + "\n",
		"answers to no question":   hello + `{"jsonrpc":"2.0","id":7,"result":{}}` + "\n",
		"the same id again":        hello + strings.Repeat(`{"jsonrpc":"2.0","id":2,"method":"tools/list"}`+"\n", 100),
		"control characters":       hello + `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"check","arguments":{"ports":["\u001b[2J80"]}}}` + "\n",
		"a thousand questions":     hello + thousand(),
		"null":                     hello + "null\n",
		"numbers that are no ids":  hello + `{"jsonrpc":"2.0","id":{"a":1},"method":"tools/list"}` + "\n",
		"an unknown method":        hello + `{"jsonrpc":"2.0","id":2,"method":"tools/drop"}` + "\n",
		"a directory as a Compose": hello + `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"check","arguments":{"files":["/proc/self/mem"]}}}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			answers, out := io.Pipe()
			lines := make(chan int, 1)
			go func() {
				n := 0
				for scanner := bufio.NewScanner(answers); scanner.Scan(); n++ {
					if !json.Valid(scanner.Bytes()) || strings.ContainsRune(scanner.Text(), 0x1b) {
						t.Errorf("said %q", scanner.Text())
					}
				}
				io.Copy(io.Discard, answers)
				lines <- n
			}()
			Serve(ctx, "test", io.NopCloser(strings.NewReader(said)), out)
			out.Close()
			<-lines
			if ctx.Err() != nil {
				t.Error("the server does not end with its client")
			}
		})
	}
}

func thousand() string {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"explain","arguments":{"code":"latent"}}}`+"\n", i+10)
	}
	return b.String()
}

package cli_test

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/cli/change"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"safeport": func() { os.Exit(program().Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"safeport-check": func() {
			os.Exit(cli.Core("safeport-check").Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
		},
		"listener": listener,
		"heir":     heir,
		"knock":    knock,
	})
}

// program is the one that scripts call safeport: the full one, or the core under its name.
func program() cli.Program {
	if os.Getenv("CORE") != "" {
		return cli.Core("safeport")
	}
	return change.Safeport()
}

// Each file in testdata is one feature of the command line, to be read as its documentation. The core does all of it, but
// for what a script says that it lacks.
func TestScripts(t *testing.T) {
	t.Run("full", func(t *testing.T) { runScripts(t, "") })
	t.Run("core", func(t *testing.T) { runScripts(t, "1") })
}

func runScripts(t *testing.T, core string) {
	schemas, err := filepath.Abs("../../docs/schema")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("SCHEMAS", schemas)
			env.Setenv("LANG", "C.UTF-8")
			env.Setenv("CORE", core)
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond != "core" {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			return core != "", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status":   status,
			"listen":   listen,
			"unused":   unused,
			"engine":   brokenEngine,
			"valid":    valid,
			"envsubst": envsubst,
		},
	})
}

// status runs a program and demands its exit status: status 2 safeport check abc.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status NUMBER PROGRAM ARG…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if want := args[0]; strconv.Itoa(got) != want {
		ts.Fatalf("exit status %d, want %s", got, want)
	}
}

// listen has another process listen on a port that the kernel picks, and names the port: listen PORT 127.0.0.1.
func listen(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: listen VARIABLE ADDRESS")
	}
	child := exec.Command("listener", args[1])
	out, err := child.StdoutPipe()
	ts.Check(err)
	ts.Check(child.Start())
	ts.Defer(func() {
		_ = child.Process.Kill()
		_ = child.Wait()
	})
	var port, pid string
	_, err = fmt.Fscanln(out, &port, &pid)
	ts.Check(err)
	ts.Setenv(args[0], port)
	ts.Setenv(args[0]+"_PID", pid)
}

// listener is the program behind listen: it says where it listens, and stays until it is ended, or for a minute.
func listener() {
	l, err := net.Listen("tcp4", net.JoinHostPort(os.Args[1], "0"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(l.Addr().(*net.TCPAddr).Port, os.Getpid())
	time.Sleep(time.Minute)
}

// lastUnused is the port that a script was given last: scripts run side by side, and each is given others.
var lastUnused atomic.Int64

// unused names a port that nobody has and that outgoing connections do not take: unused PORT.
func unused(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: unused VARIABLE")
	}
	lastUnused.CompareAndSwap(0, int64(21000+os.Getpid()%5000))
	for port := lastUnused.Add(1); port < 32000; port = lastUnused.Add(1) {
		l, err := net.Listen("tcp", fmt.Sprint(":", port))
		if err != nil {
			continue
		}
		ts.Check(l.Close())
		ts.Setenv(args[0], strconv.FormatInt(port, 10))
		return
	}
	ts.Fatalf("no unused port between 21000 and 32000")
}

// brokenEngine is a container brokenEngine that takes connections and then never answers, or hangs up: brokenEngine URL silent, brokenEngine URL broken.
// The file brokenEngine.asked says that a silent one has a connection.
func brokenEngine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || args[1] != "silent" && args[1] != "broken" {
		ts.Fatalf("usage: engine VARIABLE silent|broken")
	}
	path := ts.MkAbs("engine.sock")
	l, err := net.Listen("unix", path)
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv(args[0], "unix://"+path)
	asked := ts.MkAbs("engine.asked")
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if args[1] == "silent" {
				defer conn.Close()
				_ = os.WriteFile(asked, nil, 0o600)
				continue
			}
			_ = conn.Close()
		}
	}()
}

// valid holds the last output against a schema: valid report.
func valid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: valid SCHEMA")
	}
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(ts.Getenv("SCHEMAS"), args[0]+".schema.json"))
	ts.Check(err)
	file, err := os.Open(ts.MkAbs("stdout.json"))
	ts.Check(err)
	defer file.Close()
	document, err := jsonschema.UnmarshalJSON(file)
	ts.Check(err)
	ts.Check(schema.Validate(document))
}

// envsubst fills the script's variables into a file: envsubst config.yaml.
func envsubst(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: envsubst FILE")
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(path, []byte(os.Expand(ts.ReadFile(args[0]), ts.Getenv)), 0o644))
}

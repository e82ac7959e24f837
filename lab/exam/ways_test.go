package exam

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// way is one of the checks in common use. Its command ends with status 0 where it calls the port free.
type way struct {
	name    string
	command func(g *stage, port int) []string
	within  time.Duration // how long it may take; zero: [patience]
}

// ways are asked as the same user and in the same environment as safeport.
var ways = []way{
	{name: "lsof + docker ps", command: func(g *stage, port int) []string {
		return shell(`
			if [ "$(lsof -i :%d)" ]; then
			  if [ ! "$(docker ps -q -f name=gpustack)" ]; then exit 1; fi
			fi`, port)
	}},
	{name: "lsof LISTEN", command: func(g *stage, port int) []string {
		if g.want.protocol == "udp" {
			return shell(`! lsof -nP -iUDP:%d`, port)
		}
		return shell(`! lsof -nP -iTCP:%d -sTCP:LISTEN`, port)
	}},
	{name: "ss, grep", command: func(g *stage, port int) []string {
		return shell(`! ss -Hln%c | grep -q ":%d "`, g.want.protocol[0], port)
	}},
	{name: "bind", command: func(g *stage, port int) []string {
		return []string{g.Path("bin", "standin"), "try", fmt.Sprintf("%s::%d", g.want.protocol, port)}
	}},
}

func shell(format string, args ...any) []string {
	return []string{"/bin/sh", "-c", fmt.Sprintf(format, args...)}
}

// patience is how long a check may take before it counts as giving no answer. On an emulated processor it may take longer.
var patience = flag.Duration("patience", 5*time.Second, "how long a check may take")

// askWay asks about each of the ports.
func (g *stage) askWay(w way) answer {
	for _, port := range g.wanted() {
		command := w.command(g, port)
		if command == nil { // it has no question of that kind
			return noAnswer
		}
		ctx, cancel := context.WithTimeout(g.Context(), cmp.Or(w.within, *patience))
		_, status, err := g.output(ctx, command)
		cancel()
		switch {
		case err != nil:
			return noAnswer
		case status != 0:
			return busy
		}
	}
	return free
}

// output runs a check on the host as the one who asks.
func (g *stage) output(ctx context.Context, argv []string) (output []byte, status int, err error) {
	argv = append(slices.Clone(g.shell), argv...)
	if g.cgroup != "" {
		argv = append([]string{"/bin/sh", "-c", `echo $$ >"$1/cgroup.procs" && shift && exec "$@"`, "sh", g.Cgroup(g.cgroup)}, argv...)
	}
	cmd := g.Command(ctx, g.as, g.env, argv...)
	if g.machine != nil && !g.outside {
		cmd = g.machine.Command(ctx, g.as, g.env, argv...)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = g.host.Run(cmd)
	var exit *exec.ExitError
	if ctx.Err() == nil && errors.As(err, &exit) {
		return append(stdout.Bytes(), stderr.Bytes()...), exit.ExitCode(), nil
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
	}
	return stdout.Bytes(), 0, err
}

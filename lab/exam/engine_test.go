package exam

import (
	"context"
	"net"
	"slices"
	"strings"

	"github.com/safeport/safeport/lab"
)

// engineSituations have something wrong with the engine, or with what the one who asks can call.
func engineSituations() []situation {
	return []situation{
		{name: "engine down, publish", on: proxied, want: publish(""), given: []step{engineDown}},
		{name: "engine down, listener, publish", on: proxied, want: publish(""), given: []step{engineDown, nginx("tcp::{P}")}, holder: process("nginx")},
		{name: "engine down, bind", on: proxied, want: bind(""), given: []step{engineDown}},
		{name: "engine down, nothing on PATH, low port, unprivileged, publish", on: proxied, want: publish(""), port: 221, as: lab.Nobody,
			given: []step{engineDown, nothingOnPath}},
		{name: "engine down, gpustack", on: proxied, want: gpustack(), given: []step{engineDown}},
		{name: "engine hangs, publish", on: proxied, want: publish(""), given: []step{engineHangs}},
		{name: "engine hangs, listener, publish", on: proxied, want: publish(""), given: []step{engineHangs, nginx("tcp::{P}")}, holder: process("nginx")},
		{name: "engine hangs, bind", on: proxied, want: bind(""), given: []step{engineHangs}},
		{name: "nothing on PATH, bind", on: proxied, want: bind(""), given: []step{nothingOnPath}},
		{name: "nothing on PATH, listener, bind", on: proxied, want: bind(""), given: []step{nothingOnPath, nginx("tcp::{P}")}, holder: process("nginx")},
		{name: "nothing on PATH, listener, publish", on: proxied, want: publish(""), given: []step{nothingOnPath, nginx("tcp::{P}")}, holder: process("nginx")},
		{name: "nothing on PATH, published container, publish", on: proxied, want: publish(""),
			given:  []step{nothingOnPath, run(lab.Container{Name: "web", Image: "nginx:1.27", Publish: []string{"{P}:80"}})},
			holder: container("web")},
	}
}

// engineDown stops the engine. It is started again to find the truth, as whoever wants to publish a port would.
func engineDown(g *stage) {
	if err := g.need(g.engine).Stop(); err != nil {
		g.Fatal(err)
	}
	g.Cleanup(func() {
		if err := g.engine.Start(context.Background()); err != nil {
			g.Error(err)
		}
	})
}

// engineHangs sends whoever checks to a socket that accepts and never answers.
func engineHangs(g *stage) {
	path := g.Path("hangs.sock")
	l, err := net.Listen("unix", path)
	if err != nil {
		g.Fatal(err)
	}
	g.Cleanup(func() { l.Close() })
	g.setenv("DOCKER_HOST", "unix://"+path)
}

func nothingOnPath(g *stage) { g.setenv("PATH", "") }

// setenv changes the environment of whoever checks.
func (g *stage) setenv(key, value string) {
	g.env = slices.DeleteFunc(g.env, func(kv string) bool { return strings.HasPrefix(kv, key+"=") })
	g.env = append(g.env, key+"="+value)
}

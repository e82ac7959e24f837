// Package mcp answers agents over the Model Context Protocol: the questions of safeport that change nothing, as tools. What
// they answer is what the commands print as JSON.
package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/safeport/safeport/internal/message"
)

const (
	maxRequest = 1 << 20          // bytes of one message of the client's
	maxAnswer  = 512 << 10        // bytes of one answer: an agent has room for no more
	patience   = 30 * time.Second // for one question
	atOnce     = 2                // questions that are looked into at the same time; others wait
)

const instructions = `safeport answers questions about the network ports of the Linux host that it runs on: whether ports or a service can have them (check),
who uses a port, how that was started and how to stop it (who), which ports are free (free), and what a finding means (explain).
Nothing is changed by any of them. The commands in "remedies" were tried, and are for the user to agree to: never kill a process instead.`

// Serve answers a client until it closes its end, or the context ends. in and out are its standard streams.
func Serve(ctx context.Context, version string, in io.ReadCloser, out io.WriteCloser) error {
	s := New(version)
	err := s.Run(ctx, &mcp.IOTransport{Reader: in, Writer: out, MaxLineLength: maxRequest})
	if errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// New makes a server with all its tools.
func New(version string) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "safeport", Version: version}, &mcp.ServerOptions{
		Instructions: instructions, Capabilities: &mcp.ServerCapabilities{},
	})
	turns := make(chan struct{}, atOnce)
	add(s, turns, "check", "Check whether ports are available",
		"Check whether ports, or the ports of a service or of a Compose file, can be had on this host, before it is installed or started. "+
			"Use it instead of lsof or ss: it also sees stopped containers, firewall and NAT rules, and what starts with the host. "+
			"Answers with a verdict, who is in the way, and commands that free a port.", check)
	add(s, turns, "who", "Find who uses a port",
		"Find which process, container or systemd unit uses a port, how it came to run (chain: systemd, login, tmux, cron, supervisor…), "+
			"and the right command to stop it. Without ports: list all ports in use.", who)
	add(s, turns, "free", "Find free ports", "Find ports that are free on this host, and stay so: in nobody's way, and not among those of outgoing connections.", free)
	add(s, turns, "explain", "Explain a finding", "Explain what the code of a finding means (\"port-in-use\", \"latent\", \"redirected\"…), and what to do about it.", explain)
	return s
}

// add adds a tool that reads and changes nothing. Its answer is bounded, in time and in size.
func add[In any](s *mcp.Server, turns chan struct{}, name, title, about string, answer func(context.Context, In) (any, error)) {
	no := false
	tool := &mcp.Tool{Name: name, Title: title, Description: about, Annotations: &mcp.ToolAnnotations{
		Title: title, ReadOnlyHint: true, IdempotentHint: true, DestructiveHint: &no, OpenWorldHint: &no,
	}}
	mcp.AddTool(s, tool, func(ctx context.Context, _ *mcp.CallToolRequest, in In) (*mcp.CallToolResult, any, error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
		out, err := answer(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		text, err := json.Marshal(out)
		if err != nil {
			return nil, nil, err
		}
		if len(text) > maxAnswer {
			return nil, nil, message.Errorf("the answer has %d bytes; the limit is %d: request fewer ports", len(text), maxAnswer)
		}
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: string(text)}}, StructuredContent: json.RawMessage(text)}, nil, nil
	})
}

package feature

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// usualSocket is where tailscaled listens for its own command, by default.
const usualSocket = "/run/tailscale/tailscaled.sock"

// ofTailscale asks a tailscaled what it publishes. What is nothing of that is a port of its own, as all of UDP are.
func ofTailscale(ctx context.Context, procRoot string, pid int) of {
	socket := usualSocket
	for _, arg := range arguments(procRoot, strconv.Itoa(pid)) {
		if value, ok := strings.CutPrefix(strings.TrimPrefix(arg, "-"), "-socket="); ok {
			socket = value
		}
	}
	config, err := serveConfig(ctx, pid, socket)
	if err != nil {
		return nil
	}
	if socket == usualSocket || socket == "/var"+usualSocket {
		socket = "" // its command finds it
	}
	return func(protocol port.Protocol, n uint16) *facts.Feature {
		f := &facts.Feature{Tool: "tailscale"}
		if protocol == port.TCP {
			f = config.feature(n)
		}
		f.Socket = socket
		return f
	}
}

// serve is what "tailscale serve" and "tailscale funnel" have set up (Tailscale ipn/serve.go, ServeConfig).
type serve struct {
	TCP map[uint16]struct {
		HTTPS, HTTP bool
	}
	AllowFunnel map[string]bool   // "host:443"
	Foreground  map[string]*serve // of commands that still run
}

func (s *serve) feature(n uint16) *facts.Feature {
	f := &facts.Feature{Tool: "tailscale"}
	of := s
	if _, ok := s.TCP[n]; !ok {
		for _, session := range s.Foreground {
			if session == nil {
				continue
			}
			if _, ok := session.TCP[n]; ok {
				of, f.Foreground = session, true
			}
		}
	}
	handler, ok := of.TCP[n]
	if !ok {
		return f
	}
	f.Name, f.Handler = "serve", "tcp"
	for host, on := range of.AllowFunnel {
		if on && strings.HasSuffix(host, ":"+strconv.Itoa(int(n))) {
			f.Name = "funnel"
		}
	}
	switch {
	case handler.HTTPS:
		f.Handler = "https"
	case handler.HTTP:
		f.Handler = "http"
	}
	return f
}

// serveConfig asks for what is set up, which every user may. The one who answers has to be the process that was meant: a user
// may have put a socket of his there.
func serveConfig(ctx context.Context, pid int, socket string) (*serve, error) {
	const within, most = time.Second, 1 << 20
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
		if err != nil {
			return nil, err
		}
		if !isAt(conn, pid) {
			conn.Close()
			return nil, fmt.Errorf("%s is not process %d's", socket, pid)
		}
		return conn, nil
	}
	client := http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://local-tailscaled.sock/localapi/v0/serve-config", nil)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, errors.New(res.Status)
	}
	config := &serve{}
	return config, json.NewDecoder(io.LimitReader(res.Body, most)).Decode(config)
}

// isAt says whether a process is at the other end of a connection.
func isAt(conn net.Conn, pid int) (is bool) {
	raw, err := conn.(*net.UnixConn).SyscallConn()
	if err != nil {
		return false
	}
	raw.Control(func(fd uintptr) {
		creds, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		is = err == nil && int(creds.Pid) == pid
	})
	return is
}

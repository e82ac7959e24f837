package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// serve listens on addresses such as "tcp::80", "tcp4:127.0.0.1:80" and "udp6:[::1]:53": a network of the net package and
// an address. It sets no socket option of its own, so that it binds as an ordinary Go service would.
func serve(args []string) error {
	if err := keep(os.Getenv("STANDIN_KEEP"), os.Getenv("STANDIN_PROGRAM"), os.Getenv("STANDIN_VERSION")); err != nil {
		return err
	}
	var all doors
	for _, arg := range args {
		network, addr, _ := strings.Cut(arg, ":")
		all.listen(network, addr)
	}
	return all.open()
}

// activated answers on the sockets that it was given (sd_listen_fds(3)).
func activated([]string) error {
	var all doors
	count, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	if err != nil {
		return fmt.Errorf("how many sockets there are: %w", err)
	}
	for i := range count {
		all.inherit(os.NewFile(uintptr(3+i), "socket"))
	}
	return all.open()
}

// doors are the addresses that a service answers on, once it has all of them: one that it cannot have ends it before
// anybody was let in.
type doors struct {
	answer []func()
	err    error // why one of them cannot be had
}

// listen takes one address, to answer any HTTP request there, or any datagram.
func (d *doors) listen(network, addr string) {
	if d.err != nil {
		return
	}
	if strings.HasPrefix(network, "udp") {
		conn, err := listening().ListenPacket(context.Background(), network, addr)
		d.err = err
		d.answer = append(d.answer, func() { echo(conn) })
		return
	}
	l, err := listening().Listen(context.Background(), network, addr)
	d.err = err
	d.answer = append(d.answer, func() { http.Serve(l, answers()) })
}

// listening are the options of sockets: those of Go's, and with STANDIN_SHARE the ones by which a port is shared.
func listening() *net.ListenConfig {
	var c net.ListenConfig
	if os.Getenv("STANDIN_SHARE") != "" {
		c.Control = func(_, _ string, raw syscall.RawConn) error {
			var failed error
			err := raw.Control(func(fd uintptr) {
				failed = errors.Join(unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1), unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEPORT, 1))
			})
			return errors.Join(err, failed)
		}
	}
	return &c
}

// inherit takes an open socket.
func (d *doors) inherit(socket *os.File) {
	if conn, err := net.FilePacketConn(socket); err == nil {
		d.answer = append(d.answer, func() { echo(conn) })
		return
	}
	l, err := net.FileListener(socket)
	d.err = errors.Join(d.err, err)
	d.answer = append(d.answer, func() { http.Serve(l, answers()) })
}

// open answers until the stand-in is to end.
func (d *doors) open() error {
	if d.err != nil {
		return d.err
	}
	for _, answer := range d.answer {
		go answer()
	}
	return stand()
}

// answers are those of a GPUStack server, and the token by which the asker knows whom it reached.
func answers() http.Handler {
	mux := http.NewServeMux()
	say := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }
	}
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, token(r.Context().Value(http.LocalAddrContextKey).(net.Addr)))
	})
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if os.Getenv("STANDIN_TROUBLE") == "503" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		fmt.Fprint(w, `"ok"`)
	})
	mux.Handle("/healthz", say(`"ok"`))
	mux.Handle("/version", say(fmt.Sprintf(`{"version":%q,"git_commit":"HEAD"}`, os.Getenv("STANDIN_VERSION"))))
	return mux
}

// token is what the asker knows the stand-in by, and the port as well where it is to be told.
func token(at net.Addr) string {
	token := os.Getenv("STANDIN_TOKEN")
	if os.Getenv("STANDIN_PORT_TOO") != "" {
		token += fmt.Sprint(":", netip.MustParseAddrPort(at.String()).Port())
	}
	return token
}

func echo(conn net.PacketConn) {
	buf := make([]byte, 64)
	for {
		_, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		conn.WriteTo([]byte(token(conn.LocalAddr())), from)
	}
}

package lab

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// askTimeout bounds one question. Namespaces on one machine answer in microseconds; the rest is a busy machine's share.
const askTimeout = time.Second

// Ask asks whoever answers on the address for its token, from within the namespace.
func (n *Namespace) Ask(ctx context.Context, network string, addr netip.AddrPort) (token string, err error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	var conn net.Conn
	// The address is a literal, so that the dialer makes the socket on this very thread.
	if err := n.Do(func() error {
		conn, err = new(net.Dialer).DialContext(ctx, network, addr.String())
		return err
	}); err != nil {
		return "", err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	if strings.HasPrefix(network, "udp") {
		return askDatagram(conn)
	}
	return askHTTP(conn)
}

func askHTTP(conn net.Conn) (string, error) {
	if _, err := io.WriteString(conn, "GET /token HTTP/1.0\r\n\r\n"); err != nil {
		return "", err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %s", res.Status)
	}
	return string(body), err
}

func askDatagram(conn net.Conn) (string, error) {
	if _, err := conn.Write([]byte("token")); err != nil {
		return "", err
	}
	buf := make([]byte, 1<<10)
	size, err := conn.Read(buf)
	return string(buf[:size]), err
}

// AwaitToken asks until somebody answers, or five seconds have gone: a container's program may still be starting when the
// engine says that the container runs.
func (n *Namespace) AwaitToken(ctx context.Context, network string, addr netip.AddrPort) (token string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for {
		if token, err = n.Ask(ctx, network, addr); err == nil {
			return token, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("no answer from %s %s: %w", network, addr, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

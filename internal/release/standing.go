package release

import (
	"context"
	"net"
	"net/netip"
	"strings"

	"github.com/safeport/safeport/internal/message"
)

// standing says what stands when the engine cannot be asked: containers run on without it, and the service itself can be
// asked all the same.
func (r *Runner) standing(ctx context.Context, record *Record) message.Phrase {
	p := record.Pending
	for _, number := range []int{p.To, p.From} {
		x := record.Release(number)
		if x == nil {
			continue
		}
		for _, ready := range x.Ready.everywhere() {
			if ready.answers(ctx, x.Version) == nil {
				return message.Say("release %d (%s) answers at %s; the change stands at the step %q", number, x.Image, ready.URL, p.Step)
			}
		}
	}
	return message.Say("nobody answers as %s; the change stands at the step %q", record.Instance, p.Step)
}

// everywhere are the addresses of the host by which a service may be reached. docker-proxy dies with its engine, and then a
// published port is silent on loopback, while rules still send what comes by other addresses to the container.
func (r Ready) everywhere() []Ready {
	const loopback = "http://127.0.0.1"
	after, onLoopback := strings.CutPrefix(r.URL, loopback)
	switch {
	case r.URL == "":
		return nil
	case !onLoopback:
		return []Ready{r}
	}
	all := []Ready{r}
	addrs, _ := net.InterfaceAddrs() // the one that is known is asked all the same
	for _, a := range addrs {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil || !prefix.Addr().Is4() || prefix.Addr().IsLoopback() {
			continue
		}
		r.URL = "http://" + prefix.Addr().String() + after
		all = append(all, r)
	}
	return all
}

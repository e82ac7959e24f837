package release_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/safeport/safeport/lab"
)

// outage is how long another machine, asking all the time, got no answer on port 80 while something was done.
func (b *bench) outage(do func()) (longest time.Duration) {
	b.Helper()
	// A question that is lost is not waited for: what is measured is when the next one is answered.
	asker := &http.Client{Timeout: 100 * time.Millisecond, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, _ string) (conn net.Conn, err error) {
			err = b.Peer.Do(func() error {
				conn, err = new(net.Dialer).DialContext(ctx, network, lab.Addr4.String()+":80")
				return err
			})
			return conn, err
		},
	}}
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for last, done := time.Now(), false; !done; {
			select {
			case <-stop:
				done = true
			default:
			}
			if res, err := asker.Get("http://gpustack/readyz"); err == nil {
				res.Body.Close()
				longest = max(longest, time.Since(last))
				last = time.Now()
			}
		}
	}()
	do()
	close(stop)
	<-ended
	return longest
}

// TestDowntime holds an upgrade to the time that the service itself takes to stop and to start, half as much again allowed.
func TestDowntime(t *testing.T) {
	lab.Long(t)
	b := newBench(t)
	ctx := context.Background()
	b.must(0, "install", "gpustack", "--version", "v2.2.7")
	for try := range 3 { // a busy machine may have kept one of the two waiting
		own := b.outage(func() {
			if _, err := b.engine.ContainerStop(ctx, "gpustack", client.ContainerStopOptions{}); err != nil {
				t.Fatal(err)
			}
			if _, err := b.engine.ContainerStart(ctx, "gpustack", client.ContainerStartOptions{}); err != nil {
				t.Fatal(err)
			}
			for b.version("80") == "" {
				time.Sleep(time.Millisecond)
			}
		})
		extra := []string{"one", "two", "three"}[try]
		all := b.outage(func() { b.must(0, "upgrade", "gpustack", "--env", "TRY="+extra, "--no-backup") })
		t.Logf("stop and start of the service %s, downtime of the upgrade %s: %.2f times", own, all, all.Seconds()/own.Seconds())
		if all <= own*3/2 {
			return
		}
	}
	t.Error("the upgrade is down for more than 1.5 times the service's own stop and start")
}

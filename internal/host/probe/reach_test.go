package probe

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/sockettest"
)

// script runs commands in the namespace of the calling thread.
func script(t testing.TB, commands string) bool {
	t.Helper()
	out, err := exec.Command("/bin/sh", "-ec", commands).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v: %s", commands, err, out)
	}
	return err == nil
}

const toAnother = `ip link set lo up
	nft add table ip t
	nft 'add chain ip t c { type nat hook output priority -100; }'
	nft add rule ip t c `

func TestSomebodyElseAnswersOnTheHost(t *testing.T) {
	tests := []struct {
		name, rule string
		want       port.Requirement
		answered   []string
	}{
		{"redirected to a listener", "tcp dport 8080 redirect to :9090", bind(8080), []string{"127.0.0.1:8080"}},
		{"published", "tcp dport 8080 redirect to :9090", publish(8080), []string{"127.0.0.1:8080"}},
		{"at another address", "ip daddr 127.0.0.2 tcp dport 8080 redirect to :9090", bind(8080), nil},
		{"at the wanted address", "ip daddr 127.0.0.2 tcp dport 8080 redirect to :9090", on(bind(8080), "127.0.0.2"), []string{"127.0.0.2:8080"}},
		{"redirected to nobody: refused, which a firewall may do too", "tcp dport 8080 redirect to :9091", bind(8080), nil},
		{"dropped", "tcp dport 8080 drop", bind(8080), nil},
		{"not redirected", "tcp dport 8081 redirect to :9090", bind(8080), nil},
		{"redirected to the very socket", "tcp dport 8081 redirect to :8080", bind(8080), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sockettest.InNamespace(t, func() {
				if !script(t, toAnother+tt.rule) {
					return
				}
				sockettest.Hold(t, sockettest.Server(port.AnyV4, 9090))
				got := Ask([]port.Requirement{tt.want})[0]
				if fmt.Sprint(got.Answered) != fmt.Sprint(tt.answered) || len(got.Refusals) > 0 {
					t.Errorf("answered at %v, refused %v; want %v", got.Answered, got.Refusals, tt.answered)
				}
			})
		})
	}
}

func TestADroppedHandshakeIsNobodyElses(t *testing.T) {
	for _, rule := range []string{"ct state established tcp dport 8080 drop", "tcp dport 8080 tcp flags & (syn | ack) == ack drop"} {
		sockettest.InNamespace(t, func() {
			if !script(t, "ip link set lo up\nnft add table inet t\nnft 'add chain inet t i { type filter hook input priority 0; }'\nnft 'add rule inet t i "+rule+"'") {
				return
			}
			for _, w := range []port.Requirement{bind(8080), publish(8080), on(bind(8080), "127.0.0.2"), on(bind(8080), "::1")} {
				if got := Ask([]port.Requirement{w})[0]; len(got.Answered)+len(got.Refusals) > 0 {
					t.Errorf("%s, %s: %+v", rule, w.Mode, got)
				}
			}
		})
	}
}

func TestAConnectionToItselfLeavesNothing(t *testing.T) {
	sockettest.InNamespace(t, func() {
		if !script(t, "ip link set lo up") {
			return
		}
		for range 20 {
			for _, w := range []port.Requirement{bind(8080), publish(8080), on(bind(8080), "127.0.0.1")} {
				if got := Ask([]port.Requirement{w})[0]; len(got.Answered)+len(got.Refusals) > 0 {
					t.Errorf("%s: %+v", w.Mode, got)
				}
			}
		}
		for _, file := range []string{"tcp", "tcp6"} {
			table, err := os.ReadFile("/proc/thread-self/net/" + file)
			if err != nil {
				t.Error(err)
			}
			if strings.Contains(string(table), ":1F90 ") {
				t.Errorf("a socket stays:\n%s", table)
			}
		}
		// Without SO_REUSEADDR even a TIME_WAIT would be in the way.
		if _, err := sockettest.Try(sockettest.Shape{Binding: port.AnyDual, Port: 8080}); err != nil {
			t.Errorf("the port is not free afterwards: %v", err)
		}
	})
}

func TestAnyUserLearnsWhoAnswers(t *testing.T) {
	sockettest.InNamespace(t, func() {
		if !script(t, toAnother+"tcp dport 8080 redirect to :9090") {
			return
		}
		sockettest.Hold(t, sockettest.Server(port.AnyV4, 9090))
		// The thread alone, and to its end: it has no right to read the rule then.
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, 65534, 65534, 65534); errno != 0 {
			t.Error(errno)
		}
		if got := Ask([]port.Requirement{bind(8080)})[0]; len(got.Answered) != 1 {
			t.Errorf("answered at %v", got.Answered)
		}
	})
}

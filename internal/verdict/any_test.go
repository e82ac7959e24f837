package verdict

import (
	"testing"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

func TestAnyOfARangeIsEnoughWhereItIs(t *testing.T) {
	w := port.Requirement{Protocol: port.TCP, Ports: port.Range{First: 8080, Last: 8082}, Mode: port.Bind}
	tests := []struct {
		name  string
		anyOf int
		taken []uint16
		want  Answer
	}{
		{"all are needed and one is taken", 0, []uint16{8081}, Busy},
		{"one is needed and one is left", 1, []uint16{8080, 8081}, Free},
		{"one is needed and none is left", 1, []uint16{8080, 8081, 8082}, Busy},
		{"two are needed and one is left", 2, []uint16{8080, 8081}, Busy},
		{"all are needed and all are free", 0, nil, Free},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.AnyOf = tt.anyOf
			f := Facts{Kernel: debian, Probes: []facts.Probe{{}}}
			for _, n := range tt.taken {
				f.Probes[0].Refusals = append(f.Probes[0].Refusals, facts.Refusal{Binding: port.AnyDual, Port: n, Errno: inUse})
				f.Uses = append(f.Uses, by(socket(facts.Listening, port.AnyDual, n), int(n), "nginx"))
			}
			if w.Mode == port.Bind {
				f.Engine.FirstAlone = true // which is of no use to what binds its ports itself
			}
			r := Judge([]port.Requirement{w}, f)[0]
			if r.Answer != tt.want {
				t.Errorf("answer %d, want %d", r.Answer, tt.want)
			}
			if len(r.Holders) != len(tt.taken) {
				t.Errorf("holders %v of %v", describe(r.Holders), tt.taken)
			}
		})
	}
}

// An engine that tries the first port alone fails where somebody else has it, and passes over what its own containers have.
func TestAnEngineTriesTheFirstOfARange(t *testing.T) {
	w := port.Requirement{Protocol: port.TCP, Ports: port.Range{First: 8080, Last: 8082}, Mode: port.Publish, AnyOf: 1}
	for _, tt := range []struct {
		taken uint16
		want  Answer
	}{{8080, Busy}, {8081, Free}, {8082, Free}} {
		f := Facts{Kernel: debian, Engine: Engine{FirstAlone: true}, Probes: []facts.Probe{{
			Refusals: []facts.Refusal{{Binding: port.AnyV4, Port: tt.taken, Errno: inUse}}}}}
		f.Uses = append(f.Uses, by(socket(facts.Listening, port.AnyV4, tt.taken), 7, "nginx"))
		if r := Judge([]port.Requirement{w}, f)[0]; r.Answer != tt.want {
			t.Errorf("%d is taken: answer %d, want %d", tt.taken, r.Answer, tt.want)
		}
	}
}

package settings

import (
	"testing"
)

// What the real GPUStack v2.3.0 makes of these was asked of it: lab/real.
func TestPydanticBool(t *testing.T) {
	for text, want := range map[string][2]bool{
		"true": {true, true}, "Yes": {true, true}, "1": {true, true}, "ON": {true, true}, "t": {true, true},
		"false": {false, true}, "no": {false, true}, "0": {false, true}, "off": {false, true},
		"2": {false, false}, "": {false, false}, "enabled": {false, false},
	} {
		if on, ok := pydanticBool(text); on != want[0] || ok != want[1] {
			t.Errorf("%q is %v, %v", text, on, ok)
		}
	}
}

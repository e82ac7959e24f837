package bpf

import (
	"strings"
	"testing"
)

// What a program's name is, its author says; the kernel lets no more than 15 letters through, and a zero.
func FuzzProgramName(f *testing.F) {
	f.Add([]byte(strings.Repeat("x", nameAt) + "cil_from_netdev\x00"))
	f.Add([]byte(strings.Repeat("\x00", nameAt) + "sixteen letters!and more"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var info programInfo
		copy(info[:], data)
		name := info.programName()
		if len(name) > len(info)-nameAt || strings.ContainsRune(name, 0) {
			t.Errorf("%q", name)
		}
	})
}

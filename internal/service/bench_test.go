package service

import (
	"testing"

	"github.com/safeport/safeport/internal/settings"
)

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		if _, err := Lookup("gpustack"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWants(b *testing.B) {
	d, err := Lookup("gpustack")
	if err != nil {
		b.Fatal(err)
	}
	values, _, err := settings.Resolve(d.Settings, settings.Sources{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := d.Wants(values); err != nil {
			b.Fatal(err)
		}
	}
}

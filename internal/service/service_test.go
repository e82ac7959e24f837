package service

import (
	"testing"

	"safeport/internal/settings"
)

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

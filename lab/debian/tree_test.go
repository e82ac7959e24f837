package debian

import (
	"testing"
)

func TestUpstream(t *testing.T) {
	for version, want := range map[string]string{
		"28.5.2+dfsg4-5": "28.5.2", "1:1.35.0-4+deb12u1": "1.35.0", "0.0~git20261002.cba3570-1": "0.0~git20261002.cba3570", "262.1-1": "262.1", "1.8": "1.8",
	} {
		if got := upstream(version); got != want {
			t.Errorf("%s is upstream's %q; want %q", version, got, want)
		}
	}
}

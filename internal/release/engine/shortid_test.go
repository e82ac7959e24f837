package engine

import "testing"

const anID = "dbcafe0123456789dbcafe0123456789dbcafe0123456789dbcafe0123456789"

// One id in 256 begins with "db", and that is a name that many give their database.
func TestANameIsNoBeginningOfAnID(t *testing.T) {
	for name, want := range map[string]bool{"": true, anID[:12]: true, "db": false, "dbcafe": false, anID: false, "0123456789ab": false} {
		if got := IsShortID(name, anID); got != want {
			t.Errorf("IsShortID(%q) = %t, want %t", name, got, want)
		}
	}
	for image, want := range map[string]bool{"db": true, "dbcafe": true, anID[:12]: false, anID: false, "sha256:" + anID: false, "web": false, "db:1": false} {
		if got := beginsID(image, "sha256:"+anID); got != want {
			t.Errorf("beginsID(%q) = %t, want %t", image, got, want)
		}
	}
}

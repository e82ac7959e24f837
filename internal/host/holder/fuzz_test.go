package holder

import (
	"strings"
	"testing"

	"github.com/safeport/safeport/internal/mask"
)

// Who has a part of the tree of cgroups to himself may give them any names.
func FuzzReadGroup(f *testing.F) {
	for _, path := range []string{"/system.slice/nginx.service", "/user.slice/user@1000.service/app.slice/a.socket", "/docker/" + id, "/-Hroot@evil.service/*.service"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		g := ReadGroup(path)
		if g.ContainerID != "" && len(g.ContainerID) != 64 {
			t.Errorf("%q has the container %q", path, g.ContainerID)
		}
		if strings.ContainsAny(g.Unit, "*?[]/ \n\t'\"$`") {
			t.Errorf("%q is the unit %q", path, g.Unit)
		}
		choosePath("0::" + path)
	})
}

// A secret in the places that it is most often in is hidden whole, whatever it looks like.
func FuzzMask(f *testing.F) {
	for _, secret := range []string{"hunter2", "two words", "a,b&c", "-x", "p@ss/w:rd", "'", `"`, "***"} {
		f.Add(secret)
	}
	f.Fuzz(func(t *testing.T, secret string) {
		if strings.ContainsRune(secret, 0) {
			t.Skip() // ends an argument
		}
		for _, argument := range []string{"--db-password=", "DB_PASSWORD=", "SECRET_KEY_BASE=", "PASSWORD1=", "X-Api-Key: "} {
			if got := mask.Mask(argument + "§" + secret + "§"); got != argument+mask.Masked {
				t.Errorf("%s%q is shown as %q", argument, secret, got)
			}
		}
		if got := mask.Command([]string{"srv", "--password", "§" + secret, "end"}); got != "srv --password *** end" {
			t.Errorf("%q is shown in %q", secret, got)
		}
		mask.Mask(secret)
	})
}

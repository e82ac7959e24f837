package facts

import (
	"testing"
)

func TestReturnsFollowThePolicy(t *testing.T) {
	tests := []struct {
		name string
		c    Container
		want RestartsWhen
	}{
		{"no policy", Container{Started: true, Restart: "no"}, OnDemand},
		{"always", Container{Started: true, Restart: "always", Halted: ByHand}, WithEngine},
		{"always, and it never ran", Container{Restart: "always"}, OnDemand},
		{"unless-stopped, stopped by hand", Container{Started: true, Restart: "unless-stopped", Halted: ByHand}, OnDemand},
		{"unless-stopped, by itself", Container{Started: true, Restart: "unless-stopped", Halted: ByItself}, WithEngine},
		{"unless-stopped, and it is not known", Container{Started: true, Restart: "unless-stopped"}, Perhaps},
		{"on-failure, stopped by hand", Container{Started: true, Restart: "on-failure", Halted: ByHand}, OnDemand},
		{"on-failure, by itself: it may have succeeded", Container{Started: true, Restart: "on-failure", Halted: ByItself}, Perhaps},
		{"Podman, always", Container{Engine: "podman", Started: true, Restart: "always"}, WithHost},
		{"Podman, unless-stopped", Container{Engine: "podman", Started: true, Restart: "unless-stopped"}, OnDemand},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.c.RestartsWhen(); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

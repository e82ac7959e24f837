package facts

// StoppedBy says how it came that a container does not run. Docker keeps it in a file of its own and tells it to nobody.
type StoppedBy uint8

const (
	HaltUnknown StoppedBy = iota
	ByHand                // somebody stopped it
	ByItself              // it ended, or could not be started
)

// RestartsWhen says when a container that does not run starts again.
type RestartsWhen uint8

const (
	OnDemand   RestartsWhen = iota + 1 // when somebody starts it
	WithEngine                         // by itself, when the engine or the host starts
	Perhaps                            // by itself, unless somebody stopped it
	WithHost                           // by itself, when the host starts and podman-restart.service is enabled
)

// RestartsWhen weighs the restart policy as the engine will (moby daemon/daemon.go, restore; restartmanager.go, ShouldRestart).
// A container that never ran is not started, whatever its policy.
func (c Container) RestartsWhen() RestartsWhen {
	unattended := c.Restart == "always" || c.Restart == "unless-stopped" || c.Restart == "on-failure"
	switch {
	case !c.Started || !unattended:
		return OnDemand
	case c.Engine == "podman":
		if c.Restart == "always" {
			return WithHost // Podman has no daemon: a unit starts those that are to be always there
		}
		return OnDemand
	case c.Restart == "always":
		return WithEngine
	case c.Halted == ByHand:
		return OnDemand
	case c.Halted == ByItself && c.Restart == "unless-stopped":
		return WithEngine
	}
	return Perhaps
}

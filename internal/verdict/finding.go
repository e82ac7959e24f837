package verdict

import (
	"slices"

	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/port"
)

// Codes of findings: the key of a message, of --ignore and of a section in docs/findings.md.
const (
	PortInUse          = "port-in-use"
	HolderUnseen       = "holder-unseen"
	RedirectedPort     = "redirected"
	PermissionDenied   = "permission-denied"
	AddressUnavailable = "address-unavailable"
	NameTaken          = "name-taken"
	DuplicatePort      = "duplicate-port"
	Latent             = "latent"
	Ephemeral          = "ephemeral"
	BrowserBlocked     = "browser-blocked"
	EngineUnreachable  = "engine-unreachable"
	EngineRemote       = "engine-remote"
	VolumeShared       = "volume-shared"
	SourceFailed       = "source-failed"
	Undetermined       = "undetermined"
	InstanceAmbiguous  = "instance-ambiguous"
	OtherFamily        = "other-family"
	PortShared         = "port-shared"
	PortChanged        = "port-changed"
	SettingOdd         = "setting-odd"
	BlockedOutside     = "blocked-outside"
	NotPublished       = "not-published"
	EngineRefuses      = "engine-refuses"
)

// Severity says how much a finding weighs.
type Severity uint8

const (
	Error Severity = iota
	Warning
	Info
)

// Finding is one thing to tell.
type Finding struct {
	Code         string
	Severity     Severity
	Required     int // place of the want it is about; -1 for none
	Other        int // DuplicatePort: place of the want it collides with
	Result       *Result
	Use          facts.PortUse      // Latent, OtherFamily, RedirectedPort as a warning: the claim in question
	Ranges       []port.Range       // Ephemeral: the ports that are not reserved; none when all are
	EphemeralUse facts.EphemeralUse // Ephemeral: how full the range is; zero where it was not counted
	Chance       float64            // Ephemeral: how likely it is that one of them is taken; 0 where some of them are enough, too
	Reason       Reason
	Confined     bool          // PermissionDenied as a warning: SELinux has a word in it
	Label        string        // and its label of the port; empty when unknown
	Blocks       []facts.Block // BlockedOutside: the rules that keep clients out
}

// Reason says why a holder cannot be named.
type Reason uint8

const (
	OtherUser Reason = iota + 1 // its socket is seen, its process belongs to somebody whose processes are hidden
	NoProcess                   // its socket is seen, and no process of this pid namespace has it
	NoSocket                    // the kernel refuses the port and no table shows why
)

// Findings tells what the results mean: what blocks a port, and what to know about one that can be had. privileged says
// whether every process of the host could be looked into.
func Findings(results []Result, f Facts, privileged bool) []Finding {
	var findings []Finding
	for i := range results {
		r := &results[i]
		findings = append(findings, blocking(i, r)...)
		if r.Answer == Busy {
			findings = append(findings, unseen(i, r, privileged)...)
		}
		if r.Answer == Free || r.Answer == Own {
			findings = append(findings, f.remarks(i, r)...)
		}
	}
	return findings
}

func blocking(i int, r *Result) []Finding {
	codes := map[Answer]string{
		Busy: PortInUse, Redirected: RedirectedPort, Denied: PermissionDenied, Unavailable: AddressUnavailable,
		Unknown: Undetermined,
	}
	// What no other port would help against comes first: it has to be put right whatever is done about the rest.
	var findings []Finding
	if r.Refused != 0 {
		findings = append(findings, Finding{Code: EngineRefuses, Required: i, Result: r})
	}
	if code, blocked := codes[r.Answer]; blocked && !r.RefusedAlone() {
		findings = append(findings, Finding{Code: code, Required: i, Result: r})
	}
	return findings
}

// unseen is the finding that a port is held and its holder cannot be named.
func unseen(i int, r *Result, privileged bool) []Finding {
	reason := Reason(0)
	switch {
	case len(r.Holders) == 0:
		reason = NoSocket
	case !slices.ContainsFunc(r.Holders, func(h Holder) bool { return h.Kind == Unseen }):
		return nil
	case privileged:
		reason = NoProcess
	default:
		reason = OtherUser
	}
	return []Finding{{Code: HolderUnseen, Severity: Warning, Required: i, Result: r, Reason: reason}}
}

// remarks are the warnings on a port that can be had.
func (f Facts) remarks(i int, r *Result) []Finding {
	var findings []Finding
	warn := func(fd Finding) {
		fd.Severity, fd.Required, fd.Result = Warning, i, r
		findings = append(findings, fd)
	}
	w := r.Required
	if w.Unbound != 0 {
		warn(Finding{Code: NotPublished})
		return findings
	}
	if b := f.binder(w); b != nil && b.Unseen && r.Answer == Free {
		findings = append(findings, Finding{Code: PermissionDenied, Severity: Info, Required: i, Result: r})
	}
	if b := f.binder(w); b != nil && len(b.Hooks) > 0 && r.Answer == Free {
		warn(Finding{Code: PermissionDenied})
	}
	// The kernel asks no policy about ports that outgoing connections may have (selinux_socket_bind).
	if f.Labels != nil && w.Mode == port.Bind && r.Answer == Free && !f.Kernel.Ephemeral.Contains(w.Ports.First) {
		label, _ := facts.LabelOf(f.Labels.List, w.Protocol, w.Ports.First)
		warn(Finding{Code: PermissionDenied, Confined: true, Label: label.Type})
	}
	for _, c := range f.latent(w) {
		warn(Finding{Code: Latent, Use: c})
	}
	for _, c := range f.partly(i, w) {
		warn(Finding{Code: RedirectedPort, Use: c})
	}
	findings = append(findings, f.blocked(i, r)...)
	if r.Answer == Free {
		for _, c := range f.sharers(w) {
			warn(Finding{Code: PortShared, Use: c})
		}
	}
	if c, ok := f.otherFamily(w); ok {
		warn(Finding{Code: OtherFamily, Use: c})
	}
	if ranges := f.Kernel.Ephemerals(w.Ports); len(ranges) > 0 {
		ephemeral := Finding{Code: Ephemeral, Ranges: ranges, EphemeralUse: f.EphemeralUse[w.Protocol]}
		if w.AnyOf == 0 {
			ephemeral.Chance = f.Kernel.Chance(ephemeral.EphemeralUse, ranges)
		}
		warn(ephemeral)
	} else if f.Kernel.Ephemeral.Overlaps(w.Ports) {
		findings = append(findings, Finding{Code: Ephemeral, Severity: Info, Required: i, Result: r})
	}
	if w.Protocol == port.TCP && w.Ports.Len() == 1 && refusedByBrowsers(w.Ports.First) && mayBeWeb(w) {
		warn(Finding{Code: BrowserBlocked})
	}
	return findings
}

// mayBeWeb says whether people may open the port in a browser. Whoever asks for port 25 as such does not mean to.
func mayBeWeb(w port.Requirement) bool {
	return w.Web || w.Service == "" && (w.Mode == port.Publish || w.Ports.First >= 1024)
}

// latent are the containers of others that do not run and will take the port when they start, and the units that start with
// the host.
func (f Facts) latent(w port.Requirement) []facts.PortUse {
	var found []facts.PortUse
	for _, c := range f.Uses {
		if c.State != facts.Stopped && c.State != facts.Enabled || f.owns(w, c) {
			continue
		}
		if slices.ContainsFunc(found, func(o facts.PortUse) bool {
			return o.Owner.ID == c.Owner.ID && o.Unit == c.Unit && o.UserUnit == c.UserUnit && o.UnitUID == c.UnitUID
		}) {
			continue
		}
		for _, b := range f.engineBindings(w) {
			if c.Meets(w.Protocol, b, w.Ports) {
				found = append(found, c)
				break
			}
		}
	}
	return found
}

// sharers are those who have a port that was had all the same, by SO_REUSEPORT on both sides, a process once.
func (f Facts) sharers(w port.Requirement) []facts.PortUse {
	var found []facts.PortUse
	if !w.Shared {
		return nil
	}
	for _, c := range f.Uses {
		has := c.Socket != nil && (c.State == facts.Listening || c.State == facts.Bound || w.Protocol == port.UDP && c.State != facts.Connected)
		if !has || f.owns(w, c) || slices.ContainsFunc(found, func(o facts.PortUse) bool {
			return o.Process != nil && c.Process != nil && o.Process.PID == c.Process.PID
		}) {
			continue
		}
		if slices.ContainsFunc(w.Bindings(), func(b port.Binding) bool { return c.Meets(w.Protocol, b, w.Ports) }) {
			found = append(found, c)
		}
	}
	return found
}

// otherFamily finds an IPv4 holder of a port that was asked for on [::] alone: most programs that listen on [::] take
// both families, and would fail.
func (f Facts) otherFamily(w port.Requirement) (facts.PortUse, bool) {
	if w.Mode != port.Bind || !w.Addr.IsValid() || !w.Addr.Is6() || !w.Addr.IsUnspecified() {
		return facts.PortUse{}, false
	}
	for _, c := range f.Uses {
		if c.Socket != nil && (c.State == facts.Listening || c.State == facts.Bound) && c.Meets(w.Protocol, port.AnyV4, w.Ports) {
			return c, true
		}
	}
	return facts.PortUse{}, false
}

package exam

import (
	"slices"
	"testing"
	"time"

	"github.com/safeport/safeport/lab"
	"github.com/safeport/safeport/report"
)

// situation is one question of the exam. Its truth is not in it: that is found by trying.
type situation struct {
	name  string
	on    hostKind
	want  want
	as    lab.User // who asks, and who serves when the service binds its port itself
	port  int      // {P} in the steps; 0: one that no other situation has
	given []step
	// outside: whoever asks is in the host's network alone, and systemd runs in a container.
	outside bool
	// cgroup is where whoever asks is, and the service that binds its port itself: one of the host's own; empty: the test's.
	cgroup string
	// inside: it must be reached from the host itself, too, and not from the peer alone.
	inside bool

	// Of a service: the container that is the instance's own, if one is.
	own string

	// What safeport must say besides the right answer.
	holder holder           // whom it must name when the truth is that the port cannot be had
	state  report.Situation // what of the service is there
	says   []report.Code
	silent []report.Code // what it must not say
	named  []string      // what some finding must mention
	reach  string        // how far clients from outside get in: what Port.Outside must be; empty: anything

	advice []string // words of some remedy, in its text or its command
	never  []string // words that no command may have

	// unsure is where nobody can know from where he asks: to say so is as right as the truth.
	unsure bool
	// unanswerable is the finding by which safeport must refuse where the question has no one answer, as when it does not
	// say which of two installations is meant. Nobody's answer is counted then.
	unanswerable report.Code
}

// stage is a situation while it stands.
type stage struct {
	*testing.T
	*host
	situation
	port  int
	env   []string // of whoever checks
	shell []string // command that runs what checks, or empty
	also  []extra
	aside []func() // ends what an installation sets aside besides its container
	// leaves is how long what has the port may take to see that its container is gone, as pasta does.
	leaves time.Duration
	// resolves is a name that the host resolves in this situation, if it does.
	resolves string
}

// step is one thing that makes the situation. It undoes itself when the test ends.
type step func(*stage)

// situations are all that the exam asks.
func situations() []situation {
	return slices.Concat(
		addressSituations(),
		socketSituations(),
		kernelSituations(),
		userSituations(),
		engineSituations(),
		containerSituations(),
		rangeSituations(),
		directSituations(),
		v4OnlySituations(),
		serviceSituations(),
		severalSituations(),
		settingSituations(),
		roleSituations(),
		hostNetworkSituations(),
		composeSituations(),
		scriptSituations(),
		ruleSituations(),
		filterSituations(),
		routeSituations(),
		unaskedEngineSituations(),
		otherEngineSituations(),
		systemdSituations(),
		hookSituations(),
		containerRightsSituations(),
		networkSituations(),
		flushedSituations(),
		projectSituations(),
		linkSituations(),
		markSituations(),
	)
}

// holder is whom safeport must name: the kind alone where there is nothing that has a name.
type holder struct {
	kind report.HolderKind
	name string
}

func process(name string) holder   { return holder{report.HolderProcess, name} }
func container(name string) holder { return holder{report.HolderContainer, name} }

// is says whether the report's holder is the expected one. A unit may be told as the process that it runs.
func (h holder) is(got report.Holder) bool {
	if h.kind == report.HolderUnit {
		return got.Name != "systemd" && (got.Unit == h.name || got.SocketUnit == h.name)
	}
	return got.Kind == h.kind && (h.name == "" || got.Name == h.name)
}

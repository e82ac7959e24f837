package change

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/release"
	"github.com/safeport/safeport/internal/release/engine"
	"github.com/safeport/safeport/internal/release/journal"
	"github.com/safeport/safeport/report"
)

// settle makes a change. Where a port is in the way and there is a person to ask, it asks for another one and tries again:
// nothing has been changed until then. --yes is no answer to "which port?", and whoever is not there is not asked.
func (m *making) settle(cmd *cobra.Command, s *release.Session, change func(context.Context) (*release.Outcome, error)) (*release.Outcome, error) {
	for tries := 1; ; tries++ {
		o, err := change(cmd.Context())
		if err != nil && m.chooseAgain != nil && tries < mostChoices && m.lostChoice(err) {
			chosen, cannot := m.chooseAgain()
			switch {
			case cannot != nil:
			case !maps.Equal(chosen, s.Question.Settings):
				s.Say("The port is in use by now. Trying another")
				s.Question.Settings = chosen
				continue
			case waited(cmd.Context(), time.Duration(tries)*200*time.Millisecond):
				continue // another one had it for a moment, to try it
			}
		}
		blocked, ok := err.(*journal.BlockedError) // and not one that a change which had begun met with: that is undone
		if !ok || !m.mayAsk(cmd) {
			return o, err
		}
		p, ok := movable(blocked.Report)
		if !ok {
			return o, err
		}
		if err := m.tell(cmd, blocked.Report); err != nil {
			return nil, err
		}
		ports, err := m.askForPort(cmd, blocked.Report, p)
		if err != nil {
			return nil, err
		}
		s.Question.Settings = maps.Clone(s.Question.Settings)
		s.Question.Settings[m.settings.NameOf(p.Setting)] = ports
	}
}

// mostChoices are how often ports are chosen that were left to safeport, where others choose at the same time.
const mostChoices = 8

// waited says whether a time has passed without an interruption.
func waited(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// lostChoice says whether a change came to nothing, at first or when it was rolled back, because ports that were left to safeport
// were in use, and no other ones. One that was in use when the engine started the container may be free again.
func (m *making) lostChoice(err error) bool {
	var failed *journal.FailedError
	if errors.As(err, &failed) && failed.Undo != nil {
		return false
	}
	var blocked *journal.BlockedError
	if !errors.As(err, &blocked) {
		return engine.PortInUse(err)
	}
	lost := inTheWay(blocked.Report)
	return len(lost) > 0 && !slices.ContainsFunc(lost, func(p report.Port) bool {
		return p.Setting == "" || m.asked[m.settings.NameOf(p.Setting)] != "auto"
	})
}

func (m *making) tell(cmd *cobra.Command, r *report.Report) error {
	cli.CopyableFindings(cmd, r.Findings, m.Format.Value)
	return m.Write(cmd, r, func(opt output.Options) error { return output.Text(cmd.OutOrStdout(), r, opt) })
}

// movable is the first port in the way that a setting can put elsewhere.
func movable(r *report.Report) (report.Port, bool) {
	ports := inTheWay(r)
	i := slices.IndexFunc(ports, func(p report.Port) bool { return p.Setting != "" })
	if i < 0 {
		return report.Port{}, false
	}
	return ports[i], true
}

// inTheWay are the ports that an error is about.
func inTheWay(r *report.Report) []report.Port {
	return slices.DeleteFunc(slices.Clone(r.Ports), func(p report.Port) bool {
		return !slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Port == p.Name && f.Severity == report.Error })
	})
}

// suggested is the port, or block of ports, that was found free; empty when none was.
func suggested(p report.Port) string {
	wanted, err := port.ParseRange(p.Ports)
	if err != nil || p.Suggestion == 0 {
		return ""
	}
	first := uint16(p.Suggestion)
	return port.Range{First: first, Last: first + uint16(wanted.Len()-1)}.String()
}

// askForPort asks until there is a port to try, or it is given up.
func (m *making) askForPort(cmd *cobra.Command, r *report.Report, p report.Port) (string, error) {
	for {
		answer, err := askConflict(cmd, r, p)
		switch {
		case errors.Is(err, errGivenUp):
			say, _ := m.teller(cmd)
			say("Interrupted. Nothing has been changed.")
			return "", cli.ExitStatus(cli.ExitInterrupted)
		case err != nil:
			return "", err
		}
		switch answer {
		case useSuggested:
			return suggested(p), nil
		case useAnother:
			if ports, err := askAnother(cmd, p); !errors.Is(err, errGivenUp) {
				return ports, err
			} // back to the question before
		case showHolder:
			if err := m.showHolder(cmd, p); err != nil {
				return "", err
			}
		default:
			return "", cli.ExitStatus(cli.ExitBlocked)
		}
	}
}

func (m *making) showHolder(cmd *cobra.Command, p report.Port) error {
	r, err := safeport.Who(cmd.Context(), safeport.WhoRequest{
		Ports: []string{p.Ports + "/" + p.Protocol}, Engine: m.engine.Value, Language: cli.Language(cmd),
	})
	if err != nil {
		return err
	}
	cli.CopyableFindings(cmd, r.Findings, "text")
	return output.Who(cmd.ErrOrStderr(), r, cli.Reader(cmd, cmd.ErrOrStderr()))
}

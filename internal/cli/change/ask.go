package change

import (
	"errors"
	"os"

	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/safeport/safeport/internal/cli"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/report"
)

// answer is what the person wants done about a conflict.
type answer int

const (
	useSuggested answer = iota
	useAnother
	showHolder
	cancel
)

// errGivenUp is a question that was ended by Ctrl-C.
var errGivenUp = errors.New("the question was not answered")

// mayAsk says whether there is a person to ask, and an answer is wanted.
func (c *changing) mayAsk(cmd *cobra.Command) bool {
	return !c.yes && !c.quiet && !c.dryRun && c.Format.Value == "text" && isTerminal(cmd.InOrStdin()) && isTerminal(cmd.ErrOrStderr())
}

// askConflict asks what is to be done about a port that cannot be had. To move a new installation harms nobody, and so it is
// the answer of who only presses Enter; to move one that is in use cuts off who knows its port.
func askConflict(cmd *cobra.Command, r *report.Report, p report.Port) (answer, error) {
	l := cli.Language(cmd)
	var options []huh.Option[answer]
	if free := suggested(p); free != "" {
		options = append(options, huh.NewOption(l.Sprintf("use port %s", free), useSuggested))
	}
	options = append(options,
		huh.NewOption(l.Sprintf("use another port"), useAnother),
		huh.NewOption(l.Sprintf("show what uses it"), showHolder),
		huh.NewOption(l.Sprintf("cancel"), cancel))
	picked := options[0].Value
	if r.Situation != report.Fresh {
		picked = cancel
	}
	err := ask(cmd, huh.NewSelect[answer]().Title(l.Sprintf("Port %s is not available. What next?", p.Ports)).Options(options...).Value(&picked))
	return picked, err
}

// askAnother asks for a port, or a block of as many ports as are wanted.
func askAnother(cmd *cobra.Command, p report.Port) (string, error) {
	l := cli.Language(cmd)
	text := suggested(p)
	err := ask(cmd, huh.NewInput().Title(l.Sprintf("Which port?")).Value(&text).Validate(func(s string) error {
		if _, err := port.ParseRange(s); err != nil {
			return errors.New(l.Error(err))
		}
		return nil
	}))
	return text, err
}

// ask shows one question. A terminal that cannot move its cursor gets it as lines, to be answered by a number.
func ask(cmd *cobra.Command, field huh.Field) error {
	// Each question has a file of its own to read from: what reads for one may still wait when it is answered (bubbletea 2.0
	// closes its epoll below it), and would take the first keys of the next from a file that they share.
	in := cmd.InOrStdin()
	if terminal, err := os.Open("/dev/tty"); err == nil {
		defer terminal.Close()
		in = terminal
	}
	form := huh.NewForm(huh.NewGroup(field)).
		WithInput(in).WithOutput(cmd.ErrOrStderr()).
		WithTheme(huh.ThemeFunc(plainTheme)).WithShowHelp(false).
		WithAccessible(os.Getenv("TERM") == "dumb")
	answered := make(chan error, 1)
	go func() { answered <- form.RunWithContext(cmd.Context()) }()
	var err error
	select {
	case err = <-answered:
	case <-cmd.Context().Done(): // the lines of a dumb terminal are read by something that does not look for it
		return errGivenUp
	}
	if errors.Is(err, huh.ErrUserAborted) {
		return errGivenUp
	}
	if err != nil {
		return message.Errorf("reading the answer: %w", err)
	}
	return nil
}

// plainTheme has no colours: the question reads the same on every terminal.
func plainTheme(dark bool) *huh.Styles {
	t := huh.ThemeBase(dark)
	t.Focused.Base = lipgloss.NewStyle()
	t.Focused.Title = lipgloss.NewStyle().Bold(true)
	return t
}

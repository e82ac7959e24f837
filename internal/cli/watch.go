package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/output"
	"github.com/safeport/safeport/report"
)

// follow looks at the list again and again until the user leaves: on a terminal in place, otherwise one line a change.
func (l *listing) follow(cmd *cobra.Command) error {
	stdout := cmd.OutOrStdout()
	if s, ok := stdout.(*sink); ok {
		stdout = s.Writer
	}
	screenFile, toScreen := stdout.(*os.File)
	keys, fromKeys := cmd.InOrStdin().(*os.File)
	if !toScreen || !fromKeys || !term.IsTerminal(int(screenFile.Fd())) || !term.IsTerminal(int(keys.Fd())) {
		return l.changes(cmd)
	}
	return l.screen(cmd, screenFile, keys)
}

// look is one look at the list, beside the one before.
func (l *listing) look(ctx context.Context, before map[string]report.ListedPort) (now map[string]report.ListedPort, list output.Watched, err error) {
	r, err := safeport.List(ctx, l.ListRequest)
	if err != nil {
		return before, list, err
	}
	list = output.Watched{Ports: r.Ports, Came: map[string]bool{}, Went: map[string]bool{}}
	now = make(map[string]report.ListedPort, len(r.Ports))
	for _, p := range r.Ports {
		key := output.ListedKey(p)
		now[key] = p
		if _, was := before[key]; !was && before != nil {
			list.Came[key] = true
		}
	}
	for key, p := range before {
		if _, is := now[key]; !is {
			list.Went[key] = true
			list.Ports = append(list.Ports, p)
		}
	}
	return now, list, nil
}

// changes writes one line for each port that came or went.
func (l *listing) changes(cmd *cobra.Command) error {
	out, opt := cmd.OutOrStdout(), Screen(cmd.OutOrStdout(), Language(cmd))
	var before map[string]report.ListedPort
	for {
		now, list, err := l.look(cmd.Context(), before)
		if err != nil {
			return err
		}
		for _, p := range list.Ports {
			sign := ""
			switch key := output.ListedKey(p); {
			case list.Came[key]:
				sign = "+"
			case list.Went[key]:
				sign = "-"
			default:
				continue
			}
			if _, err := fmt.Fprintf(out, "%s %s %s\n", time.Now().Format(time.RFC3339), sign, output.Listed(p, opt)); err != nil {
				return err
			}
		}
		before = now
		select {
		case <-cmd.Context().Done():
			return nil
		case <-time.After(l.interval):
		}
	}
}

const (
	enter = "\x1b[?1049h\x1b[?25l" // the screen beside the usual one, without a cursor
	leave = "\x1b[?25h\x1b[?1049l"
	home  = "\x1b[H\x1b[2J"
)

// screen shows the list in place. The terminal is given back as it was, whatever happens.
func (l *listing) screen(cmd *cobra.Command, to, keys *os.File) error {
	was, err := term.MakeRaw(int(keys.Fd()))
	if err != nil {
		return err
	}
	defer term.Restore(int(keys.Fd()), was)
	io.WriteString(to, enter)
	defer io.WriteString(to, leave)

	// What asked to end otherwise has ended the command's context; a hang-up would end the process here and now.
	ctx, stop := signal.NotifyContext(cmd.Context(), unix.SIGHUP)
	defer stop()
	go awaitLeave(keys, stop)
	lang, opt := Language(cmd), Screen(to, Language(cmd))
	var before map[string]report.ListedPort
	for ctx.Err() == nil {
		now, list, err := l.look(ctx, before)
		if err != nil && ctx.Err() == nil {
			return err
		}
		before = now
		columns, lines, err := term.GetSize(int(to.Fd()))
		if err != nil {
			columns, lines = 80, 24
		}
		var page bytes.Buffer
		page.WriteString(home)
		title := lang.Sprintf("Ports in use, %s (q: quit)", time.Now().Format("15:04:05"))
		if err := output.Screen(&page, title, list, lines, columns, opt); err != nil {
			return err
		}
		if _, err := to.Write(page.Bytes()); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(l.interval):
		}
	}
	return nil
}

// awaitLeave reads keys until one is q or Ctrl-C, which a raw terminal makes no signal of.
func awaitLeave(keys io.Reader, leave func()) {
	key := make([]byte, 1)
	for {
		n, err := keys.Read(key)
		if err != nil || n > 0 && (key[0] == 'q' || key[0] == 'Q' || key[0] == 3) {
			leave()
			return
		}
	}
}

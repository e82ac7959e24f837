package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

const home = "home/somebody"

// Linger has the systemd of [Somebody] start with the machine, and starts it, until the test ends.
func (s *Systemd) Linger(t testing.TB) {
	t.Helper()
	manager := fmt.Sprintf("user@%d.service", Somebody.UID)
	t.Cleanup(func() {
		s.loginctl("disable-linger")
		// logind would end it ten seconds later.
		if err := s.Systemctl("stop", manager); err != nil {
			t.Error(err)
		}
	})
	// logind answers before it stands.
	if err := errors.Join(s.loginctl("enable-linger"), s.Systemctl("start", manager)); err != nil {
		t.Fatal(err)
	}
}

func (s *Systemd) loginctl(verb string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	out, err := s.Command(ctx, Root, nil, "loginctl", verb, "somebody").CombinedOutput()
	if err != nil {
		return fmt.Errorf("loginctl %s: %w: %s", verb, err, strings.TrimSpace(string(out)))
	}
	return nil
}

// UserSystemctl runs systemctl as [Somebody] on his own systemd, in the way that safeport prints.
func (s *Systemd) UserSystemctl(words ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	env := []string{"PATH=" + os.Getenv("PATH"), "XDG_RUNTIME_DIR=/run/user/" + strconv.Itoa(int(Somebody.UID))}
	out, err := s.Command(ctx, Somebody, env, append([]string{"systemctl", "--user"}, words...)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("systemctl --user %s: %w: %s", strings.Join(words, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// UserUnits gives [Somebody] unit files, by their names below ~/.config/systemd/user, until the test ends.
func (s *Systemd) UserUnits(t testing.TB, files map[string]string) {
	t.Helper()
	dir := filepath.Join(s.tree, home, ".config/systemd/user")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(filepath.Join(s.tree, home)) })
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// They are his, and so are the links that "systemctl enable" is to make beside them.
	err := filepath.WalkDir(filepath.Join(s.tree, home), func(path string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, int(Somebody.UID), int(Somebody.GID)))
	})
	if err != nil {
		t.Fatal(err)
	}
}

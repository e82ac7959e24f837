package systemd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/safeport/safeport/internal/facts"
)

// homesTimeout bounds how long is waited for what stands in homes: one on a network may never answer.
const homesTimeout = time.Second

// Lingering are the ports that units of users' own systemds take when the host starts, as [Manager.Sockets] and
// [Manager.Services] find those of the host's. Only who lingers (loginctl(1)) has a systemd that starts with the host: any
// other begins when its user logs in and ends when he logs out, and what its units have meanwhile shows as sockets.
// rootsPorts is where the ports begin that everybody may have. The error says what could not be read.
func Lingering(ctx context.Context, root string, rootsPorts int) ([]facts.PortUse, error) {
	users, err := lingerers(root)
	if len(users) == 0 {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, homesTimeout)
	defer cancel()
	type answer struct {
		place  int
		claims []facts.PortUse
		err    error
	}
	answers := make(chan answer, len(users))
	for i, user := range users {
		go func() {
			claims, err := user.later(root, rootsPorts)
			answers <- answer{i, claims, err}
		}()
	}
	// Who has not answered by then is left alone, so that nobody's home keeps the others' from being told.
	claims, errs := make([][]facts.PortUse, len(users)), make([]error, len(users))
	for i := range errs {
		errs[i] = errors.New("the home does not answer")
	}
	for range users {
		select {
		case a := <-answers:
			claims[a.place], errs[a.place] = a.claims, a.err
		case <-ctx.Done():
		}
	}
	for i, user := range users {
		if errs[i] != nil {
			err = errors.Join(err, fmt.Errorf("units of user %s: %w", user.name, errs[i]))
		}
	}
	return slices.Concat(claims...), err
}

// account is a user as /etc/passwd has him.
type account struct {
	name, home string
	uid        uint32
}

// later are the ports that the units of a user's own systemd take when it starts. Its files are read, as it will read them
// then: what it has in memory now it will have forgotten, and so will /run.
func (a account) later(root string, rootsPorts int) (claims []facts.PortUse, err error) {
	uid := strconv.FormatUint(uint64(a.uid), 10)
	m := User(root, a.home, "/run/user/"+uid)
	m.directories = slices.DeleteFunc(m.directories, func(dir string) bool { return strings.HasPrefix(strings.TrimPrefix(dir, "/"), "run/") })
	m.quadlets = []string{a.home + "/.config/containers/systemd", quadletUsers, quadletUsers + "/" + uid}
	m.generator = "user-generators/podman-user-generator"
	m.group = "user.slice/user-" + uid + ".slice/user@" + uid + ".service"
	m.uid = a.uid
	if a.uid != 0 {
		m.rootsPorts = rootsPorts
	}
	sockets, err := m.readSockets(m.starting(".socket"))
	for _, s := range sockets {
		claims = append(claims, slices.DeleteFunc(s.Listens, m.withholds)...)
	}
	services, servicesErr := m.Services()
	return append(claims, services...), errors.Join(err, servicesErr)
}

// lingerers are the users for whom logind has a file of their name. One who is not in /etc/passwd is known to a directory
// service, which is not asked, or to nobody any more.
func lingerers(root string) (users []account, err error) {
	files, err := os.ReadDir(filepath.Join(root, "var/lib/systemd/linger"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case len(files) == 0:
		return nil, err
	}
	wanted := map[string]bool{}
	for _, f := range files {
		wanted[f.Name()] = true
	}
	passwd, openErr := os.Open(filepath.Join(root, "etc/passwd"))
	if openErr != nil {
		return nil, errors.Join(err, openErr)
	}
	defer passwd.Close()
	lines := bufio.NewScanner(passwd)
	for lines.Scan() && len(wanted) > 0 {
		// alice:x:1000:1000:Alice:/home/alice:/bin/bash
		fields := strings.Split(lines.Text(), ":")
		if len(fields) < 7 || !wanted[fields[0]] {
			continue
		}
		if uid, err := strconv.ParseUint(fields[2], 10, 32); err == nil {
			users = append(users, account{fields[0], fields[5], uint32(uid)})
			delete(wanted, fields[0])
		}
	}
	for _, f := range files {
		if name := f.Name(); wanted[name] {
			err = errors.Join(err, fmt.Errorf("units of user %s: not in /etc/passwd", name))
		}
	}
	return users, errors.Join(err, lines.Err())
}

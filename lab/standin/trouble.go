package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// trouble is what goes wrong with a version: it ends at once ("exit"), never listens ("hang"), is slow to start ("slow"),
// ends soon after it has answered ("die"), or ends three times, as one whose database is not up yet, and then goes on ("early").
// One that answers 503 for ever ("503") does so in its answers.
func trouble(kind string) error {
	switch kind {
	case "exit":
		return errors.New("a required setting is missing")
	case "hang":
		return stand()
	case "slow":
		time.Sleep(1500 * time.Millisecond)
	case "early":
		return early(3)
	case "die":
		time.AfterFunc(time.Second, func() {
			fmt.Fprintln(os.Stderr, "fatal: out of descriptors")
			os.Exit(3)
		})
	}
	return nil
}

// early fails so many times, which it counts in a file of its own.
func early(times int) error {
	const file = "/tries"
	tries, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if len(tries) >= times {
		return nil
	}
	if err := os.WriteFile(file, append(tries, '.'), 0o644); err != nil {
		return err
	}
	return errors.New("the database does not answer")
}

// migrate brings the data directory to the format of this version, and refuses one that is newer. Without a format it
// leaves the directory alone.
func migrate(format string) error {
	if format == "" {
		return nil
	}
	file := filepath.Join("/var/lib/gpustack/postgresql/data", "format")
	found, err := os.ReadFile(file)
	if err == nil && string(found) > format {
		return fmt.Errorf("the data has format %s, and this version knows %s", found, format)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(format), 0o644)
}

// keep writes into a directory that a program may have, as a database does: whose the data is, and a line for each start. Data of
// another program it does not take for its own, and leaves a note there that it was let in.
func keep(dir, program, version string) error {
	if dir == "" {
		return nil
	}
	file := filepath.Join(dir, "owner")
	owner, err := os.ReadFile(file)
	if err == nil && string(owner) != program {
		note := fmt.Sprintf("%s found data of %s", program, owner)
		return errors.Join(errors.New(note), os.WriteFile(filepath.Join(dir, "intruder"), []byte(note), 0o644))
	}
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(dir, "starts"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	_, err = fmt.Fprintln(log, version)
	return err
}

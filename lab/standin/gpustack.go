package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// gpustack listens where GPUStack would: a server on --port (80), a worker, which is what --server-url makes of it, on
// --worker-port (10150) and on no server port at all. Other arguments are GPUStack's business and are passed over.
func gpustack(args []string) error {
	port, workerPort, worker := "80", "10150", false
	for len(args) > 0 {
		flag, value, joined := strings.Cut(args[0], "=")
		args = args[1:]
		if !joined && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
			value, args = args[0], args[1:]
		}
		switch flag {
		case "--port":
			port = value
		case "--worker-port":
			workerPort = value
		case "--server-url", "-s":
			worker = true
		}
	}
	if worker {
		port = workerPort
	}
	if err := trouble(os.Getenv("STANDIN_TROUBLE")); err != nil {
		return err
	}
	if err := migrate(os.Getenv("STANDIN_DATA")); err != nil {
		return err
	}
	if err := open("tcp", ":"+port); err != nil {
		return err
	}
	return stand()
}

// trouble is what goes wrong with a version: it ends at once ("exit"), never listens ("hang"), is slow to start ("slow"),
// or ends soon after it has answered ("die"). One that answers 503 for ever ("503") does so in its answers.
func trouble(kind string) error {
	switch kind {
	case "exit":
		return errors.New("a required setting is missing")
	case "hang":
		return stand()
	case "slow":
		time.Sleep(1500 * time.Millisecond)
	case "die":
		time.AfterFunc(time.Second, func() {
			fmt.Fprintln(os.Stderr, "fatal: out of descriptors")
			os.Exit(3)
		})
	}
	return nil
}

// migrate brings the data directory to the format of this version, and refuses one that is newer. Without a format it
// leaves the directory alone.
func migrate(format string) error {
	if format == "" {
		return nil
	}
	file := filepath.Join("/var/lib/gpustack", "format")
	found, err := os.ReadFile(file)
	if err == nil && string(found) > format {
		return fmt.Errorf("the data has format %s, and this version knows %s", found, format)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(format), 0o644)
}

package main

import (
	"strings"
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
	if err := open("tcp", ":"+port); err != nil {
		return err
	}
	return stand()
}

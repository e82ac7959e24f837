package cli

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/safeport/safeport/internal/regular"
)

// composeNames are what "docker compose" calls a project's file where nothing else is said, in its order.
var composeNames = [...]string{"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"}

// maxEnv bounds what is read of a file of variables.
const maxEnv = 1 << 20

// nearbyProject is the directory of the Compose project that "docker compose" would take where nothing is named: this one, or
// the nearest above it that has a Compose file; or where COMPOSE_FILE says which files are meant. file is what it is known by.
func nearbyProject() (dir, file string) {
	if os.Getenv("COMPOSE_FILE") != "" {
		return ".", "COMPOSE_FILE"
	}
	if text, err := regular.Read(".env", maxEnv); err == nil && bytes.Contains(append([]byte("\n"), text...), []byte("\nCOMPOSE_FILE=")) {
		return ".", ".env"
	}
	here, err := os.Getwd()
	if err != nil {
		return "", ""
	}
	for at := here; ; at = filepath.Dir(at) {
		for _, name := range composeNames {
			path := filepath.Join(at, name)
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				continue
			}
			if at == here {
				return ".", name
			}
			return at, path
		}
		if at == filepath.Dir(at) {
			return "", ""
		}
	}
}

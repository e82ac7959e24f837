package release_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// stores is a project of three services with data, of which two run the same image.
const stores = `name: store
services:
  db: {image: "db:1", command: ["tcp::5432"], volumes: ["data:/data"]}
  old: {image: "db:1", command: ["tcp::5433"], volumes: ["older:/data"]}
  cache: {image: "other:1", command: ["tcp::6379"], volumes: ["cached:/data"]}
volumes: {data: {}, older: {}, cached: {}}
`

// Whatever is edited between an installation and an upgrade: no service gets the data of another one unless that was confirmed, and that one
// gets other data than it had, or leaves it, is said before anything changes.
func TestEditedVolumes(t *testing.T) {
	b, dir, _ := newStore(t)
	file := filepath.Join(dir, "compose.yaml")
	b.write(file, stores)
	b.must(0, "install", dir)
	notes := map[string]string{}
	for _, service := range []string{"db", "old", "cache"} {
		notes[service] = filepath.Join(b.inspect("store-r1-" + service + "-1").Mounts[0].Source, "note")
		b.write(notes[service], service)
	}
	for _, tt := range []struct {
		name   string
		edit   []string
		status int
		says   string
	}{
		{"volumes of two programs are swapped", []string{"data:/data", "cached:/data", "cached:/data", "data:/data"}, 1, "db would get volume store_cached, which has the data of service cache"},
		{"volumes of two services with one image are swapped", []string{"data:/data", "older:/data", "older:/data", "data:/data"}, 1, "old would get volume store_data, which has the data of service db"},
		{"names of two services with one image are swapped", []string{"  db:", "  old:", "  old:", "  db:"}, 1, "would get volume store_data"},
		{"names of two programs are swapped", []string{"  db:", "  cache:", "  cache:", "  db:"}, 1, "--image cache=db:1 --image db=other:1"},
		{"another program is given the place of a service", []string{`  db: {image: "db:1"`, `  main: {image: "other:1"`}, 1, "main would get volume store_data"},
		{"a service is renamed", []string{"  db:", "  main:"}, 0, "service db is removed; service main is new"},
		{"a volume is used by another service, too", []string{`["cached:/data"]`, `["cached:/data", "data:/other"]`}, 0, "service cache in volumes"},
		{"a volume is renamed", []string{"data:/data", "more:/data", "{data:", "{more:"}, 0, "db gets the new, empty volume store_more at /data. Its previous data stays in store_data"},
		{"a service is removed", []string{stores[strings.Index(stores, "  db:"):strings.Index(stores, "  old:")], ""}, 0, "volume store_data isn't used any more"},
		{"a volume becomes a directory", []string{"data:/data", "./data:/data"}, 0, "db gets " + filepath.Join(dir, "data") + " at /data. Its previous data stays in store_data"},
		{"a volume becomes an external one that is not there", []string{"{data: {}", "{data: {external: true}"}, 1, "volume data is external and doesn't exist"},
		{"a volume becomes external", []string{"{data: {}", "{data: {external: true, name: store_data}"}, 0, "its volumes"},
		{"a volume gets options", []string{"{data: {}", "{data: {driver_opts: {type: tmpfs, device: tmpfs}}"}, 0, "options of existing volumes can't be changed, so those in the file aren't applied: store_data"},
		{"a network gets options", []string{"volumes: {data: {}", "networks: {default: {ipam: {config: [{subnet: 10.77.0.0/24}]}}}\nvolumes: {data: {}"}, 0, "options of existing networks aren't changed by an upgrade: store_default"},
	} {
		b.write(file, strings.NewReplacer(tt.edit...).Replace(stores))
		if a := b.must(tt.status, "upgrade", "store", "--dry-run"); !strings.Contains(a.stdout+a.stderr, tt.says) {
			t.Errorf("%s: %q is not said: %s%s", tt.name, tt.says, a.stderr, a.stdout)
		}
	}
	b.write(file, strings.NewReplacer("data:/data", "cached:/data", "cached:/data", "data:/data").Replace(stores))
	b.must(1, "upgrade", "store")
	b.mounts("store-r1-db-1", "store_data")
	b.must(0, "upgrade", "store", "--ignore", "volume-shared")
	b.mounts("store-r2-db-1", "store_cached")
	b.mounts("store-r2-cache-1", "store_data")
	for service, note := range notes {
		b.holds(note, service)
	}
}

package composefile

import (
	"testing"

	"github.com/safeport/safeport/internal/settings"
)

// The section is anybody's text: it is read to its end, or it is said why it cannot be. What stands beside it, Compose's schema has seen before
// anything is made of it.
func FuzzSection(f *testing.F) {
	const services = "services:\n  web:\n    image: web\n    ports: [{name: web, target: 80, published: \"${port}\"}]\n"
	for _, section := range []string{
		"  settings:\n    port: {flag: port, env: PORT, key: port, type: port, default: 80, about: web UI}\n",
		"  settings:\n    a: {when: [b, c]}\n    b: {default: [{value: x, when: a}, y], choices: [x, y], type: choice}\n    c: {type: bool, default: true}\n",
		"  binds: [{name: a, port: 80-90, need: any, protocol: udp, address: 127.0.0.1, when: {port: set}}]\n",
		"  identity: {images: [web], data: /data, has: {args: [--x]}, without: {env: [A]}}\n  backup: [/data]\n",
		"  ready: {port: web, path: /ready, within: 1m, version: /version}\n  login: {en: a, zh: b}\n",
		"  config: {flag: config, env: CONFIG, keys: [a]}\n  legacy: {files: [/etc/x], implies: {port: 80}, steps: [{run: a, about: b, for: [c]}]}\n",
		"  settings: &s\n    port: {<<: *s}\n",
		"  settings: {port: {type: range, size: [{value: 3, when: port}], default: 40000-40002}}\n",
	} {
		f.Add(services + "x-safeport:\n" + section)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := newFile("compose.yaml", []byte(text))
		if err != nil {
			return
		}
		d := newDefinition()
		d.Name, d.Instance, d.files = "fuzz", "fuzz", []file{read}
		if err := d.readSection(); err != nil {
			_ = err.Error()
			return
		}
		values, _, err := settings.Resolve(d.Settings, settings.Sources{})
		if err != nil {
			return
		}
		_ = d.bounded(values)
		for _, b := range d.Binds {
			b.When.Holds(values)
		}
	})
}

package kernels

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// first are the modules by which a guest gets at its files. All others it loads from there.
var first = []string{"virtio_pci", "9pnet_virtio", "9p", "overlay"}

// module is a kernel module, as the initramfs has it.
type module struct {
	name string
	data []byte
}

// bootModules are the modules that are needed first and those that they need, in the order in which they can be loaded.
func (k *Kernel) bootModules() ([]module, error) {
	text, err := os.ReadFile(filepath.Join(k.modules, "modules.dep"))
	if err != nil {
		return nil, err
	}
	paths := map[string]string{}   // by name
	needs := map[string][]string{} // what each file needs, the nearest first
	for line := range strings.Lines(string(text)) {
		path, depends, _ := strings.Cut(line, ":")
		paths[moduleName(path)] = path
		needs[path] = strings.Fields(depends)
	}
	builtin, err := os.ReadFile(filepath.Join(k.modules, "modules.builtin"))
	if err != nil {
		return nil, err
	}
	var all []module
	var have []string
	for _, name := range first {
		path, ok := paths[name]
		if !ok {
			if strings.Contains(string(builtin), "/"+name+".ko") {
				continue
			}
			return nil, fmt.Errorf("kernel %s has no module %s", k.Release, name)
		}
		order := append([]string{path}, needs[path]...)
		for _, path := range slices.Backward(order) {
			if slices.Contains(have, path) {
				continue
			}
			have = append(have, path)
			data, err := decompressed(filepath.Join(k.modules, path))
			if err != nil {
				return nil, err
			}
			all = append(all, module{moduleName(path), data})
		}
	}
	return all, nil
}

// moduleName is a module's name by its file's: "kernel/net/9p/9pnet.ko.xz" has 9pnet.
func moduleName(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".ko")
	return strings.ReplaceAll(name, "-", "_")
}

// decompressed is a module as every kernel takes it: older ones do not decompress any.
func decompressed(path string) ([]byte, error) {
	programs := map[string]string{".xz": "xz", ".zst": "zstd", ".gz": "gzip"}
	program, ok := programs[filepath.Ext(path)]
	if !ok {
		return os.ReadFile(path)
	}
	cmd := exec.Command(program, "-dc", path)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	data, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("decompressing %s: %w: %s", path, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return data, nil
}

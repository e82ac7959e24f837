package composefile

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/service"
	"github.com/safeport/safeport/internal/settings"
)

// TestDocumentation runs the example of docs/services.md: it is read, it is what the schema allows, and it wants what the
// page says for the settings that the page says.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../../docs/services.md")
	if err != nil {
		t.Fatal(err)
	}
	example := block(t, string(page), "yaml")
	schema := sectionSchema(t)
	var doc map[string]any
	if err := yaml.Unmarshal([]byte(example), &doc); err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc["x-safeport"]); err != nil {
		t.Errorf("%s: %v", schemaFile, err)
	}
	write(t, map[string]string{"compose.yaml": example})
	d, err := Load(t.Context(), service.Project{Files: []string{"compose.yaml"}})
	if err != nil {
		t.Fatal(err)
	}
	claims := regexp.MustCompile("(?s)```wants([^\n]*)\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(claims) < 2 {
		t.Fatalf("the page has %d lists of wants", len(claims))
	}
	for _, m := range claims {
		var got strings.Builder
		for _, w := range wantsOf(t, d, settings.Sources{Flags: chosen(m[1])}) {
			line := fmt.Sprintf("%-12s %-12s %-4s %-8s", w.Name, w.Ports, w.Protocol, w.Mode)
			if w.AnyOf > 0 {
				line += fmt.Sprintf(" any %d", w.AnyOf)
			}
			fmt.Fprintln(&got, strings.TrimSpace(line))
		}
		if got.String() != m[2] {
			t.Errorf("with%s it wants\n%s\nand the page says\n%s", m[1], got.String(), m[2])
		}
	}
}

// chosen makes flags of "port=8080 network=host".
func chosen(words string) map[string]string {
	flags := map[string]string{}
	for word := range strings.FieldsSeq(words) {
		key, value, _ := strings.Cut(word, "=")
		flags[key] = value
	}
	return flags
}

// block is the only block of code in a language.
func block(t *testing.T, page, language string) string {
	t.Helper()
	blocks := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(page, -1)
	if len(blocks) != 1 {
		t.Fatalf("the page has %d blocks of %s", len(blocks), language)
	}
	return blocks[0][1]
}

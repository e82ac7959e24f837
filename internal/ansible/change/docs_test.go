package change

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// What ansible-doc shows are the parameters that a module takes, and the results that it gives.
func TestDocumentation(t *testing.T) {
	for _, module := range []string{"check", "service", "report"} {
		t.Run(module, func(t *testing.T) {
			text, err := os.ReadFile("../../../ansible/plugins/modules/" + module + ".py")
			if err != nil {
				t.Fatal(err)
			}
			var about struct {
				Module  string
				Options map[string]any
			}
			block(t, string(text), "DOCUMENTATION", &about)
			reply, _, _ := run(t, module, `"zzzzzzzzzzzz": 1, "service": "gpustack"`)
			_, list, ok := strings.Cut(reply.Msg, "the parameters are ")
			if !ok {
				t.Fatalf("an unknown parameter is answered with %q", reply.Msg)
			}
			documented := slices.Sorted(maps.Keys(about.Options))
			if module != about.Module || strings.Join(documented, ", ") != list {
				t.Errorf("documented are %s, known are %s", strings.Join(documented, ", "), list)
			}
			results := map[string]struct{ Description, Returned, Type any }{}
			block(t, string(text), "RETURN", &results)
			for name, result := range results {
				if result.Description == nil || result.Returned == nil || result.Type == nil {
					t.Errorf("what is returned as %s is not described in full", name)
				}
			}
			var examples []map[string]any
			block(t, string(text), "EXAMPLES", &examples)
			if len(examples) == 0 {
				t.Error("there are no examples")
			}
		})
	}
}

// block decodes one of the texts that a module's documentation consists of.
func block(t *testing.T, text, name string, into any) {
	t.Helper()
	_, rest, _ := strings.Cut(text, name+` = r"""`)
	body, _, ok := strings.Cut(rest, `"""`)
	if !ok {
		t.Fatalf("there is no %s", name)
	}
	if err := yaml.Unmarshal([]byte(body), into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

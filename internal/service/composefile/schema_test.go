package composefile

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/compose-spec/compose-go/v2/schema"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/safeport/safeport/internal/service"
)

const schemaFile = "x-safeport.schema.json"

func sectionSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(schemaFile, doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// TestBuiltinSchemas validates what is not validated at run time: the built-in files against Compose's schema and ours.
func TestBuiltinSchemas(t *testing.T) {
	section := sectionSchema(t)
	for _, name := range service.Names() {
		t.Run(name, func(t *testing.T) {
			data, err := service.ComposeFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var doc map[string]any
			if err := yaml.Unmarshal(data, &doc); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(doc); err != nil {
				t.Errorf("Compose's schema: %v", err)
			}
			if err := section.Validate(doc["x-safeport"]); err != nil {
				t.Errorf("%s: %v", schemaFile, err)
			}
		})
	}
}

// TestSchemaKnowsWhatIsRead holds the schema and the reader together: every key that the reader takes is described, and
// every key that is described is read.
func TestSchemaKnowsWhatIsRead(t *testing.T) {
	code, err := os.ReadFile("section.go")
	if err != nil {
		t.Fatal(err)
	}
	choose, err := os.ReadFile("mapping.go")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]bool{}
	for _, m := range regexp.MustCompile(`"([a-z-]+)": +(r\.|func|marks)`).FindAllSubmatch(append(code, choose...), -1) {
		read[string(m[1])] = true
	}
	described := map[string]bool{}
	var walk func(s *jsonschema.Schema)
	seen := map[*jsonschema.Schema]bool{}
	walk = func(s *jsonschema.Schema) {
		if s == nil || seen[s] {
			return
		}
		seen[s] = true
		for key, p := range s.Properties {
			described[key] = true
			walk(p)
		}
		walk(s.Ref)
		for _, one := range s.OneOf {
			walk(one)
		}
		walk(s.Items2020)
		if more, ok := s.AdditionalProperties.(*jsonschema.Schema); ok {
			walk(more)
		}
	}
	walk(sectionSchema(t))
	if got, want := sorted(described), sorted(read); !slices.Equal(got, want) {
		t.Errorf("described %v\nread      %v", got, want)
	}
}

func sorted(set map[string]bool) []string {
	var list []string
	for k := range set {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// TestSchemaRefuses holds that the schema is not blind: what the reader refuses it refuses too.
func TestSchemaRefuses(t *testing.T) {
	compiled := sectionSchema(t)
	for name, text := range map[string]string{
		"unknown key":       "setings: {}",
		"unknown type":      "settings: {port: {type: prot}}",
		"no condition":      "settings: {port: {when: a b c}}",
		"bind without port": "binds: [{name: a}]",
		"wrong need":        "binds: [{name: a, port: 80, need: most}]",
		"wrong protocol":    "binds: [{name: a, port: 80, protocol: sctp}]",
	} {
		t.Run(name, func(t *testing.T) {
			var doc any
			if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
				t.Fatal(err)
			}
			if compiled.Validate(doc) == nil {
				t.Errorf("%s is taken", text)
			}
		})
	}
}

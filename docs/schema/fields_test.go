package schema

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport/report"
)

// definition is as much of a schema as these tests read.
type definition struct {
	Ref        string                `json:"$ref"`
	Type       string                `json:"type"`
	Const      string                `json:"const"`
	Enum       []string              `json:"enum"`
	AnyOf      []definition          `json:"anyOf"`
	Required   []string              `json:"required"`
	Properties map[string]definition `json:"properties"`
	Items      *definition           `json:"items"`
	Defs       map[string]definition `json:"$defs"`
}

func load(t *testing.T, file string) definition {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var d definition
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatalf("reading %s: %v", file, err)
	}
	return d
}

// Every field of the documents' Go types is in the schema with its JSON type, and the schema promises no other.
func TestFieldsMatch(t *testing.T) {
	page := load(t, "report.schema.json")
	fleet := load(t, "fleet.schema.json")
	for _, row := range []struct {
		name string
		def  definition
		goes reflect.Type
	}{
		{"report", page, reflect.TypeFor[report.Report]()},
		{"who", load(t, "who.schema.json"), reflect.TypeFor[report.WhoReport]()},
		{"list", load(t, "list.schema.json"), reflect.TypeFor[report.ListReport]()},
		{"listed port", load(t, "list.schema.json").Defs["listed"], reflect.TypeFor[report.ListedPort]()},
		{"free", load(t, "free.schema.json"), reflect.TypeFor[report.FreeReport]()},
		{"map", load(t, "map.schema.json"), reflect.TypeFor[report.MapReport]()},
		{"band", load(t, "map.schema.json").Defs["band"], reflect.TypeFor[report.Band]()},
		{"stretch", load(t, "map.schema.json").Defs["stretch"], reflect.TypeFor[report.Stretch]()},
		{"protocol", load(t, "map.schema.json").Defs["protocol"], reflect.TypeFor[report.ProtocolMap]()},
		{"mark", load(t, "map.schema.json").Defs["mark"], reflect.TypeFor[report.MapMark]()},
		{"wanted port", load(t, "map.schema.json").Defs["wanted"], reflect.TypeFor[report.WantedPort]()},
		{"host", page.Defs["host"], reflect.TypeFor[report.Host]()},
		{"engine", page.Defs["engine"], reflect.TypeFor[report.Engine]()},
		{"installation", page.Defs["installation"], reflect.TypeFor[report.Installation]()},
		{"port", page.Defs["port"], reflect.TypeFor[report.Port]()},
		{"origin", page.Defs["origin"], reflect.TypeFor[report.Origin]()},
		{"overridden", page.Defs["overridden"], reflect.TypeFor[report.Overridden]()},
		{"holder", page.Defs["holder"], reflect.TypeFor[report.Holder]()},
		{"link", page.Defs["link"], reflect.TypeFor[report.Link]()},
		{"dependent", page.Defs["dependent"], reflect.TypeFor[report.Dependent]()},
		{"container", page.Defs["container"], reflect.TypeFor[report.Container]()},
		{"finding", page.Defs["finding"], reflect.TypeFor[report.Finding]()},
		{"remedy", page.Defs["remedy"], reflect.TypeFor[report.Remedy]()},
		{"source", page.Defs["source"], reflect.TypeFor[report.Source]()},
		{"spare", page.Defs["spare"], reflect.TypeFor[report.Spare]()},
		{"fleet", fleet, reflect.TypeFor[report.Fleet]()},
		{"fleet's counts", fleet.Defs["counts"], reflect.TypeFor[report.FleetCounts]()},
		{"fleet's port", fleet.Defs["port"], reflect.TypeFor[report.FleetPort]()},
		{"fleet's host", fleet.Defs["host"], reflect.TypeFor[report.FleetHost]()},
		{"fleet's answer", fleet.Defs["answer"], reflect.TypeFor[report.FleetAnswer]()},
		{"cause", fleet.Defs["cause"], reflect.TypeFor[report.Cause]()},
		{"shared port", fleet.Defs["shared"], reflect.TypeFor[report.SharedPort]()},
	} {
		t.Run(row.name, func(t *testing.T) { matchFields(t, row.def, row.goes) })
	}
	if len(page.Defs) != 14 {
		t.Errorf("the report's schema has %d definitions, this test knows 14", len(page.Defs))
	}
}

func matchFields(t *testing.T, def definition, goes reflect.Type) {
	var fields, required []string
	for _, field := range reflect.VisibleFields(goes) {
		named := func(f reflect.StructField) bool { return f.Tag.Get("json") != "" }
		switch {
		case !field.IsExported(), field.Anonymous && !named(field): // the fields of an embedded one come by themselves
			continue
		case len(field.Index) > 1 && named(goes.Field(field.Index[0])):
			continue
		}
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields = append(fields, name)
		if options != "omitempty" {
			required = append(required, name)
		}
		property, ok := def.Properties[name]
		if !ok {
			t.Errorf("field %q is not in the schema", name)
			continue
		}
		if want, got := jsonType(field.Type), property.kind(); got != want {
			t.Errorf("field %q is %s in the schema and %s in Go", name, got, want)
		}
	}
	for name := range def.Properties {
		if !slices.Contains(fields, name) {
			t.Errorf("the schema's field %q is not in the Go type", name)
		}
	}
	slices.Sort(required)
	slices.Sort(def.Required)
	if !slices.Equal(required, def.Required) {
		t.Errorf("always present in Go are %v, required in the schema %v", required, def.Required)
	}
}

// kind is the JSON type that a property allows; a reference is to an object in these schemas.
func (d definition) kind() string {
	switch {
	case d.Const != "":
		return "string"
	case d.Ref != "":
		return "object"
	case len(d.AnyOf) == 2 && d.AnyOf[1].Type == "null":
		return d.AnyOf[0].kind() + " or null"
	case d.Type == "array" && d.Items != nil:
		return "array of " + d.Items.kind()
	}
	return d.Type
}

func jsonType(goes reflect.Type) string {
	switch goes.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Int:
		return "integer"
	case reflect.Float64:
		return "number"
	case reflect.Slice:
		return "array of " + jsonType(goes.Elem())
	case reflect.Struct:
		return "object"
	case reflect.Pointer:
		switch goes {
		case reflect.TypeFor[*time.Time]():
			return "string"
		case reflect.TypeFor[*report.Container](): // left out when there is none
			return "object"
		}
		return jsonType(goes.Elem()) + " or null"
	}
	return goes.String()
}

package schema

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/safeport/safeport"
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
	report := load(t, "report.schema.json")
	fleet := load(t, "fleet.schema.json")
	for _, row := range []struct {
		name string
		def  definition
		goes reflect.Type
	}{
		{"report", report, reflect.TypeFor[safeport.Report]()},
		{"who", load(t, "who.schema.json"), reflect.TypeFor[safeport.WhoReport]()},
		{"free", load(t, "free.schema.json"), reflect.TypeFor[safeport.FreeReport]()},
		{"map", load(t, "map.schema.json"), reflect.TypeFor[safeport.MapReport]()},
		{"band", load(t, "map.schema.json").Defs["band"], reflect.TypeFor[safeport.Band]()},
		{"stretch", load(t, "map.schema.json").Defs["stretch"], reflect.TypeFor[safeport.Stretch]()},
		{"protocol", load(t, "map.schema.json").Defs["protocol"], reflect.TypeFor[safeport.ProtocolMap]()},
		{"mark", load(t, "map.schema.json").Defs["mark"], reflect.TypeFor[safeport.MapMark]()},
		{"wanted port", load(t, "map.schema.json").Defs["wanted"], reflect.TypeFor[safeport.WantedPort]()},
		{"host", report.Defs["host"], reflect.TypeFor[safeport.Host]()},
		{"engine", report.Defs["engine"], reflect.TypeFor[safeport.Engine]()},
		{"installation", report.Defs["installation"], reflect.TypeFor[safeport.Installation]()},
		{"port", report.Defs["port"], reflect.TypeFor[safeport.Port]()},
		{"origin", report.Defs["origin"], reflect.TypeFor[safeport.Origin]()},
		{"overridden", report.Defs["overridden"], reflect.TypeFor[safeport.Overridden]()},
		{"holder", report.Defs["holder"], reflect.TypeFor[safeport.Holder]()},
		{"container", report.Defs["container"], reflect.TypeFor[safeport.Container]()},
		{"finding", report.Defs["finding"], reflect.TypeFor[safeport.Finding]()},
		{"remedy", report.Defs["remedy"], reflect.TypeFor[safeport.Remedy]()},
		{"source", report.Defs["source"], reflect.TypeFor[safeport.Source]()},
		{"spare", report.Defs["spare"], reflect.TypeFor[safeport.Spare]()},
		{"fleet", fleet, reflect.TypeFor[safeport.Fleet]()},
		{"fleet's counts", fleet.Defs["counts"], reflect.TypeFor[safeport.FleetCounts]()},
		{"fleet's port", fleet.Defs["port"], reflect.TypeFor[safeport.FleetPort]()},
		{"fleet's host", fleet.Defs["host"], reflect.TypeFor[safeport.FleetHost]()},
		{"fleet's answer", fleet.Defs["answer"], reflect.TypeFor[safeport.FleetAnswer]()},
		{"cause", fleet.Defs["cause"], reflect.TypeFor[safeport.Cause]()},
		{"shared port", fleet.Defs["shared"], reflect.TypeFor[safeport.SharedPort]()},
	} {
		t.Run(row.name, func(t *testing.T) { matchFields(t, row.def, row.goes) })
	}
	if len(report.Defs) != 12 {
		t.Errorf("the report's schema has %d definitions, this test knows 12", len(report.Defs))
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
		case reflect.TypeFor[*safeport.Container](): // left out when there is none
			return "object"
		}
		return jsonType(goes.Elem()) + " or null"
	}
	return goes.String()
}

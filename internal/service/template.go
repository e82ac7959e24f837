package service

import (
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/settings"
)

// Template is the model of a built-in service before anything is chosen: in its texts "${port}" stands for a setting, and
// "${volume:-data}" for one that may be empty. Its published ports have conditions.
type Template Model

// Model is the template with the values in it.
func (t Template) Model(values settings.Values, instance string) (*Model, error) {
	variables := Variables(values, instance)
	fill := func(text string) string { return expand(text, variables) }
	all := func(texts []string) []string {
		list := slices.Clone(texts)
		for i := range list {
			list[i] = fill(list[i])
		}
		return list
	}
	m := Model(t)
	m.Parts, m.Volumes = slices.Clone(m.Parts), all(m.Volumes)
	slices.Sort(m.Volumes)
	for i := range m.Parts {
		p := &m.Parts[i]
		p.Image, p.ContainerName, p.NetworkMode = fill(p.Image), fill(p.ContainerName), fill(p.NetworkMode)
		p.Command, p.Env, p.Rights.Image = all(p.Command), all(p.Env), p.Image
		p.Networks = slices.Clone(p.Networks)
		for k := range p.Networks {
			p.Networks[k].Name = fill(p.Networks[k].Name)
		}
		var published []Published
		for _, e := range p.Published {
			if e.Applies(values) {
				e.Target, e.Published, e.HostIP, e.When = fill(e.Target), fill(e.Published), fill(e.HostIP), nil
				published = append(published, e)
			}
		}
		p.Published = published
	}
	return &m, nil
}

// Expand puts the variables into a text as the template has them.
func (t Template) Expand(text string, variables map[string]string) (string, error) {
	return expand(text, variables), nil
}

// expand is of what Compose puts in the place of variables as much as the built-in files use: "${name}", and
// "${name:-otherwise}" where the name may have no value.
func expand(text string, variables map[string]string) string {
	before, rest, found := strings.Cut(text, "${")
	if !found {
		return text
	}
	end, open := 0, 1
	for end = range rest {
		if strings.HasPrefix(rest[end:], "${") {
			open++
		} else if rest[end] == '}' {
			open--
		}
		if open == 0 {
			break
		}
	}
	name, otherwise, _ := strings.Cut(rest[:end], ":-")
	value := variables[name]
	if value == "" {
		value = expand(otherwise, variables)
	}
	return before + value + expand(rest[end+1:], variables)
}

package safeport

import (
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/settings"
)

// notesOf are the findings on settings that can be read and are not what they look like. What one service passes over is
// not odd where it has its effect on another that was named with it, as the worker's port has beside the server.
func (w *writer) notesOf(p *party, all []*party) []Finding {
	sentences := map[settings.NoteKind]message.Key{
		settings.OddNumber: message.OddNumber, settings.OddBool: message.OddBool, settings.UnknownKey: message.UnknownKey,
		settings.DuplicateKey: message.DuplicateKey, settings.NoEffect: message.NoEffect,
	}
	var findings []Finding
	for _, n := range p.wanted.notes {
		if n.Kind == settings.NoEffect && slices.ContainsFunc(all, func(o *party) bool { return o.heeds(n) }) {
			continue
		}
		key := sentences[n.Kind]
		if n.Likely != "" {
			key = message.LikelyKey
		}
		findings = append(findings, Finding{
			Code: SettingOdd, Severity: Warning, Remedies: []Remedy{},
			Message: w.lang.Text(key, message.Args{
				"where": message.Clean(n.Origin.Where), "setting": n.Setting, "service": p.def.Name,
				"given": message.Clean(n.Given), "means": message.Clean(n.Means), "likely": n.Likely, "needs": n.Needs,
			}),
		})
	}
	return findings
}

// heeds says whether the choice that a note is about has an effect on the service.
func (p *party) heeds(n settings.Note) bool {
	v := p.wanted.values[n.Setting]
	return v.Applies && v.Origin == n.Origin
}

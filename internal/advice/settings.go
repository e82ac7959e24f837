package advice

import (
	"cmp"
	"slices"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/request"
	"github.com/safeport/safeport/internal/settings"
	"github.com/safeport/safeport/report"
)

// NotesOf are the findings on settings that can be read and are not what they look like. What one service passes over is
// not odd where it has its effect on another that was named with it, as the worker's port has beside the server.
func (w *Builder) NotesOf(p *request.Service, all []*request.Service) []report.Finding {
	sentences := map[settings.NoteKind]message.Key{
		settings.OddNumber: message.OddNumber, settings.OddBool: message.OddBool, settings.UnknownKey: message.UnknownKey,
		settings.DuplicateKey: message.DuplicateKey, settings.NoEffect: message.NoEffect,
		settings.NewVersion: message.NewVersion,
	}
	var findings []report.Finding
	for _, n := range p.Wanted.Notes {
		if n.Kind == settings.NoEffect && slices.ContainsFunc(all, func(o *request.Service) bool { return o.Heeds(n) }) {
			continue
		}
		key := sentences[n.Kind]
		if n.Likely != "" {
			key = message.LikelyKey
		}
		findings = append(findings, report.Finding{
			Code: report.SettingOdd, Severity: report.Warning, Remedies: []report.Remedy{},
			Message: w.Lang.Text(key, message.Args{
				"where": message.Clean(n.Origin.Where), "setting": cmp.Or(n.Shown, n.Setting), "service": p.Definition.Name,
				"given": message.Clean(n.Given), "means": message.Clean(n.Means), "likely": n.Likely, "needs": n.Needs,
			}),
		})
	}
	return findings
}

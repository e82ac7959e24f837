package safeport

import (
	"safeport/internal/message"
	"safeport/internal/settings"
)

// notesOf are the findings on settings that can be read and are not what they look like.
func notesOf(service string, notes []settings.Note) []Finding {
	sentences := map[settings.NoteKind]message.Key{
		settings.OddNumber: message.OddNumber, settings.OddBool: message.OddBool, settings.UnknownKey: message.UnknownKey,
		settings.DuplicateKey: message.DuplicateKey, settings.NoEffect: message.NoEffect,
	}
	var findings []Finding
	for _, n := range notes {
		key := sentences[n.Kind]
		if n.Likely != "" {
			key = message.LikelyKey
		}
		findings = append(findings, Finding{
			Code: SettingOdd, Severity: Warning, Remedies: []Remedy{},
			Message: message.Text(key, message.Args{
				"where": message.Clean(n.Origin.Where), "setting": n.Setting, "service": service,
				"given": message.Clean(n.Given), "means": message.Clean(n.Means), "likely": n.Likely, "needs": n.Needs,
			}),
		})
	}
	return findings
}

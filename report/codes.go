package report

import (
	"slices"
)

// Codes are the codes of all findings, sorted.
func Codes() []Code {
	return slices.Clone(codes)
}

var codes = []Code{
	AddressUnavailable, BlockedOutside, BrowserBlocked, DuplicatePort, EngineRefuses, EngineRemote, EngineUnreachable, Ephemeral, HolderNotSeen,
	InContainer, InstanceAmbiguous, Latent, LegacyInstall, NameTaken, NotPublished, OtherFamily, PermissionDenied, PortChanged, PortInUse, PortShared,
	PortsUndeclared, Redirected, SettingOdd, SourceFailed, Undetermined, VariableUnset, VolumeShared, WindowsPorts,
}

func Known(c Code) bool { return slices.Contains(codes, c) }

func CodeNames() []string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = string(c)
	}
	return names
}

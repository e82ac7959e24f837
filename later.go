package safeport

import (
	"github.com/safeport/safeport/internal/claim"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
)

// takenLater tells who will take a port that is free now.
func (w *writer) takenLater(out *Finding, p *Port, f verdict.Finding, args message.Args) {
	want := w.results[f.Want].Want
	args["port"] = spellOn(want.Protocol, f.Claim.Ports)
	if f.Claim.Unit != "" {
		w.takenAtBoot(out, p, f, args)
		return
	}
	c, returns := containerOf(f.Claim.Owner), f.Claim.Owner.Returns()
	args["name"], args["state"], args["restart"] = c.Name, c.State, c.Restart
	out.Message = w.lang.Text(map[claim.Returns]message.Key{
		claim.OnDemand: message.TakenOnDemand, claim.WithEngine: message.TakenWithEngine, claim.Perhaps: message.TakenPerhaps,
		claim.WithHost: message.TakenWithHost,
	}[returns], args)
	if c.Project != "" {
		out.Message += w.lang.Text(message.TakenByProject, message.Args{"project": c.Project})
	}
	w.useOther(out, p, want)
	if returns != claim.OnDemand {
		w.remedy(out, message.KeepDown, nil, w.subject.commandOf(f.Claim.Owner)+" update --restart=no "+message.Operands(c.Name))
	}
}

// takenAtBoot tells of a unit. Against a container that the engine starts again by itself it matters who comes first.
func (w *writer) takenAtBoot(out *Finding, p *Port, f verdict.Finding, args message.Args) {
	want, unit := w.results[f.Want].Want, message.Clean(f.Claim.Unit)
	args["name"], args["user"] = unit, message.Clean(userName(f.Claim.UnitUID))
	out.Message = w.lang.Text(map[[2]bool]message.Key{
		{false, false}: message.TakenAtBoot, {false, true}: message.TakenAtBootLikely,
		{true, false}: message.TakenByUsers, {true, true}: message.TakenByUsersLikely,
	}[[2]bool{f.Claim.UserUnit, f.Claim.Likely}], args)
	if want.Mode == port.Publish {
		out.Message += w.lang.Text(map[claim.Order]message.Key{
			claim.BeforeEngine: message.BootFirst, claim.BesideEngine: message.BootBeside, claim.AfterEngine: message.BootLast,
		}[f.Claim.Order], nil)
	}
	w.useOther(out, p, want)
	disable := "disable "
	if f.Claim.Generated {
		disable = "mask " // what a generator writes anew at each start cannot be disabled
	}
	w.remedy(out, message.Disable, nil, systemctl(f.Claim.UserUnit, f.Claim.UnitUID)+disable+message.Operands(unit))
}

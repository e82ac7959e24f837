package advice

import (
	"github.com/safeport/safeport/internal/describe"
	"github.com/safeport/safeport/internal/facts"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/port"
	"github.com/safeport/safeport/internal/verdict"
	"github.com/safeport/safeport/report"
)

// takenLater tells who will take a port that is free now.
func (w *Builder) takenLater(out *report.Finding, p *report.Port, f verdict.Finding, args message.Args) {
	want := w.Results[f.Required].Required
	args["port"] = port.SpellOn(want.Protocol, f.Use.Ports)
	if f.Use.Unit != "" {
		w.takenAtBoot(out, p, f, args)
		return
	}
	c, returns := describe.ContainerOf(f.Use.Owner), f.Use.Owner.RestartsWhen()
	args["name"], args["state"], args["restart"] = c.Name, c.State, c.Restart
	out.Message = w.Lang.Text(map[facts.RestartsWhen]message.Key{
		facts.OnDemand: message.TakenOnDemand, facts.WithEngine: message.TakenWithEngine, facts.Perhaps: message.TakenPerhaps,
		facts.WithHost: message.TakenWithHost,
	}[returns], args)
	if c.Project != "" {
		out.Message += w.Lang.Text(message.TakenByProject, message.Args{"project": c.Project})
	}
	w.useOther(out, p, want)
	if returns != facts.OnDemand && c.Engine != "podman" { // before version 5.1, Podman can't change a policy
		w.remedy(out, message.KeepDown, nil, w.Subject.commandOf(f.Use.Owner)+" update --restart=no "+message.Operands(c.Name))
	}
}

// takenAtBoot tells of a unit. Against a container that the engine starts again by itself it matters who comes first.
func (w *Builder) takenAtBoot(out *report.Finding, p *report.Port, f verdict.Finding, args message.Args) {
	want, unit := w.Results[f.Required].Required, message.Clean(f.Use.Unit)
	args["name"], args["user"] = unit, message.Clean(userName(f.Use.UnitUID))
	out.Message = w.Lang.Text(map[[2]bool]message.Key{
		{false, false}: message.TakenAtBoot, {false, true}: message.TakenAtBootLikely,
		{true, false}: message.TakenByUsers, {true, true}: message.TakenByUsersLikely,
	}[[2]bool{f.Use.UserUnit, f.Use.Likely}], args)
	if want.Mode == port.Publish {
		out.Message += w.Lang.Text(map[facts.Order]message.Key{
			facts.BeforeEngine: message.BootFirst, facts.BesideEngine: message.BootBeside, facts.AfterEngine: message.BootLast,
		}[f.Use.Order], nil)
	}
	w.useOther(out, p, want)
	disable := "disable "
	if f.Use.Generated {
		disable = "mask " // what a generator writes anew at each start cannot be disabled
	}
	w.remedy(out, message.Disable, nil, systemctl(f.Use.UserUnit, f.Use.UnitUID)+disable+message.Operands(unit))
}

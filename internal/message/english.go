package message

// Key names a sentence.
type Key string

// The sentences. The part before the first dot is mostly the finding's code.
const (
	InUse              Key = "port-in-use"
	InUseSome          Key = "port-in-use.some"
	UnseenOtherUser    Key = "holder-unseen.other-user"
	UnseenNoProcess    Key = "holder-unseen.no-process"
	UnseenNoSocket     Key = "holder-unseen.no-socket"
	UnseenOldKernel    Key = "holder-unseen.old-kernel"
	Redirected         Key = "redirected"
	RedirectedByRule   Key = "redirected.rule"
	RedirectedSome     Key = "redirected.some"
	RedirectedFlows    Key = "redirected.flows"
	RedirectedUnseen   Key = "redirected.unseen"
	Blocked            Key = "blocked-outside"
	BlockedItself      Key = "blocked-outside.itself"
	BlockedOthers      Key = "blocked-outside.others"
	BlockedFew         Key = "blocked-outside.few"
	BlockedAt          Key = "blocked-outside.at"
	BlockedAnswers     Key = "blocked-outside.answers"
	BlockedProxy       Key = "blocked-outside.proxy"
	BlockedNeighbours  Key = "blocked-outside.neighbours"
	ChainPolicy        Key = "blocked-outside.policy"
	WayIn              Key = "blocked-outside.way-in"
	WayBack            Key = "blocked-outside.way-back"
	WayBackOther       Key = "blocked-outside.way-back-other"
	WayDown            Key = "blocked-outside.down"
	WayNoARP           Key = "blocked-outside.no-arp"
	WayARPIgnored      Key = "blocked-outside.arp-ignored"
	WayRenamed         Key = "blocked-outside.renamed"
	WayStranded        Key = "blocked-outside.stranded"
	WayAstray          Key = "blocked-outside.astray"
	WayBridged         Key = "blocked-outside.bridged"
	WayIdle            Key = "blocked-outside.idle"
	WayUncarried       Key = "blocked-outside.uncarried"
	BlockedForeign     Key = "blocked-outside.foreign"
	RulesUnseen        Key = "source-failed.rules"
	ProgramsUnread     Key = "source-failed.programs"
	ProgramAt          Key = "source-failed.program"
	ProgramOut         Key = "source-failed.program.out"
	FilterAt           Key = "source-failed.filter"
	FilterOut          Key = "source-failed.filter.out"
	Denied             Key = "permission-denied"
	DeniedRootless     Key = "permission-denied.rootless"
	DeniedRule         Key = "permission-denied.rule"
	DeniedHook         Key = "permission-denied.hook"
	DeniedMaybe        Key = "permission-denied.maybe"
	Confined           Key = "permission-denied.selinux"
	ConfinedUnseen     Key = "permission-denied.selinux-unseen"
	DeniedUser         Key = "permission-denied.user"
	DeniedUnit         Key = "permission-denied.unit"
	DeniedUnitRule     Key = "permission-denied.unit-rule"
	DeniedContainer    Key = "permission-denied.container"
	DeniedDropped      Key = "permission-denied.dropped"
	DeniedHelpers      Key = "permission-denied.helpers"
	DeniedInside       Key = "permission-denied.inside"
	DeniedImage        Key = "permission-denied.image"
	SCTPUntried        Key = "undetermined.sctp"
	DuplicateReplica   Key = "duplicate-port.replica"
	UnboundNone        Key = "not-published.none"
	UnboundNoBridge    Key = "not-published.no-bridge"
	UnboundInternal    Key = "not-published.internal"
	UnboundOwn         Key = "not-published.own-address"
	UnboundRouted      Key = "not-published.routed"
	UnboundIsolated    Key = "not-published.isolated"
	UnboundHelpers     Key = "not-published.helpers"
	UnboundMachines    Key = "not-published.machines"
	RefusedShared      Key = "engine-refuses.shared"
	RefusedChains      Key = "engine-refuses.chains"
	RefusedRemapped    Key = "engine-refuses.remapped"
	PublishInstead     Key = "remedy.publish-instead"
	KeepCapability     Key = "remedy.keep-capability"
	RunAsRoot          Key = "remedy.container-as-root"
	SysctlInside       Key = "remedy.sysctl-inside"
	JoinBridge         Key = "remedy.join-bridge"
	AskAddress         Key = "remedy.container-address"
	PublishThere       Key = "remedy.publish-there"
	RestartEngine      Key = "remedy.restart-engine"
	RestartEngineLive  Key = "remedy.restart-engine-live"
	OwnUsers           Key = "remedy.own-users"
	OneReplica         Key = "remedy.one-replica"
	Unavailable        Key = "address-unavailable"
	UnavailableLink    Key = "address-unavailable.link"
	Undetermined       Key = "undetermined"
	UndeterminedTables Key = "undetermined.tables"
	NotAsked           Key = "undetermined.not-asked"
	RemoteEngine       Key = "engine-remote"
	Duplicate          Key = "duplicate-port"
	DuplicateGiven     Key = "duplicate-port.given"
	TakenOnDemand      Key = "latent"
	TakenWithEngine    Key = "latent.with-engine"
	TakenPerhaps       Key = "latent.perhaps"
	TakenWithHost      Key = "latent.with-host"
	TakenByProject     Key = "latent.project"
	TakenAtBoot        Key = "latent.unit"
	TakenAtBootLikely  Key = "latent.unit-likely"
	TakenByUsers       Key = "latent.users-unit"
	TakenByUsersLikely Key = "latent.users-unit-likely"
	BootFirst          Key = "latent.first"
	BootBeside         Key = "latent.beside"
	BootLast           Key = "latent.last"
	Ephemeral          Key = "ephemeral"
	EphemeralTaken     Key = "ephemeral.taken"
	EphemeralReserved  Key = "ephemeral.reserved"
	EphemeralNow       Key = "ephemeral.now"
	EphemeralOften     Key = "ephemeral.often"
	EphemeralSeldom    Key = "ephemeral.seldom"
	BrowserBlocked     Key = "browser-blocked"
	OtherFamily        Key = "other-family"
	PortShared         Key = "port-shared"
	PortSharedUDP      Key = "port-shared.udp"
	NameTaken          Key = "name-taken"
	Ambiguous          Key = "instance-ambiguous"
	SeveralHere        Key = "instance-ambiguous.chosen"
	NoEngine           Key = "engine-unreachable.none"
	NoEngineToPublish  Key = "engine-unreachable.publish"
	NoEngineAt         Key = "engine-unreachable.absent"
	InContainer        Key = "in-container"
	EngineApart        Key = "engine-remote.apart"
	WindowsPorts       Key = "windows-ports"
	AskOnHost          Key = "remedy.ask-on-host"
	AskWindows         Key = "remedy.ask-windows"
	EngineSilent       Key = "engine-unreachable.silent"
	EngineUnseen       Key = "source-failed.engine"
	EnginePartial      Key = "source-failed.partial"
	TablesUnseen       Key = "source-failed.tables"
	TablesPartly       Key = "source-failed.proc-net"

	Changed       Key = "port-changed"
	LegacyInstall Key = "legacy-install"
	LegacyBeside  Key = "legacy-install.beside"
	LegacyUnseen  Key = "source-failed.legacy"
	SharedVolume  Key = "volume-shared"
	OddNumber     Key = "setting-odd.number"
	OddBool       Key = "setting-odd.bool"
	UnknownKey    Key = "setting-odd.unknown-key"
	LikelyKey     Key = "setting-odd.likely-key"
	DuplicateKey  Key = "setting-odd.duplicate-key"
	NoEffect      Key = "setting-odd.no-effect"
	NewVersion    Key = "setting-odd.new-version"

	VariableUnset      Key = "variable-unset"
	VariableUnsetOften Key = "variable-unset.often"
	SetVariable        Key = "remedy.set-variable"
	SetVariableAs      Key = "remedy.set-variable-as"
	PortsUndeclared    Key = "ports-undeclared"
	DeclarePorts       Key = "remedy.declare-ports"

	HolderContainer  Key = "holder.container"
	HolderImage      Key = "holder.container.image"
	HolderOfEngine   Key = "holder.container.user"
	HolderService    Key = "holder.service"
	UnpublishService Key = "remedy.unpublish-service"
	HolderUser       Key = "holder.process.user"
	HolderOfUnit     Key = "holder.process.unit"
	HolderProcess    Key = "holder.process"
	HolderUnit       Key = "holder.unit"
	HolderTimeWait   Key = "holder.time-wait"
	HolderOrphan     Key = "holder.orphan"
	HolderTunnel     Key = "holder.tunnel"
	HolderUnseen     Key = "holder.unseen"
	HolderRule       Key = "holder.rule"
	RuleAuthor       Key = "holder.rule.author"
	RuleComment      Key = "holder.rule.comment"
	HolderNone       Key = "holder.none"
	SourcePort       Key = "holder.source-port"
	Idle             Key = "holder.idle"

	UseOther           Key = "remedy.use-other"
	UseOthers          Key = "remedy.use-others"
	UseOtherIn         Key = "remedy.use-other-in-file"
	UseBridge          Key = "remedy.use-bridge"
	ShowRule           Key = "remedy.show-rule"
	EndFlows           Key = "remedy.end-flows"
	ShowWay            Key = "remedy.show-way"
	CarryAgain         Key = "remedy.carry-again"
	PublishIPv4        Key = "remedy.publish-ipv4"
	WithDevice         Key = "remedy.with-device"
	LetIn              Key = "remedy.let-in"
	LetInForNow        Key = "remedy.let-in-for-now"
	SeeRules           Key = "remedy.see-rules"
	ShowPrograms       Key = "remedy.show-programs"
	StopContainer      Key = "remedy.stop-container"
	FindContainer      Key = "remedy.find-container"
	StopUnit           Key = "remedy.stop-unit"
	StopProcess        Key = "remedy.stop-process"
	StopAll            Key = "remedy.stop-all"
	StopWhole          Key = "remedy.stop-whole"
	StopRefusing       Key = "remedy.stop-refusing"
	OutlivesUnit       Key = "remedy.outlives-unit"
	LeftByUnit         Key = "remedy.left-by-unit"
	StopInMachine      Key = "remedy.stop-in-machine"
	StopThere          Key = "remedy.stop-there"
	StopContainerThere Key = "remedy.stop-container-there"
	MovePod            Key = "remedy.move-pod"
	RemoveRule         Key = "remedy.remove-rule"
	UseAddress         Key = "remedy.use-address"
	StubOff            Key = "remedy.stub-off"
	KeepSSH            Key = "remedy.keep-ssh"
	KeepTailscale      Key = "remedy.keep-tailscale"
	KeepTailscaleOwn   Key = "remedy.keep-tailscale-own"
	TurnOffServe       Key = "remedy.turn-off-serve"
	EndServe           Key = "remedy.end-serve"
	RemoveProxy        Key = "remedy.remove-proxy"
	KeepProxies        Key = "remedy.keep-proxies"
	KeepNetwork        Key = "remedy.keep-network"
	KeepEngine         Key = "remedy.keep-engine"
	KeepHost           Key = "remedy.keep-host"
	KeepSelf           Key = "remedy.keep-self"
	WaitTimeWait       Key = "remedy.wait"
	EndConnection      Key = "remedy.end-connection"
	AskAsRoot          Key = "remedy.as-root"
	WhoAsRoot          Key = "remedy.who-as-root"
	AllowPort          Key = "remedy.allow-port"
	AsRoot             Key = "remedy.bind-as-root"
	SeeLabels          Key = "remedy.see-labels"
	GiveCapability     Key = "remedy.give-capability"
	OwnAddresses       Key = "remedy.addresses"
	AskThere           Key = "remedy.ask-there"
	DropOne            Key = "remedy.drop-one"
	KeepDown           Key = "remedy.keep-down"
	Disable            Key = "remedy.disable"
	Reserve            Key = "remedy.reserve"
	OtherName          Key = "remedy.other-name"
	RenameIt           Key = "remedy.rename"
	SayWhich           Key = "remedy.say-which"
	InstallEngine      Key = "remedy.install-engine"
	JoinGroup          Key = "remedy.group"
	StartEngine        Key = "remedy.start-engine"
	NameBoth           Key = "remedy.name-both"
	Follow             Key = "remedy.follow"
	DisableUnit        Key = "remedy.disable-unit"
	TryLater           Key = "remedy.try-later"
	NotEnough          Key = "free.not-enough"
	NotEnoughInARow    Key = "free.not-contiguous"

	FleetHeld   Key = "fleet.held"
	FleetRule   Key = "fleet.rule"
	FleetTwice  Key = "fleet.twice"
	FleetUntold Key = "fleet.untold"
	FleetSilent Key = "fleet.silent"
	FleetVaries Key = "fleet.varies"

	FleetReady      Key = "fleet.ready"
	FleetThen       Key = "fleet.then"
	FleetBlocked    Key = "fleet.blocked"
	FleetUnknown    Key = "fleet.unknown"
	FleetCause      Key = "fleet.cause"
	FleetHeldShort  Key = "fleet.held-short"
	FleetHosts      Key = "fleet.hosts"
	FleetAllHosts   Key = "fleet.all-hosts"
	FleetOneHost    Key = "fleet.one-host"
	FleetUnread     Key = "fleet.unread"
	FleetShared     Key = "fleet.shared"
	FleetShares     Key = "fleet.shares"
	FleetNotShared  Key = "fleet.not-shared"
	FleetNotAsked   Key = "fleet.not-asked"
	FleetNobodyAsks Key = "fleet.nobody-asks"
	FleetCounts     Key = "fleet.counts"
	FleetEvery      Key = "fleet.every"
	PageClear       Key = "fleet.page.clear"

	PageTitle       Key = "fleet.page.title"
	PageWrittenAt   Key = "fleet.page.writtenat"
	PageWritten     Key = "fleet.page.written"
	PageReady       Key = "fleet.page.ready"
	PageWarned      Key = "fleet.page.warned"
	PageBlocked     Key = "fleet.page.blocked"
	PageUnknown     Key = "fleet.page.unknown"
	PageCauses      Key = "fleet.page.causes"
	PageWarnings    Key = "fleet.page.warnings"
	PageNoCauses    Key = "fleet.page.nocauses"
	PageInstead     Key = "fleet.page.instead"
	PageUnread      Key = "fleet.page.unread"
	PageHosts       Key = "fleet.page.hosts"
	PageSearch      Key = "fleet.page.search"
	PageSearchHint  Key = "fleet.page.searchhint"
	PageShow        Key = "fleet.page.show"
	PageAll         Key = "fleet.page.all"
	PageOnly        Key = "fleet.page.only"
	PageEvery       Key = "fleet.page.every"
	PageHost        Key = "fleet.page.host"
	PageAnswer      Key = "fleet.page.answer"
	PageMore        Key = "fleet.page.more"
	PageCount       Key = "fleet.page.count"
	PageDetails     Key = "fleet.page.details"
	PageOn          Key = "fleet.page.on"
	PageAndMore     Key = "fleet.page.andmore"
	PageAsked       Key = "fleet.page.asked"
	PageNothing     Key = "fleet.page.nothing"
	PageReadyWarned Key = "fleet.page.readywarned"
	PageFree        Key = "fleet.page.free"
	PageOwn         Key = "fleet.page.own"
	PageBusy        Key = "fleet.page.busy"
	PageRedirected  Key = "fleet.page.redirected"
	PageDenied      Key = "fleet.page.denied"
	PageUnavailable Key = "fleet.page.unavailable"
	PageUntold      Key = "fleet.page.untold"
	PageNotWanted   Key = "fleet.page.notwanted"
)

var english = map[Key]string{
	InUse:              "Port {port} is already in use by {holder}",
	InUseSome:          "{port}: not fully available. {count} in use, {first} by {holder}",
	UnseenOtherUser:    "Can't identify the process on port {port}: it runs as user {user}",
	UnseenNoProcess:    "No visible process owns the socket on port {port}. It may be in another PID namespace or belong to the kernel",
	UnseenNoSocket:     "Can't identify what uses port {port}: the kernel refuses it, but no socket table shows why",
	UnseenOldKernel:    "Can't identify what uses port {port}: before Linux 6.8, the kernel doesn't list sockets that are bound but not listening",
	Redirected:         "Port {port} is free, but its traffic goes to {holder}",
	RedirectedByRule:   "Port {port} is free, but its traffic is redirected by {holder}",
	RedirectedFlows:    "Clients that keep sending to port {port} still reach {to}: the kernel tracks their packets, and the rule that redirected them is gone",
	RedirectedSome:     "Some traffic to port {port} is redirected by {holder}. Which clients are affected depends on more than the port",
	RedirectedUnseen:   "Port {port} is free, but another program responds at {address}. No visible rule shows why",
	Blocked:            "Port {port} is free, but clients can't reach it{where}: blocked by {rule}",
	BlockedItself:      "Port {port} is free, but this host can't connect to it{where}: blocked by {rule}",
	BlockedOthers:      "Port {port} is open only to some clients{where}. The others are blocked by {rule}",
	BlockedFew:         "Port {port} may be blocked for some clients{where}, depending on {rule}",
	BlockedAt:          "at {addresses}",
	BlockedAnswers:     "{rule} (drops the replies)",
	BlockedProxy:       "{rule} (drops what the engine's proxy forwards to the container)",
	BlockedNeighbours:  "{rule} (drops ARP or NDP requests for the address)",
	WayIn:              "this host's routes (packets from {client} on {device} are dropped: {reason})",
	WayBack:            "this host's routes (no route back to {client}: {reason})",
	WayBackOther:       "this host's routes (replies to {client} leave by {device})",
	WayDown:            "device {device} (down or no carrier)",
	WayNoARP:           "device {device} (ARP is off, so other hosts can't find the address)",
	WayARPIgnored:      "net.ipv4.conf.{device}.arp_ignore (this host doesn't answer ARP for its addresses)",
	WayRenamed:         "the engine's proxy (its UDP replies to {client} come from {source})",
	WayStranded:        "this host's routes (the engine's proxy has no route to container {client}: {reason})",
	WayAstray:          "this host's routes (packets for containers leave by {device} instead of {bridge})",
	WayBridged:         "device {device} (it belongs to bridge {bridge}, so its own addresses aren't reached)",
	WayIdle:            "the engine (its userland proxy and iptables are off, so it forwards nothing to containers)",
	WayUncarried:       "the engine (it forwards nothing to containers at this IPv6 address)",
	BlockedForeign:     "Port {port} is free, but no device has address {address}. Clients can't connect until it moves to this host (ip_nonlocal_bind is set)",
	ChainPolicy:        "the policy of chain {name} ({does}{author})",
	RulesUnseen:        "Firewall and NAT rules weren't checked: {reason}",
	ProgramsUnread:     "Can't tell what these programs do with incoming packets: {programs}",
	ProgramAt:          "{kind} program {name} on {device}, which runs before all rules",
	ProgramOut:         "{kind} program {name} on {device}, which sees the replies",
	FilterAt:           "{kind} filter {name} on {device}, which runs before all rules",
	FilterOut:          "{kind} filter {name} on {device}, which sees the replies",
	Denied:             "Permission denied: port {port} requires root or CAP_NET_BIND_SERVICE",
	DeniedRootless:     "Permission denied: port {port} requires root, but the engine is rootless",
	DeniedRule:         "Permission denied: a rule forbids port {port} (SocketBindDeny= of a unit, or a program on the cgroup)",
	DeniedHook:         "Permission denied: a BPF program forbids port {port} ({hooks})",
	DeniedMaybe:        "Can't tell whether unit {name} may bind port {port}: a BPF program decides ({hooks})",
	Confined:           "SELinux labels port {port} {label}. A confined service can bind it only if its policy allows",
	ConfinedUnseen:     "SELinux is enforcing, but the label of port {port} can't be read. A confined service may be denied",
	DeniedUser:         "Permission denied: user {user} can't bind port {port}. Ports below {start} require root or CAP_NET_BIND_SERVICE",
	DeniedUnit:         "Permission denied: unit {name} can't bind port {port}. It runs as {user} without CAP_NET_BIND_SERVICE",
	DeniedUnitRule:     "Permission denied: {setting} of unit {name} forbids port {port}",
	UnavailableLink:    "Port {port} can't be bound: link-local address {address} requires a device, as in {address}%eth0",
	DeniedContainer:    "Permission denied: the container of {service} can't bind port {port} on the host network. It runs as {user}; ports below {start} require root",
	DeniedDropped:      "Permission denied: the container of {service} can't bind port {port} on the host network. It lacks CAP_NET_BIND_SERVICE (cap_drop)",
	DeniedHelpers:      "Permission denied: the container of {service} can't bind port {port} on the host network. The engine is rootless; ports below {start} require root",
	DeniedInside:       "Port {port} won't respond: {service} runs as {user} and can't bind port {target} in its container. Ports below {limit} require root there",
	DeniedImage:        "Port {port} requires root. The image of {service} isn't on this host, so its user is unknown",
	SCTPUntried:        "Port {port} wasn't checked: safeport doesn't support SCTP",
	DuplicateReplica:   "{service} runs several containers, but only one can use port {port}",
	UnboundNone:        "Port {port} isn't published: {service} has no network (network_mode: none)",
	UnboundNoBridge:    "Port {port} isn't published: the engine has no default network (\"bridge\": \"none\")",
	UnboundInternal:    "Port {port} isn't published: the networks of {service} are internal",
	UnboundOwn:         "Port {port} isn't published: the network of {service} gives its container its own address",
	UnboundRouted:      "Port {port} isn't published on this host: the network of {service} is routed (gateway_mode)",
	UnboundIsolated:    "Port {port} isn't published: the network of {service} is isolated (gateway_mode)",
	UnboundHelpers:     "Port {port} isn't bound on this host: the engine is rootless, and its \"host\" network belongs to rootlesskit",
	UnboundMachines:    "Port {port} isn't bound on this host: the \"host\" network of Docker Desktop belongs to its VM",
	RefusedShared:      "The engine rejects {service}: it publishes port {port} but uses another container's network",
	RefusedChains:      "Docker can't publish port {port} for {service}: its firewall chains are gone, as after \"nft flush ruleset\" or a firewall restart",
	RefusedRemapped:    "The engine rejects {service}: it uses the host network, and the engine remaps users (userns-remap)",
	PublishInstead:     "Publish the port instead of using network_mode: host",
	KeepCapability:     "Add the capability: cap_add: [NET_BIND_SERVICE]",
	RunAsRoot:          "Run the container as root (user: \"0\")",
	SysctlInside:       "Allow it in the container with sysctls: [net.ipv4.ip_unprivileged_port_start=0]",
	JoinBridge:         "To publish the port on this host, connect {service} to a bridge network that isn't internal",
	AskAddress:         "Connect to the container's own address",
	PublishThere:       "Publish the port on the service that owns the network",
	RestartEngine:      "Restart Docker to restore its chains. This stops its containers: those with a restart policy start again",
	RestartEngineLive:  "Restart Docker to restore its chains. Its containers keep running (live-restore)",
	OwnUsers:           "Set userns_mode: host for {service}",
	OneReplica:         "Publish a range with one port per container, or run one container",
	Unavailable:        "Port {port} can't be bound: this host doesn't have address {address}",
	Undetermined:       "Couldn't check port {port}: {reason}",
	UndeterminedTables: "Couldn't check port {port}: this user can't bind it, and the socket tables are incomplete",
	NotAsked:           "Port {port} wasn't checked",
	RemoteEngine:       "Port {port} wasn't checked: the engine runs on another host ({endpoint})",
	DuplicateGiven:     "Port {port} is given twice",
	Duplicate:          "Conflict: {name} and {other} both use port {port}",
	TakenAtBoot:        "Unit {name} is enabled and will use port {port} when the host starts",
	TakenAtBootLikely:  "Unit {name} is enabled but not running. By default it will use port {port} when the host starts",
	TakenByUsers:       "Unit {name} of user {user} is enabled and will use port {port} when the host starts",
	TakenByUsersLikely: "Unit {name} of user {user} is enabled but not running. By default it will use port {port} when the host starts",
	BootFirst:          ". It starts before the engine's containers and gets the port",
	BootBeside:         ". It starts together with the engine, so either may get the port",
	BootLast:           ". It starts after the engine's containers and would fail",
	TakenOnDemand:      "Container {name} ({state}, restart policy {restart}) also uses port {port}. Starting it would conflict",
	TakenWithEngine:    "Container {name} ({state}, restart policy {restart}) also uses port {port}. It starts with the engine or the host",
	TakenPerhaps:       "Container {name} ({state}, restart policy {restart}) also uses port {port}. It starts with the engine or the host unless it was stopped by hand",
	TakenWithHost:      "Container {name} ({state}, restart policy {restart}) also uses port {port}. It starts with the host if podman-restart.service is enabled",
	TakenByProject:     ". It belongs to Compose project {project}",
	Ephemeral:          "{port}: in the ephemeral port range ({ranges}). An outgoing connection may use it first",
	EphemeralReserved:  "{port}: in the ephemeral port range ({ranges}), but reserved. Outgoing connections won't use it",
	EphemeralTaken:     "{port}: in the ephemeral port range ({ranges}). {first} is in use now by {holder}",
	EphemeralNow:       ". {taken} of the range's {total} ports are in use now",
	EphemeralOften:     ", so about {count} of {of} starts would fail",
	EphemeralSeldom:    ", so fewer than 1 in 1000 starts would fail",
	BrowserBlocked:     "Browsers refuse to open port {port} (ERR_UNSAFE_PORT)",
	PortShared:         "Port {port} is shared with {holder}, as both set SO_REUSEPORT. Each connection goes to one of them",
	PortSharedUDP:      "Port {port} is shared with {holder}, as both set SO_REUSEPORT. A packet goes to one of them, a multicast packet to each",
	OtherFamily:        "Port {port} is free on IPv6, but in use on IPv4 by {holder}. A program that listens on [::] for both would fail",
	NameTaken:          "Name {name} is already in use by another container ({image}, {state}), which is not {service}",
	Ambiguous:          "Found several {service} installations: {list}. Choose one with --name",
	SeveralHere:        "Found several {service} installations: {list}. This check is for {name}",
	NoEngineToPublish:  "Docker or Podman not found. Checked as Docker would bind the ports; publishing them requires an engine",
	NoEngine:           "Docker or Podman not found. Checked as Docker would bind the ports; {service} can't be installed without an engine",
	NoEngineAt:         "No container engine at {endpoint}. Checked as Docker would bind the ports",
	InContainer:        "This check ran inside a container ({kind}) with its own network. It says nothing about the host's ports",
	EngineApart:        "Port {port} wasn't checked: the engine at {endpoint} uses another network namespace",
	WindowsPorts:       "This is WSL 2: Windows reserves port ranges that can't be seen from here, and its programs may use ports too",
	AskOnHost:          "Run it on the host, or in a container with --network host",
	AskWindows:         "Show the ports that Windows reserves",
	EngineSilent:       "Can't use the container engine at {endpoint}: {reason}",
	EngineUnseen:       "No access to the container engine at {endpoint} ({reason}). Stopped containers weren't checked",
	EnginePartial:      "Some containers at {endpoint} weren't checked: {reason}",
	TablesUnseen:       "Can't identify processes: the socket tables can't be read ({reason})",
	TablesPartly:       "Socket tables were read from /proc/net ({reason}), which doesn't show {blind}",

	Changed:       "The {about} changes from {old} to {new}",
	LegacyInstall: "Found {about} ({trace}). To move it to {service} {version}, follow these steps in order",
	LegacyBeside:  "Found {about} beside container {name}. Starting {trace} would conflict on the same ports",
	LegacyUnseen:  "Can't tell whether an older version is installed without a container: {reason}",
	SharedVolume:  "{one} and {other} would share volume {volume} and overwrite each other's data",
	OddNumber:     "{where}: {setting} is {given}, which is read as {means}",
	OddBool:       "{where}: {setting} is {given}, which {service} reads as {means}",
	UnknownKey:    "{where}: {service} has no setting {given}",
	LikelyKey:     "{where}: {service} has no setting {given}. Did you mean {likely}?",
	DuplicateKey:  "{where}: {given} is set more than once. This one is used",
	NoEffect:      "{where}: {setting} has no effect without {needs}",
	NewVersion:    "{service} {given} is newer than {means}, the newest version known to safeport. Checked with the rules of {means}",

	VariableUnset:      "{where}: variable {name} isn't set and has no default",
	VariableUnsetOften: "{where}: variable {name} isn't set and has no default (and in {count} more places)",
	SetVariable:        "Set it in {file} or in the environment",
	SetVariableAs:      "Set it in {file} (see {sample}) or in the environment",
	PortsUndeclared:    "{where}: service {name} uses the host network without declaring its ports. They weren't checked",
	DeclarePorts:       "List its ports under expose: in the Compose file, or add them to the command: safeport check FILE PORT",

	HolderContainer:  "container {name}",
	HolderImage:      "container {name} ({image})",
	HolderOfEngine:   "{container} of user {user}",
	HolderService:    "swarm service {name} ({image})",
	UnpublishService: "Unpublish the port on all nodes of the swarm",
	HolderUser:       ", user {user}",
	HolderOfUnit:     ", {unit}",
	HolderProcess:    "{name} (PID {pid}{user}{unit})",
	HolderUnit:       "{name}",
	HolderTimeWait:   "a closed connection (TIME_WAIT), free in {seconds} s",
	HolderOrphan:     "a connection without a process",
	HolderTunnel:     "the kernel (network device {device})",
	HolderUnseen:     "a process of user {user} that isn't visible from here",
	HolderRule:       "rule {name} ({does}{author})",
	RuleAuthor:       ", most likely from {author}",
	RuleComment:      ", comment {comment}",
	HolderNone:       "an unknown process",
	SourcePort:       "{holder}, the source port of its connection to {remote}",
	Idle:             "{holder}, bound but not listening",

	CarryAgain:         "Enable \"iptables\" or \"userland-proxy\" in the engine's daemon.json, and restart the engine",
	PublishIPv4:        "Publish the port on an IPv4 address, or without an address",
	ShowWay:            "Show the route",
	WithDevice:         "Add the device that has the address",
	ShowRule:           "Show the rule",
	EndFlows:           "Make the kernel forget them (program conntrack)",
	LetIn:              "Open the port in {filter}",
	LetInForNow:        "Open the port until table {filter} is reloaded, then add it to the rules' source",
	SeeRules:           "Full check",
	ShowPrograms:       "Show the programs on device {device}",
	UseOther:           "Use port {suggestion} (free)",
	UseOthers:          "Use ports {suggestions} (free)",
	UseOtherIn:         "In {file}, use port {suggestion} (free)",
	UseBridge:          "Leave the host network: only published ports use the host then",
	StopContainer:      "Stop the container",
	FindContainer:      "Find and stop the container. If there is none, restart the engine",
	StopUnit:           "Stop the service",
	StopProcess:        "Stop {name} (PID {pid}) the way it was started",
	StopAll:            "Stop all {count} of them",
	StopWhole:          "Stop {unit} with all its processes. Otherwise systemd leaves {name} running (KillMode={mode})",
	StopRefusing:       "Stop {unit}. The command lifts its RefuseManualStop=yes for this one stop",
	OutlivesUnit:       "Stop {name} (PID {pid}) the way it is normally stopped. Stopping {unit} leaves it running (KillMode={mode})",
	LeftByUnit:         "Stop {name} (PID {pid}) the way it is normally stopped. {unit}, which started it, is inactive",
	StopInMachine:      "Stop {unit} in container {machine}",
	StopThere:          "Stop {unit} inside its container. This host's systemctl can't control it",
	StopContainerThere: "Stop container {name} with the engine that runs it",
	MovePod:            "Delete or move its Pod with kubectl. Kubernetes restarts a stopped container",
	RemoveRule:         "Remove the rule: no container has address {address}",
	UseAddress:         "Use address {address} only, where the port is free",
	StubOff:            "Turn off the DNS stub listener of systemd-resolved. Names still resolve",
	KeepSSH:            "Don't stop {unit}: it provides SSH access to this host",
	KeepTailscale:      "Don't stop {unit}. If tailscale serve or funnel publishes this port, turn that off. Otherwise the port is Tailscale's own",
	KeepTailscaleOwn:   "Don't stop {unit}: the port is Tailscale's own",
	TurnOffServe:       "Turn off tailscale {name} on this port. Tailscale keeps running",
	EndServe:           "Press Ctrl-C where tailscale {name} is running",
	RemoveProxy:        "Remove proxy device {device} of instance {name}, which uses the port",
	KeepProxies:        "Don't stop {unit}: its instances would lose their network. Remove the proxy device that uses the port",
	KeepNetwork:        "Don't stop {unit}: the network of this host or its VMs depends on it",
	KeepEngine:         "Don't stop {unit}: containers on this host depend on it",
	KeepHost:           "Don't stop {unit}: this host depends on it",
	KeepSelf:           "Don't stop {unit}: this session runs in it",
	WaitTimeWait:       "Wait: it is free in {seconds} s",
	EndConnection:      "Wait until the connection ends, and keep outgoing connections off the port",
	AskAsRoot:          "Rerun with root",
	WhoAsRoot:          "Identify the process",
	AllowPort:          "Let all users bind ports from {number} up",
	AsRoot:             "Run the service as root, or give it CAP_NET_BIND_SERVICE",
	SeeLabels:          "Show which ports each kind of service may bind",
	GiveCapability:     "Let the unit bind privileged ports",
	OwnAddresses:       "Use an address of this host",
	AskThere:           "Run it on the engine's host",
	DropOne:            "Change one of the two",
	Disable:            "Don't start it with the host",
	KeepDown:           "Don't restart it automatically",
	Reserve:            "Reserve these ports, now and after a reboot",
	OtherName:          "Use another name",
	RenameIt:           "Rename the other container",
	SayWhich:           "Choose {name}",
	InstallEngine:      "Install Docker or Podman first, or set the engine with --engine",
	JoinGroup:          "Full check",
	StartEngine:        "Start the engine",
	NameBoth:           "Check the addresses that the program will use",
	Follow:             "Update {what}",
	DisableUnit:        "Stop and disable the unit",
	TryLater:           "Check the engine",
	NotEnough:          "only {found} of {wanted} ports are free",
	NotEnoughInARow:    "no {wanted} consecutive free ports found",

	FleetHeld:   "Port {port} is already in use by {holder}",
	FleetRule:   "rule {name}",
	FleetTwice:  "{host} has two reports. The newer one is used",
	FleetUntold: "The report gives no reason",
	FleetSilent: "no report",
	FleetVaries: "{message} (details differ between hosts)",

	FleetReady:      "{ready} of {hosts} hosts ready",
	FleetThen:       "{first}; {then}",
	FleetBlocked:    "{count} blocked: {causes}",
	FleetUnknown:    "{count} not checked: {causes}",
	FleetCause:      "{cause} on {hosts}",
	FleetHeldShort:  "{port} in use by {holder}",
	FleetHosts:      "{count} hosts",
	FleetAllHosts:   "all hosts",
	FleetOneHost:    "1 host",
	FleetUnread:     "not read",
	FleetShared:     "instead of {instead} ({name}): {ports} is free on {hosts}",
	FleetShares:     "instead of {instead} ({name}): {ports} is free on {hosts}; not reported by {silent}",
	FleetNotShared:  "instead of {instead} ({name}): no port is free on {hosts}; tried {tried}",
	FleetNotAsked:   "these reports don't list free ports",
	FleetNobodyAsks: "on each host, run",
	FleetCounts:     "{clear} clear, {warned} with warnings, {blocked} blocked, {unknown} not checked",
	FleetEvery:      "all {count} hosts",
	PageClear:       "clear",

	PageTitle:       "Ports of {hosts} hosts",
	PageWrittenAt:   "Reports from {first}",
	PageWritten:     "Reports from {first} to {last}",
	PageReady:       "ready",
	PageWarned:      "ready, with a warning",
	PageBlocked:     "blocked",
	PageUnknown:     "not checked",
	PageCauses:      "Causes",
	PageWarnings:    "Warnings",
	PageNoCauses:    "None: all ports are available on every host",
	PageInstead:     "Ports that are free on every host",
	PageUnread:      "Not read",
	PageHosts:       "Hosts and ports",
	PageSearch:      "Search",
	PageSearchHint:  "host, port or process",
	PageShow:        "Show",
	PageAll:         "all",
	PageOnly:        "Only these hosts",
	PageEvery:       "Show all hosts",
	PageHost:        "Host",
	PageAnswer:      "Result",
	PageMore:        "Show {count} more",
	PageCount:       "{shown} of {hosts} hosts",
	PageDetails:     "Details",
	PageOn:          "On each host",
	PageAndMore:     "and {count} more",
	PageAsked:       "checked {time}",
	PageNothing:     "No further details",
	PageReadyWarned: "ready, with a warning",
	PageFree:        "free",
	PageOwn:         "in use by itself",
	PageBusy:        "in use",
	PageRedirected:  "redirected",
	PageDenied:      "permission denied",
	PageUnavailable: "no such address",
	PageUntold:      "unknown",
	PageNotWanted:   "not checked",
}

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
	OwnUsers           Key = "remedy.own-users"
	OneReplica         Key = "remedy.one-replica"
	Unavailable        Key = "address-unavailable"
	UnavailableLink    Key = "address-unavailable.link"
	Undetermined       Key = "undetermined"
	UndeterminedTables Key = "undetermined.tables"
	NotAsked           Key = "undetermined.not-asked"
	RemoteEngine       Key = "engine-remote"
	Duplicate          Key = "duplicate-port"
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
	NameTaken          Key = "name-taken"
	Ambiguous          Key = "instance-ambiguous"
	SeveralHere        Key = "instance-ambiguous.chosen"
	NoEngine           Key = "engine-unreachable.none"
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
	UseOtherIn         Key = "remedy.use-other-in-file"
	UseBridge          Key = "remedy.use-bridge"
	ShowRule           Key = "remedy.show-rule"
	ShowWay            Key = "remedy.show-way"
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
	InUse:              "port {port} is taken by {holder}",
	InUseSome:          "not all of the ports {port} can be had: {count} taken, {first} by {holder}",
	UnseenOtherUser:    "who has port {port} cannot be named: its process belongs to user {user}, and this user may not look into it",
	UnseenNoProcess:    "who has port {port} cannot be named: the socket is there, and no process on view has it; it may live in another pid namespace, be on its way between two processes, or belong to the kernel itself",
	UnseenNoSocket:     "who has port {port} cannot be named: the kernel refuses it, and no socket table shows why",
	UnseenOldKernel:    "who has port {port} cannot be named: the kernel refuses it, and no socket table shows why; a kernel before Linux 6.8 shows no socket that is bound and does not listen",
	Redirected:         "port {port} could be bound, but its packets go to {holder}",
	RedirectedByRule:   "port {port} could be bound, but its packets are taken away by {holder}",
	RedirectedSome:     "some packets to port {port} are taken away by {holder}: whether those of your clients are depends on more than the port",
	RedirectedUnseen:   "port {port} could be bound, but somebody else answers at {address}: what this host itself sends to the port goes elsewhere, and no rule on view shows why",
	Blocked:            "port {port} can be had, but clients from outside do not get to it{where}: they are kept out by {rule}",
	BlockedItself:      "port {port} can be had, but this host's own connections do not get to it{where}: they are kept out by {rule}",
	BlockedOthers:      "port {port} is open to some clients only{where}: all that no other rule lets in are kept out by {rule}",
	BlockedFew:         "some clients may not get to port {port}{where}: an address, a rate or something else that cannot be foreseen decides, in {rule}",
	BlockedAt:          "at {addresses}",
	BlockedAnswers:     "{rule}, which takes the answers to them",
	BlockedProxy:       "{rule}, which takes what the engine's proxy sends on to the container",
	BlockedNeighbours:  "{rule}, which takes the questions by which other hosts find the address on their network",
	WayIn:              "the routes of this host, which drop what {client} sends by {device} ({reason})",
	WayBack:            "the routes of this host, which have no way back to {client} ({reason})",
	WayBackOther:       "the routes of this host, which send the answers to {client} out by {device}",
	WayDown:            "device {device}, which is down or has no carrier",
	WayNoARP:           "device {device}, which has ARP switched off, so that other hosts do not find the address",
	WayARPIgnored:      "net.ipv4.conf.{device}.arp_ignore, by which this host does not answer those who look for its addresses",
	WayUncarried:       "the engine, which sends nothing on to the container that comes to this address of IPv6",
	BlockedForeign:     "port {port} can be bound, but no device of this host has address {address}: clients do not get to it until the address moves here (ip_nonlocal_bind is set)",
	ChainPolicy:        "the policy of chain {name} ({does}{author})",
	RulesUnseen:        "the rules that may send packets elsewhere, or keep them out, could not be read ({reason}): a port that can be bound may still be out of reach",
	ProgramsUnread:     "it is not known what becomes of packets in {programs}: a port that can be bound may still be out of reach",
	ProgramAt:          "{kind} program {name} on {device}, which sees them before any rule",
	ProgramOut:         "{kind} program {name} on {device}, which sees the answers",
	FilterAt:           "{kind} filter {name} on {device}, which sees them before any rule",
	FilterOut:          "{kind} filter {name} on {device}, which sees the answers",
	Denied:             "this user may not bind port {port}: ports below {start} need root or CAP_NET_BIND_SERVICE",
	DeniedRootless:     "the engine runs as a user and may not bind port {port}: ports below {start} need root",
	DeniedRule:         "a rule of the system forbids binding port {port} here (a unit's SocketBindDeny= or another program on the cgroup)",
	DeniedHook:         "a BPF program forbids binding port {port} here: {hooks} (by name and cgroup)",
	DeniedMaybe:        "whether unit {name} may bind port {port} cannot be told: a BPF program decides, {hooks} (by name and cgroup)",
	Confined:           "SELinux labels port {port} {label}: a service that it confines may bind it only where its policy says so, which no trial here tells",
	ConfinedUnseen:     "SELinux enforces its policy: whether a service that it confines may bind port {port} depends on the port's label, which could not be read",
	DeniedUser:         "user {user} may not bind port {port}: ports below {start} need root or CAP_NET_BIND_SERVICE",
	DeniedUnit:         "unit {name} may not bind port {port}: it runs as user {user} without CAP_NET_BIND_SERVICE, which ports below {start} need",
	DeniedUnitRule:     "unit {name} may not bind port {port}: its own {setting} forbids it",
	UnavailableLink:    "address {address} is link-local, which a program can bind only together with a device, as in {address}%eth0, so port {port} cannot be bound",
	DeniedContainer:    "the container of {service} may not bind port {port} on the host's network: it runs as user {user}, and ports below {start} need root there",
	DeniedDropped:      "the container of {service} may not bind port {port} on the host's network: it lacks CAP_NET_BIND_SERVICE (cap_drop), which ports below {start} need there",
	DeniedHelpers:      "the container of {service} may not bind port {port} on the host's network: its engine runs as a user, and ports below {start} need root",
	DeniedInside:       "nobody would answer at port {port}: the program of {service} runs as user {user} and may not bind port {target} in its container, where ports below {limit} need root and CAP_NET_BIND_SERVICE",
	DeniedImage:        "port {port} needs root: the image of {service} is not on this host, and may name another user",
	SCTPUntried:        "port {port} was not judged: safeport does not try SCTP",
	DuplicateReplica:   "{service} is to run several times, and only one of its containers can have port {port}",
	UnboundNone:        "port {port} is not published: {service} has no network (network_mode: none)",
	UnboundInternal:    "port {port} is not published: the networks of {service} are internal",
	UnboundOwn:         "port {port} is not published: the network of {service} gives its container an address of its own",
	UnboundRouted:      "port {port} is not published on this host: the network of {service} is routed (gateway_mode)",
	UnboundIsolated:    "port {port} is not published: the network of {service} is isolated (gateway_mode)",
	UnboundHelpers:     "port {port} is not bound on this host: the engine runs as a user, and its \"host\" network is that of its helper, rootlesskit",
	UnboundMachines:    "port {port} is not bound on this host: the \"host\" network of Docker Desktop is that of its virtual machine",
	RefusedShared:      "the engine refuses {service}: it publishes port {port}, and has the network of another container",
	RefusedChains:      "Docker can't publish port {port} for {service}: its firewall chains are gone, as after \"nft flush ruleset\" or a restart of the firewall",
	RefusedRemapped:    "the engine refuses {service}: it is on the host's network, and the engine maps users (userns-remap)",
	PublishInstead:     "publish the port, without network_mode: host: in a network of its own the container may bind it",
	KeepCapability:     "let the container keep the right, by cap_add: [NET_BIND_SERVICE]",
	RunAsRoot:          "let the container run as root (user: \"0\")",
	SysctlInside:       "let the program bind it, by sysctls: [net.ipv4.ip_unprivileged_port_start=0] of the service",
	JoinBridge:         "to have the port on this host, give {service} a network of the bridge driver that is not internal",
	AskAddress:         "ask at the address of the container itself",
	PublishThere:       "publish the port at the service that has the network",
	RestartEngine:      "restart Docker, which writes its chains again; running containers restart too, unless live-restore is on",
	OwnUsers:           "leave the users of {service} as they are, by userns_mode: host",
	OneReplica:         "publish a range of as many ports as there are containers, or run one",
	Unavailable:        "address {address} is not on this host, so port {port} cannot be bound",
	Undetermined:       "could not tell whether port {port} can be had: {reason}",
	UndeterminedTables: "could not tell whether port {port} can be had: this user may not try, and the socket tables do not show everything here",
	NotAsked:           "port {port} was not looked at",
	RemoteEngine:       "the engine is on another host ({endpoint}): the ports here say nothing about port {port} there",
	Duplicate:          "port {port} is wanted twice: as {name} and as {other}",
	TakenAtBoot:        "unit {name} is enabled and will take port {port} when the host starts",
	TakenAtBootLikely:  "unit {name} is enabled and does not run: unless it is configured otherwise, it will take port {port} when the host starts",
	TakenByUsers:       "unit {name} of user {user} is enabled and will take port {port} when the host starts",
	TakenByUsersLikely: "unit {name} of user {user} is enabled and does not run: unless it is configured otherwise, it will take port {port} when the host starts",
	BootFirst:          "; it comes before the engine's containers, and would have it",
	BootBeside:         "; it starts at the same time as the engine, and whoever comes first has it",
	BootLast:           "; it comes after the engine's containers, and would fail",
	TakenOnDemand:      "container {name} ({state}, restart policy {restart}) will take port {port} when somebody starts it: by itself it does not come back",
	TakenWithEngine:    "container {name} ({state}, restart policy {restart}) comes back by itself when the engine or the host restarts, and will take port {port}",
	TakenPerhaps:       "container {name} ({state}, restart policy {restart}) will take port {port}: it comes back by itself when the engine or the host restarts, unless it was stopped by hand",
	TakenWithHost:      "container {name} ({state}, restart policy {restart}) will take port {port} when it starts: by itself when the host does, if podman-restart.service is enabled",
	TakenByProject:     "; it starts with the rest of Compose project {project}",
	Ephemeral:          "port {port} lies in {ranges}, where the kernel picks source ports for outgoing connections: any program may have it at any moment",
	EphemeralReserved:  "port {port} lies in {ranges}, and is reserved already (net.ipv4.ip_local_reserved_ports): no outgoing connection will take it",
	EphemeralTaken:     "port {port} lies in {ranges}, where the kernel picks source ports for outgoing connections: any program may have it at any moment, and {first} is taken right now by {holder}",
	EphemeralNow:       "; just now {taken} of the range's {total} ports are taken",
	EphemeralOften:     ", and a start would fail about {count} times in {of}",
	EphemeralSeldom:    ", and a start would fail less than once in 1000 times",
	BrowserBlocked:     "browsers refuse to open port {port} (ERR_UNSAFE_PORT)",
	OtherFamily:        "port {port} is free on IPv6 and taken on IPv4 by {holder}: a program that listens on [::] for both would fail",
	NameTaken:          "the name {name} is in use by a container that is not {service} ({image}, {state})",
	Ambiguous:          "there are several installations of {service} here ({list}), and it was not said which is meant",
	SeveralHere:        "there are several installations of {service} here ({list}); this is about {name}",
	NoEngine:           "no container engine was found; the ports were judged as Docker would bind them, and an engine is needed to install {service}",
	NoEngineAt:         "nothing listens at {endpoint}; the ports were judged as Docker would bind them",
	InContainer:        "this was asked inside a container ({kind}) that has a network of its own: the answer is about the container's ports, and says nothing of its host's",
	EngineApart:        "the engine at {endpoint} has its ports in another network than the one that was looked at: the ports here say nothing about port {port} there",
	WindowsPorts:       "this is Linux under Windows (WSL 2): Windows keeps ranges of ports for itself, which cannot be seen from here, and its own programs may have a port too",
	AskOnHost:          "ask on the host, or in a container with --network host",
	AskWindows:         "see which ports Windows keeps for itself",
	EngineSilent:       "the engine at {endpoint} could not be used: {reason}",
	EngineUnseen:       "what the engine at {endpoint} knows was not seen ({reason}): stopped containers that will take a port, and which container a port belongs to",
	EnginePartial:      "not every container of {endpoint} could be looked at: {reason}",
	TablesUnseen:       "the socket tables could not be read ({reason}): who has a port cannot be named",
	TablesPartly:       "the socket tables were read from /proc/net ({reason}), which does not show {blind}",

	Changed:       "the {about} moves from {old} to {new}: whatever knows {old} has to follow",
	LegacyInstall: "{about} is here ({trace}): it counts as the installation itself, and a move to {service} {version} takes these steps, in this order",
	LegacyBeside:  "{about} is still here beside container {name}: {trace} takes the same ports when it starts",
	LegacyUnseen:  "whether an older version is installed without a container could not be seen ({reason})",
	SharedVolume:  "volume {volume} would be shared by {one} and {other}, which then take each other's data for their own",
	OddNumber:     "{where}: {setting} is written {given} and read as {means}",
	OddBool:       "{where}: {setting} is written {given}, which {service} reads as {means}",
	UnknownKey:    "{where}: {service} has no setting {given}",
	LikelyKey:     "{where}: {service} has no setting {given}: did you mean {likely}?",
	DuplicateKey:  "{where}: {given} stands in the file more than once, and this one counts",
	NoEffect:      "{where}: {setting} has no effect without {needs}",
	NewVersion:    "{service} {given} is newer than {means}, the newest that this safeport knows: checked with the rules of {means}",

	VariableUnset:      "{where}: variable {name} is not set, and nothing stands in its place",
	VariableUnsetOften: "{where}: variable {name} is not set, and nothing stands in its place, there and {count} more times",
	SetVariable:        "say it in {file}, or in the environment",
	SetVariableAs:      "say it in {file}, as {sample} beside it shows, or in the environment",
	PortsUndeclared:    "{where}: service {name} is on the host's network and does not say which ports it takes: they were not looked at",
	DeclarePorts:       "list its ports under expose: in the Compose file, or name them beside the file: safeport check FILE PORT",

	HolderContainer:  "container {name}",
	HolderImage:      "container {name} ({image})",
	HolderOfEngine:   "{container} of user {user}",
	HolderService:    "swarm service {name} ({image})",
	UnpublishService: "take the port from the service, on all nodes of the swarm",
	HolderUser:       ", user {user}",
	HolderOfUnit:     ", {unit}",
	HolderProcess:    "{name} (pid {pid}{user}{unit})",
	HolderUnit:       "{name}",
	HolderTimeWait:   "a connection that is over (TIME_WAIT); the kernel lets go in {seconds} s",
	HolderOrphan:     "a connection that no process holds any more",
	HolderTunnel:     "the kernel, for network device {device}",
	HolderUnseen:     "a process of user {user} that cannot be seen from here",
	HolderRule:       "rule {name} ({does}{author})",
	RuleAuthor:       ", most likely written by {author}",
	RuleComment:      ", commented {comment}",
	HolderNone:       "a holder that cannot be seen",
	SourcePort:       "{holder}, as the source port of its connection to {remote}",
	Idle:             "{holder}, which bound it and does not listen",

	PublishIPv4:        "publish the port at an IPv4 address, or without an address",
	ShowWay:            "show what the kernel does with these packets",
	WithDevice:         "name the device that has the address",
	ShowRule:           "see the rule and the others of its chain",
	LetIn:              "open the port in {filter}",
	LetInForNow:        "let its clients in, until table {filter} is loaded anew; then write it where the rules come from",
	SeeRules:           "ask with the right to read rules",
	ShowPrograms:       "see what is on device {device}",
	UseOther:           "use another port: {suggestion} is free",
	UseOtherIn:         "use another port in {file}: {suggestion} is free",
	UseBridge:          "leave the host's network, so that only published ports touch the host",
	StopContainer:      "stop the container that has it",
	FindContainer:      "find the container that has it, and stop that; if none has, the port is left of a crash, and free when the engine is restarted",
	StopUnit:           "stop the service that has it",
	StopProcess:        "stop {name} (pid {pid}), in the way that it was started",
	StopAll:            "stop all {count} that use it",
	StopWhole:          "stop {unit} with all its processes: by itself, systemd leaves {name} running (KillMode={mode})",
	OutlivesUnit:       "stop {name} (PID {pid}) the way it is normally stopped: it keeps running when {unit} is stopped (KillMode={mode})",
	LeftByUnit:         "stop {name} (PID {pid}) the way it is normally stopped: {unit} left it running and is not active any more",
	StopInMachine:      "stop {unit} in container {machine}",
	StopThere:          "stop {unit} inside its container: it has a systemd of its own, which this host's systemctl does not control",
	StopContainerThere: "stop container {name} with the engine that runs it: the engine asked here does not know it",
	MovePod:            "delete or move its Pod with kubectl: Kubernetes starts the container again when it is stopped",
	RemoveRule:         "remove the rule: no container has address {address} any more",
	UseAddress:         "use address {address} only: the port is free there",
	StubOff:            "turn off the DNS stub listener of systemd-resolved: names are still resolved",
	KeepSSH:            "do not stop {unit}: it is the SSH access to this host",
	KeepTailscale:      "do not stop {unit}: find what tailscale serve or funnel publishes there, and turn that off",
	KeepProxies:        "do not stop {unit}: its instances would lose their network; remove the proxy device that uses the port",
	KeepNetwork:        "do not stop {unit}: the network of this host, or of its virtual machines, depends on it",
	KeepEngine:         "do not stop {unit}: containers on this host depend on it",
	KeepHost:           "do not stop {unit}: this host depends on it",
	KeepSelf:           "do not stop {unit}: this session runs in it",
	WaitTimeWait:       "wait: it is free in {seconds} s",
	EndConnection:      "wait until the connection ends, and keep outgoing connections off the port",
	AskAsRoot:          "ask with the rights to see everything",
	WhoAsRoot:          "see who it is, with the rights to look",
	AllowPort:          "let every user bind ports from {number} on",
	AsRoot:             "run the service as root, or give it CAP_NET_BIND_SERVICE",
	SeeLabels:          "see which ports each kind of service may bind",
	GiveCapability:     "give the unit the right to bind privileged ports",
	OwnAddresses:       "use an address of this host",
	AskThere:           "ask on the engine's own host",
	DropOne:            "change one of the two",
	Disable:            "keep it from starting with the host",
	KeepDown:           "keep it from coming back by itself",
	Reserve:            "keep outgoing connections off these ports, now and after a reboot",
	OtherName:          "install under another name",
	RenameIt:           "rename the other container",
	SayWhich:           "ask about {name}",
	InstallEngine:      "install Docker or Podman first, or name the engine with --engine",
	JoinGroup:          "run with the right to use the engine, as root or in the group docker",
	StartEngine:        "start the engine",
	NameBoth:           "name the address that the program will use, or none for both families",
	Follow:             "change {what} too",
	DisableUnit:        "stop the unit and keep it from starting with the host",
	TryLater:           "see whether the engine works",
	NotEnough:          "only {found} of {wanted} ports are free",
	NotEnoughInARow:    "no {wanted} free ports in a row were found",

	FleetHeld:   "port {port} is held by {holder}",
	FleetRule:   "rule {name}",
	FleetTwice:  "{host} is reported on twice: the newer report counts",
	FleetUntold: "the report does not say why",
	FleetSilent: "there is no report",
	FleetVaries: "{message} (so on one host; on others in other words)",

	FleetReady:      "{ready} of {hosts} hosts ready",
	FleetThen:       "{first}; {then}",
	FleetBlocked:    "{count} blocked: {causes}",
	FleetUnknown:    "{count} could not tell: {causes}",
	FleetCause:      "{cause} on {hosts}",
	FleetHeldShort:  "{port} held by {holder}",
	FleetHosts:      "{count} hosts",
	FleetAllHosts:   "every host",
	FleetOneHost:    "1 host",
	FleetUnread:     "not read",
	FleetShared:     "instead of {instead} ({name}): {ports} is free on all {hosts} hosts",
	FleetShares:     "instead of {instead} ({name}): {ports} was free on all {hosts} hosts that say so; {silent} more do not say which other ports are free",
	FleetNotShared:  "instead of {instead} ({name}): no port that all {hosts} hosts tried is free on all of them ({tried})",
	FleetNotAsked:   "these reports do not say which other ports are free",
	FleetNobodyAsks: "ask each host with",

	PageTitle:       "Ports of {hosts} hosts",
	PageWrittenAt:   "Reports from {first}",
	PageWritten:     "Reports from {first} to {last}",
	PageReady:       "ready",
	PageWarned:      "of these with a warning",
	PageBlocked:     "blocked",
	PageUnknown:     "could not tell",
	PageCauses:      "What is in the way",
	PageWarnings:    "What to know",
	PageNoCauses:    "Nothing: every host can have its ports",
	PageInstead:     "Ports that all hosts have",
	PageUnread:      "What was not read",
	PageHosts:       "Hosts and ports",
	PageSearch:      "Search",
	PageSearchHint:  "host, port, holder",
	PageShow:        "Show",
	PageAll:         "all",
	PageOnly:        "Only these hosts",
	PageEvery:       "Every host again",
	PageHost:        "Host",
	PageAnswer:      "Answer",
	PageMore:        "Show {count} more",
	PageCount:       "{shown} of {hosts} hosts",
	PageDetails:     "Details",
	PageOn:          "On each of them",
	PageAndMore:     "and {count} more",
	PageAsked:       "asked {time}",
	PageNothing:     "Nothing to tell beside the answers",
	PageReadyWarned: "ready, with a warning",
	PageFree:        "free",
	PageOwn:         "own",
	PageBusy:        "busy",
	PageRedirected:  "redirected",
	PageDenied:      "not allowed",
	PageUnavailable: "no such address",
	PageUntold:      "not known",
	PageNotWanted:   "not asked about",
}

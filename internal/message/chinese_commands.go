package message

// chineseCommands is the help of the commands and their flags.
var chineseCommands = map[string]string{
	"what the finding with this `CODE` means, and what to do about it": "此代码 `CODE` 的检查结果是什么意思，该怎么办",
	`Change an installed service: its version, its ports, any of its settings, or several at once. What is
not mentioned stays as it is. The new containers are made while the old ones serve; the old ones are
stopped, kept, and started again when the new ones do not answer as they should.

Before another image gets the data, it is copied as the definition of the service says, while nobody
serves, so that "safeport rollback --restore" can bring it back.

A container that was started by hand, as by "docker run --name gpustack ...", is taken over with its
ports, volumes, variables, arguments and devices; what cannot be taken over is named, and then
nothing is changed.`: `修改已安装的服务：版本、端口、任意设置项，或同时修改几项。没有提到的保持不变。
新容器在旧容器服务期间创建；旧容器随后停止并保留，新容器不能正常应答时重新启动旧容器。

在另一个镜像接触数据之前，会在无人服务时按服务定义复制数据，以便
"safeport rollback --restore" 把它放回。

手工启动的容器，例如 "docker run --name gpustack ..."，会连同它的端口、卷、环境变量、参数和设备
一起接管；不能接管的会逐一指出，此时不做任何更改。`,
	`Check the ports, get the image, start the service, and wait until it answers as itself on the port
that will be used. When something is in the way nothing is changed, and when something fails on the
way it is undone and the reason is shown.

What is installed already is left alone: with the same settings there is nothing to change, with
others "safeport upgrade" changes it. The settings of a service are flags of their own:
safeport install gpustack --help.`: `检查端口、获取镜像、启动服务，并等到它在将要使用的端口上以自己的身份应答。
有阻碍时不做任何更改；中途失败则撤销，并说明原因。

已经安装的服务不会被改动：设置相同则没有需要更改的内容，设置不同则用
"safeport upgrade" 修改。服务的设置项就是它自己的选项：
safeport install gpustack --help。`,
	`Check, then install and wait until it answers`:                      `检查、安装，并等到它正常应答`,
	`Check, then replace; the old one is kept until the new one answers`: `检查后替换；新版本应答之前旧版本一直保留`,
	`Go back to the release before`:                                      `回滚到上一版`,
	`Go back to the release before: its containers were kept, so that it takes no image and no network.
The data is not taken back: what the newer version has written, the older one will find. With
--restore it gets the data that it had, from the backup that the upgrade made; what was written since
is copied before, and is not lost.`: `回滚到上一版：它的容器一直保留，因此不需要镜像，也不需要网络。
数据不会回退：新版本写入的内容，旧版本会看到。加 --restore 时，它得到升级时备份的数据；
此后写入的数据会先行复制，不会丢失。`,
	`Keep ports for a command`: `为一个命令保留端口`,
	`Merge the reports of many hosts into one answer: how many are ready, and what keeps the others from
it, each cause once with the hosts that have it. Nothing is asked of any host.

A FILE has one report or many, as "safeport check -o json" writes them, one after the other or one a
line; a directory stands for its files that end in .json, .jsonl or .ndjson; - is standard input.
What is no report is named in one line and passed over, and then the exit status is 3 unless a host
is blocked.`: `把多台主机的报告合并为一个结论：有多少台就绪，其余的被什么挡住；
每个原因只列一次，并列出有此原因的主机。不会向任何主机发出请求。

FILE 中有一份或多份报告，由 "safeport check -o json" 写出，首尾相接或每行一份；
目录代表其中以 .json、.jsonl 或 .ndjson 结尾的文件；- 是标准输入。
不是报告的内容会用一行指出并跳过，此时若没有主机被阻止，退出状态为 3。`,
	`One answer from many hosts' reports`:   `合并多台主机的报告`,
	`Print a built-in service's definition`: `打印内置服务的定义`,
	`Print it as a plain Compose file`:      `打印为普通的 Compose 文件`,
	`Print ports that are really free and stay so: bound just now on IPv4 and IPv6, outside the range
that outgoing connections take theirs from, not refused by browsers, not claimed by a stopped
container. One a line, the same from run to run.

A COUNT says how many. A RANGE says where; alone, it stands for every free port in it.`: `打印真正空闲而且不会被抢占的端口：刚刚在 IPv4 和 IPv6 上绑定过，不在出站连接的源端口范围内，
浏览器不会拒绝，也没有被已停止的容器占着。每行一个，多次运行结果相同。

COUNT 是数量。RANGE 是范围；只给范围时，列出其中所有空闲端口。`,
	`Print the completion script of a shell`: `打印 shell 的补全脚本`,
	`Print the definition of a built-in service: a Compose file with an x-safeport section.

It is the place to start one's own from. A changed copy is used by its name:
safeport check ./gpustack.yaml.`: `打印内置服务的定义：一个带 x-safeport 部分的 Compose 文件。

可以由此开始编写自己的定义。修改后的副本按文件名使用：
safeport check ./gpustack.yaml。`,
	`Print the instance as a plain Compose file, on the volumes that it has. With it "docker compose up" does
what safeport did: nobody has to stay.`: `把实例打印为普通的 Compose 文件，使用它现有的卷。用它运行 "docker compose up"，
效果与 safeport 相同：谁都可以随时离开 safeport。`,
	`Print the script by which a shell completes safeport's commands, flags, services, instances, codes and
running containers. The packages install it; otherwise put it where the shell looks for such scripts,
or read it in at the start of each shell.`: `打印脚本，使 shell 能补全 safeport 的命令、选项、服务、实例、代码和正在运行的容器。
软件包会自动安装它；否则请放到 shell 查找此类脚本的位置，或在每次启动 shell 时读入。`,
	`Remove it; its data stays`: `删除服务；数据保留`,
	`Remove the containers and networks of an installed service. Its data stays: to install it again finds
it. With --purge the volumes that safeport made and the backups go too, after a question that --yes
answers; without a terminal to ask at and without --yes nothing is done.`: `删除已安装服务的容器和网络。数据会保留：再次安装时仍可使用。
使用 --purge 时，safeport 创建的卷和备份也会被删除；删除之前会询问，--yes 表示同意。没有终端可以询问、也没有给出 --yes 时，不做任何事。`,
	`Take ports and keep them. With a command, it is run in safeport's place and gets the open sockets
as systemd would hand them over (LISTEN_FDS, LISTEN_FDNAMES): a service that knows this has its ports
without a moment in which somebody else could take them. Without one, the ports are kept until
Ctrl-C, and whoever asks for them meanwhile is told here and turned away.`: `占住端口并保留。给出命令时，用它取代 safeport 运行，并像 systemd 那样交出已打开的套接字
（LISTEN_FDS、LISTEN_FDNAMES）：懂得这种方式的服务得到端口时，没有任何可被他人抢占的间隙。
没有命令时，端口保留到按下 Ctrl-C 为止；期间谁来请求都会在这里显示并被拒绝。`,
	`Tell what is installed: which version and release serves, whether it answers, and whether an earlier run
was broken off. It changes nothing. The exit status is 1 when something does not serve or is pending.`: `说明安装了什么：哪个版本正在服务，是否能应答，先前的运行是否中断。
不做任何更改。有服务不正常或有未完成的操作时，退出状态为 1。`,
	`Tell whether a service, or a program, will get its ports on this host. Nothing is changed.

A PORT is one that a program binds itself: 80, 443/tcp, 53/udp, 127.0.0.1:9000, [::1]:9000,
40000-40063. --publish takes what "docker run -p" takes: the container engine binds it.
A FILE is a Compose file, or a directory that holds one; several are one project, as with
"docker compose -f". Services, files and ports that are named together are judged together.
The settings of a service are flags of their own; name the service to see them:
safeport check gpustack --help.`: `判断服务或程序能否在本机得到它的端口。不做任何更改。

PORT 是程序自己绑定的端口：80、443/tcp、53/udp、127.0.0.1:9000、[::1]:9000、
40000-40063。--publish 的写法与 "docker run -p" 相同：由容器引擎绑定。
FILE 是 Compose 文件或含有它的目录；多个文件是同一个项目，与 "docker compose -f" 相同。
一起写出的服务、文件和端口会一起判断。
服务的设置项就是它自己的选项；写出服务即可查看：
safeport check gpustack --help。`,
	`Tell who holds a port: the process, its user and since when, the container and its Compose project,
the systemd unit; how it came to run, from the service manager, login or scheduler on (--tree: in
full); and how it is freed without harm. Without a protocol, TCP and UDP are both asked about.

Without a port, all ports in use are listed: on which addresses, by whom, since when, started by
what, and whether clients on other hosts get in.`: `说明谁占用了端口：进程、用户和起始时间，容器及其 Compose 项目，systemd 单元；
它是如何启动的，从服务管理器、登录会话或定时任务开始（--tree：完整显示）；
以及怎样无害地释放它。不写协议时，TCP 和 UDP 都会查询。

不写端口时，列出所有占用中的端口：地址、占用者、起始时间、启动方式，以及其他主机能否访问。`,
	`UDP ports instead of TCP ones`:          `UDP 端口，而不是 TCP 端口`,
	`What is installed, and does it answer?`: `安装了什么，能正常应答吗？`,
	`Which ports are free?`:                  `哪些端口空闲？`,
	`Who holds a port?`:                      `谁占用了端口？`,
	`Will it get its ports?`:                 `能得到它的端口吗？`,
	"a Compose `FILE`, or - for standard input; may be repeated, later ones change earlier ones":                   "Compose 文件 `FILE`，- 表示标准输入；可重复，后面的覆盖前面的",
	"the Compose project's name (default: as docker compose finds it)":                                             "Compose 项目的名称（默认与 docker compose 的判断相同）",
	"a `FILE` of variables for the Compose file, instead of .env; may be repeated":                                 "供 Compose 文件使用的变量文件 `FILE`，代替 .env；可重复",
	"a port that the engine publishes, a `SPEC` as docker run -p takes it; may be repeated":                        "由容器引擎发布的端口，`SPEC` 与 docker run -p 的写法相同；可重复",
	`a setting of the service by its name or its configuration key; may be repeated`:                               `服务的设置项，用名称或配置文件中的键；可重复`,
	`a variable for the container; may be repeated`:                                                                `传给容器的环境变量；可重复`,
	`an archive of images to load first, as docker save writes it`:                                                 `先加载的镜像归档，由 docker save 生成`,
	`answer every question with yes`:                                                                               `所有问题都回答“是”`,
	`copy the data before, for "safeport rollback --restore" (default: if the image is another)`:                   `事先复制数据，供 "safeport rollback --restore" 使用（默认：换镜像时复制）`,
	`do not copy the data before`:                                                                                  `事先不复制数据`,
	`go back to the data of that time too`:                                                                         `同时恢复当时的数据`,
	"how long to wait until it answers, a `DURATION` as 90s or 10m (default: the service's own)":                   "等待应答的时长 `DURATION`，例如 90s 或 10m（默认由服务决定）",
	`image to run instead: of a mirror, or one that is on this host; of several services say which: SERVICE=IMAGE`: `改用的镜像：镜像站中的，或本机已有的；有多个服务时写成 SERVICE=IMAGE`,
	`language of the text: en or zh (default: the locale's)`:                                                       `文字的语言：en 或 zh（默认取自 locale）`,
	`make errors with this code warnings; may be repeated`:                                                         `把此代码的错误降为警告；可重复`,
	`name of the installation (default: the service's)`:                                                            `实例的名称（默认与服务同名）`,
	`names of hosts, one a line: those without a report could not tell`:                                            `主机名列表，每行一个：没有报告的主机视为无法判断`,
	`no progress`: `不显示进度`,
	`no text unless it is blocked or could not be told`:                    `除非被阻止或无法判断，否则不输出文字`,
	`one block of consecutive ports`:                                       `一段连续的端口`,
	`print the version`:                                                    `打印版本`,
	`remove the data too: the volumes that safeport made, and the backups`: `同时删除数据：safeport 创建的卷，以及备份`,
	`say what would be done, step by step, and do nothing`:                 `逐步说明将要做什么，但不执行`,
	"switch a `PROFILE` of the Compose file on; may be repeated":           "启用 Compose 文件中的 `PROFILE`；可重复",
	`text or json`:            `text 或 json`,
	`text, json, csv or html`: `text、json、csv 或 html`,
	`text, or for programs json, junit, tap, nagios, prometheus or github`:                                          `text，或供程序使用的 json、junit、tap、nagios、prometheus、github`,
	`the container engine's endpoint (default: found as docker finds it)`:                                           `容器引擎的地址（默认与 docker 的查找方式相同）`,
	`the container engine's endpoint; none: ask no engine (default: found as docker finds it)`:                      `容器引擎的地址；none 表示不询问容器引擎（默认与 docker 的查找方式相同）`,
	`the evidence too: which source said what, and how long it took`:                                                `同时给出依据：各个来源说了什么，用了多久`,
	`the service's own configuration file`:                                                                          `服务自己的配置文件`,
	`the service's own configuration file; it is mounted into the container`:                                        `服务自己的配置文件；会挂载到容器中`,
	"try `COUNT` other places for each port too, and list the free ones in JSON: for \"safeport report --suggest\"": "为每个端口另外尝试 `COUNT` 个位置，并在 JSON 中列出空闲的：供 \"safeport report --suggest\" 使用",
	`version to run: a tag of the image`:                                                                            `要运行的版本：镜像标签`,
	`warnings block too`:                                                                                            `有警告也视为阻止`,
	`when to ask the registry for the image: always, missing or never`:                                              `何时向镜像仓库索取镜像：always、missing 或 never`,
	`where the journals are kept (default /var/lib/safeport, or $XDG_STATE_HOME/safeport)`:                          `日志文件所在目录（默认 /var/lib/safeport 或 $XDG_STATE_HOME/safeport）`,
	`who binds the ports: a user (www-data), or a unit (nginx.service)`:                                             `由谁绑定端口：用户（www-data）或单元（nginx.service）`,
	`which installation of the service is meant`:                                                                    `指的是服务的哪个实例`,
	`which port, or block of ports, all hosts have; needs reports made with --spares`:                               `所有主机都有的空闲端口（段）；需要用 --spares 生成的报告`,
}

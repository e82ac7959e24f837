package message

// chineseCommands is the help of the commands and their flags.
var chineseCommands = map[string]string{
	"explain the finding with this `CODE` and how to fix it": "说明代码为 `CODE` 的检查结果及解决办法",
	`Change an installed service: its version, ports or other settings. Unspecified settings stay.
New containers are created while the old ones run. The old ones are then stopped and kept, and started
again if the new ones don't become healthy.

Before another image gets the data, it is backed up while the service is stopped, so that
"safeport rollback --restore" can restore it.

A container that was started by hand, as with "docker run --name gpustack ...", is taken over with its
ports, volumes, variables, arguments and devices. Options that can't be carried over are listed, and
nothing is changed.`: `修改已安装的服务：版本、端口或其他设置项。没有指定的设置保持不变。
旧容器运行期间创建新容器；旧容器随后停止并保留，新容器未能就绪时重新启动旧容器。

换用另一个镜像之前，会在服务停止时备份数据，以便 "safeport rollback --restore" 恢复。

手工启动的容器，例如 "docker run --name gpustack ..."，会连同端口、卷、环境变量、参数和设备
一起接管。不能带过去的选项会列出，此时不做任何更改。`,
	`Check the ports, pull the image, start the service, and wait until it is healthy on its port. If
something blocks it, nothing is changed. If a later step fails, it is rolled back and the reason shown.

An installed service stays as it is: to change its settings, use "safeport upgrade". Settings are flags
of the service: safeport install gpustack --help.`: `检查端口、拉取镜像、启动服务，并等待它在所用端口上就绪。
有阻碍时不做任何更改；之后的步骤失败时自动回滚，并说明原因。

已安装的服务保持不变；如需修改设置，请用 "safeport upgrade"。服务的设置项就是它自己的选项：
safeport install gpustack --help。`,
	"Check, install and wait until healthy":                                   "检查、安装并等待就绪",
	"Check and upgrade; the old version is kept until the new one is healthy": "检查并升级；新版本就绪之前保留旧版本",
	"Roll back to the previous revision":                                      "回滚到上一个修订版本",
	`Roll back to the previous revision. Its containers were kept, so no image or network is needed.
Data isn't rolled back: the older version uses what the newer one wrote. With --restore it gets its
own data from the upgrade's backup; newer data is backed up first and isn't lost.`: `回滚到上一个修订版本。它的容器一直保留，因此不需要镜像和网络。
数据不会回退：旧版本会使用新版本写入的数据。加 --restore 时，从升级时的备份恢复数据；
之后写入的数据会先备份，不会丢失。`,
	"Hold ports for a command": "为命令保留端口",
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
	"Merge reports from many hosts":         "合并多台主机的报告",
	`Print a built-in service's definition`: `打印内置服务的定义`,
	"Export as a plain Compose file":        "导出为普通的 Compose 文件",
	`Print ports that are really free and stay so: bound just now on IPv4 and IPv6, outside the range
that outgoing connections take theirs from, not refused by browsers, not claimed by a stopped
container. One a line, the same from run to run.

A COUNT says how many. A RANGE says where; alone, it stands for every free port in it.`: `打印真正空闲而且不会被抢占的端口：刚刚在 IPv4 和 IPv6 上绑定过，不在出站连接的源端口范围内，
浏览器不会拒绝，也没有被已停止的容器占着。每行一个，多次运行结果相同。

COUNT 是数量。RANGE 是范围；只给范围时，列出其中所有空闲端口。`,
	"Print a shell completion script": "打印 shell 补全脚本",
	`Print the definition of a built-in service: a Compose file with an x-safeport section.

It is the place to start one's own from. A changed copy is used by its name:
safeport check ./gpustack.yaml.`: `打印内置服务的定义：一个带 x-safeport 部分的 Compose 文件。

可以由此开始编写自己的定义。修改后的副本按文件名使用：
safeport check ./gpustack.yaml。`,
	`Print the instance as a plain Compose file that uses its existing volumes. "docker compose up" with it
does what safeport did, so you can stop using safeport at any time.`: `把实例打印为普通的 Compose 文件，使用现有的卷。用它运行 "docker compose up" 效果与 safeport 相同，
因此可以随时停止使用 safeport。`,
	`Print the script by which a shell completes safeport's commands, flags, services, instances, codes and
running containers. The packages install it; otherwise put it where the shell looks for such scripts,
or read it in at the start of each shell.`: `打印脚本，使 shell 能补全 safeport 的命令、选项、服务、实例、代码和正在运行的容器。
软件包会自动安装它；否则请放到 shell 查找此类脚本的位置，或在每次启动 shell 时读入。`,
	"Uninstall; data is kept": "卸载；数据保留",
	`Remove the containers and networks of an installed service. Data is kept, and reinstalling finds it.
With --purge, volumes created by safeport and backups are deleted too. This requires confirmation;
without a terminal, confirm with --yes.`: `删除已安装服务的容器和网络。数据会保留，重新安装时仍可使用。
使用 --purge 时，还会删除 safeport 创建的卷和备份。删除前需要确认；没有终端时，请用 --yes 确认。`,
	`Take ports and keep them. With a command, it is run in safeport's place and gets the open sockets
as systemd would hand them over (LISTEN_FDS, LISTEN_FDNAMES): a service that knows this has its ports
without a moment in which somebody else could take them. Without one, the ports are kept until
Ctrl-C, and whoever asks for them meanwhile is told here and turned away.`: `占住端口并保留。给出命令时，用它取代 safeport 运行，并像 systemd 那样交出已打开的套接字
（LISTEN_FDS、LISTEN_FDNAMES）：懂得这种方式的服务得到端口时，没有任何可被他人抢占的间隙。
没有命令时，端口保留到按下 Ctrl-C 为止；期间谁来请求都会在这里显示并被拒绝。`,
	`Show installed services: version, revision, health, and interrupted runs. Nothing is changed.
The exit status is 1 when a service isn't healthy or a run was interrupted.`: `显示已安装的服务：版本、修订版本、健康状态，以及被中断的运行。不做任何更改。
有服务不正常或有被中断的运行时，退出状态为 1。`,
	`Check whether the ports of a service or program are available on this host. Nothing is changed.

A PORT is bound by the program itself: 80, 443/tcp, 53/udp, 127.0.0.1:9000, [::1]:9000, 40000-40063.
--publish takes what "docker run -p" takes: the container engine binds the port.
A FILE is a Compose file or a directory with one; several form one project, as with "docker compose -f".
Services, files and ports given together are checked together.
Settings are flags of the service: safeport check gpustack --help.`: `检查服务或程序所需的端口在本机是否可用。不做任何更改。

PORT 由程序自己绑定：80、443/tcp、53/udp、127.0.0.1:9000、[::1]:9000、40000-40063。
--publish 的写法与 "docker run -p" 相同：由容器引擎绑定端口。
FILE 是 Compose 文件或含有它的目录；多个文件组成一个项目，与 "docker compose -f" 相同。
一起给出的服务、文件和端口会一起检查。
服务的设置项就是它自己的选项：safeport check gpustack --help。`,
	`Tell who holds a port: the process, its user and since when, the container and its Compose project,
the systemd unit; how it came to run, from the service manager, login or scheduler on (--tree: in
full); and how it is freed without harm. Without a protocol, TCP and UDP are both asked about.

Without a port, all ports in use are listed: on which addresses, by whom, since when, started by
what, and whether clients on other hosts get in.`: `说明谁占用了端口：进程、用户和起始时间，容器及其 Compose 项目，systemd 单元；
它是如何启动的，从服务管理器、登录会话或定时任务开始（--tree：完整显示）；
以及怎样无害地释放它。不写协议时，TCP 和 UDP 都会查询。

不写端口时，列出所有占用中的端口：地址、占用者、起始时间、启动方式，以及其他主机能否访问。`,
	"UDP instead of TCP ports":                         "UDP 端口而不是 TCP 端口",
	"Show what is installed and whether it is healthy": "显示已安装的服务及其状态",
	"Find free ports":                                  "查找空闲端口",
	"Show what uses a port":                            "查看端口被谁占用",
	"Check whether ports are available":                "检查端口是否可用",
	"Compose `FILE`, or - for standard input; repeatable, later files override earlier ones":        "Compose 文件 `FILE`，- 表示标准输入；可重复，后面的覆盖前面的",
	"Compose project name (default: same as docker compose)":                                        "Compose 项目名称（默认与 docker compose 相同）",
	"environment `FILE` for the Compose file instead of .env; repeatable":                           "供 Compose 文件使用的环境变量文件 `FILE`，代替 .env；可重复",
	"port published by the engine, a `SPEC` as for docker run -p; repeatable":                       "由容器引擎发布的端口，`SPEC` 与 docker run -p 的写法相同；可重复",
	"service setting by name or configuration key; repeatable":                                      "服务的设置项，用名称或配置文件中的键；可重复",
	"environment variable for the container; repeatable":                                            "传给容器的环境变量；可重复",
	"image archive to load first, as written by docker save":                                        "先加载的镜像归档，由 docker save 生成",
	"answer yes to all questions":                                                                   "所有问题都回答 yes",
	`back up data first, for "safeport rollback --restore" (default: if the image changes)`:         `先备份数据，供 "safeport rollback --restore" 使用（默认：镜像变化时备份）`,
	"don't back up data first":                                                                      "不备份数据",
	"also restore the data of that time":                                                            "同时恢复当时的数据",
	"how long to wait until healthy, a `DURATION` such as 90s or 10m (default: set by the service)": "等待就绪的时长 `DURATION`，例如 90s 或 10m（默认由服务决定）",
	"image to run instead, from a mirror or this host; for one of several services: SERVICE=IMAGE":  "改用的镜像，来自镜像站或本机；有多个服务时写成 SERVICE=IMAGE",
	"language of the text: en or zh (default: from the locale)":                                     "文字的语言：en 或 zh（默认取自 locale）",
	"downgrade errors with this code to warnings; repeatable":                                       "将此代码的错误降为警告；可重复",
	"name of the installation (default: the service name)":                                          "实例的名称（默认与服务同名）",
	"file with host names, one per line; hosts without a report count as not checked":               "主机名文件，每行一个；没有报告的主机视为未能检查",
	"hide progress":       "不显示进度",
	"print only failures": "只输出失败的结果",
	"consecutive ports":   "连续的端口",
	`print the version`:   `打印版本`,
	"also delete data: volumes created by safeport, and backups":                                                "同时删除数据：safeport 创建的卷，以及备份",
	"show the steps without running them":                                                                       "只显示步骤，不执行",
	"enable a `PROFILE` of the Compose file; repeatable":                                                        "启用 Compose 文件中的 `PROFILE`；可重复",
	"output format: text or json":                                                                               "输出格式：text 或 json",
	"output format: text, json, csv or html":                                                                    "输出格式：text、json、csv 或 html",
	"output format: text, json, junit, tap, nagios, prometheus or github":                                       "输出格式：text、json、junit、tap、nagios、prometheus 或 github",
	"container engine endpoint (default: same as docker)":                                                       "容器引擎的地址（默认与 docker 相同）",
	"container engine endpoint, or none (default: same as docker)":                                              "容器引擎的地址，或 none（默认与 docker 相同）",
	"show sources and timings":                                                                                  "显示来源与用时",
	"configuration file of the service":                                                                         "服务的配置文件",
	"configuration file of the service, mounted into the container":                                             "服务的配置文件，会挂载到容器中",
	"also try `COUNT` alternatives for each port and list free ones in JSON, for \"safeport report --suggest\"": "为每个端口另外尝试 `COUNT` 个候选，并在 JSON 中列出空闲的，供 \"safeport report --suggest\" 使用",
	"version to run (image tag)":                                                                                "要运行的版本（镜像标签）",
	"treat warnings as errors":                                                                                  "将警告视为错误",
	"when to pull the image: always, missing or never":                                                          "何时拉取镜像：always、missing 或 never",
	"state directory (default /var/lib/safeport, or $XDG_STATE_HOME/safeport)":                                  "状态目录（默认 /var/lib/safeport 或 $XDG_STATE_HOME/safeport）",
	"user (www-data) or unit (nginx.service) that binds the ports":                                              "绑定端口的用户（www-data）或单元（nginx.service）",
	"which installation of the service":                                                                         "服务的哪个实例",
	"suggest ports that are free on every host; requires reports made with --spares":                            "建议所有主机都空闲的端口；需要用 --spares 生成的报告",
}

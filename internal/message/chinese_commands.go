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
在旧容器运行期间创建新容器，随后停止并保留旧容器；新容器未能就绪时，重新启动旧容器。

换用另一个镜像之前，会在服务停止时备份数据，以便 "safeport rollback --restore" 恢复。

手工启动的容器，例如 "docker run --name gpustack ..."，会连同端口、卷、环境变量、参数和设备
一起接管。无法沿用的选项会逐一列出，此时不做任何更改。`,
	`Check the ports, pull the image, start the service, and wait until it is healthy on its port. If
something blocks it, nothing is changed. If a later step fails, it is rolled back and the reason shown.

An installed service stays as it is: to change its settings, use "safeport upgrade". Settings are flags
of the service: safeport install gpustack --help.`: `检查端口、拉取镜像、启动服务，并等待它在所用端口上就绪。
检查未通过时不做任何更改；之后的步骤失败时自动回滚，并说明原因。

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
	`Merge the reports of many hosts into one answer: how many hosts are ready, and what blocks the others.
Each cause is listed once, with its hosts. No host is contacted.

FILE contains one or more outputs of "safeport check -o json", one after the other or one per line. For
a directory, its .json, .jsonl and .ndjson files are read. Use - for standard input. Anything that isn't
a report is listed and skipped. The exit status is then 3, unless a host is blocked (1).`: `把多台主机的报告合并为一个结论：有多少台主机就绪，其余主机因何未通过。
每个原因只列出一次，并附上相应的主机。不会连接任何主机。

FILE 包含一份或多份 "safeport check -o json" 的输出，首尾相接或每行一份；指定目录时，读取其中的 .json、.jsonl
和 .ndjson 文件；- 表示标准输入。不是报告的内容会列出并跳过，此时退出状态为 3；如有主机未通过，则为 1。`,
	"Merge reports from many hosts":         "合并多台主机的报告",
	`Print a built-in service's definition`: `打印内置服务的定义`,
	"Export as a plain Compose file":        "导出为普通的 Compose 文件",
	`Print ports that are free and likely to stay free. Each was bound just now on IPv4 and IPv6. None is in
the ephemeral port range, blocked by browsers, or reserved by a stopped container. The output has one
port per line and is the same on each run.

COUNT is the number of ports. RANGE is where to look; without COUNT, all free ports in it are printed.`: `打印空闲且不易被抢占的端口：刚刚在 IPv4 和 IPv6 上绑定成功，不在临时端口范围内，不会被浏览器拒绝，
也没有被已停止的容器预留。每行一个端口，多次运行的结果相同。

COUNT 是数量。RANGE 是查找范围；不指定 COUNT 时，打印其中所有空闲端口。`,
	"Print a shell completion script": "打印 shell 补全脚本",
	`Print the definition of a built-in service: a Compose file with an x-safeport section.

Use it as a starting point for your own service, and pass the edited file to any command:
safeport check ./gpustack.yaml.`: `打印内置服务的定义：一个带 x-safeport 部分的 Compose 文件。

可以在此基础上编写自己的服务定义，再把修改后的文件交给任何命令：
safeport check ./gpustack.yaml。`,
	`Print the instance as a plain Compose file that uses its existing volumes. "docker compose up" with it
does what safeport did, so you can stop using safeport at any time.`: `把实例打印为普通的 Compose 文件，使用现有的卷。用它运行 "docker compose up" 效果与 safeport 相同，
因此可以随时停止使用 safeport。`,
	`Print the completion script for a shell. It completes commands, flags, services, instances, finding codes
and running containers. The packages install it. Otherwise, save it where the shell looks for completions,
or source it at the start of each shell.`: `打印 shell 的补全脚本，可补全命令、选项、服务、实例、检查结果的代码和正在运行的容器。
软件包会自动安装它。否则，请保存到 shell 查找补全脚本的位置，或在每次启动 shell 时用 source 加载。`,
	"Uninstall; data is kept": "卸载；数据保留",
	`Remove the containers and networks of an installed service. Data is kept, and reinstalling finds it.
With --purge, volumes created by safeport and backups are deleted too. This requires confirmation;
without a terminal, confirm with --yes.`: `删除已安装服务的容器和网络。数据会保留，重新安装时仍可使用。
使用 --purge 时，还会删除 safeport 创建的卷和备份。删除前需要确认；没有终端时，请用 --yes 确认。`,
	`Bind ports and keep them. With COMMAND, safeport then runs it in its own place and passes it the open
sockets, as systemd does (LISTEN_FDS, LISTEN_FDNAMES). A service that supports this starts without a
moment in which another program could take its ports.

Without COMMAND, the ports are kept until Ctrl-C. Connections to them are shown and rejected.`: `绑定端口并保持占用。指定 COMMAND 时，safeport 随后以该命令取代自身进程，并像 systemd 那样把已打开的套接字
传给它（LISTEN_FDS、LISTEN_FDNAMES）。支持这种方式的服务在启动过程中，端口不会被其他程序抢占。

不指定 COMMAND 时，端口一直保留到按下 Ctrl-C；其间的连接请求会显示出来并被拒绝。`,
	`Show installed services: version, port, revision, health, and interrupted runs. Nothing is changed.
Installations that were not made by safeport are shown, too.
The exit status is 1 when a service isn't healthy or a run was interrupted.`: `显示已安装的服务：版本、端口、修订版本、健康状况和中断的操作。不做任何改动。
不由 safeport 安装的也会显示。
有服务未就绪或有操作中断时，退出状态码为 1。`,
	`Check whether the ports of a service or program are available on this host. Nothing is changed.

A PORT is bound by the program itself: 80, 443/tcp, 53/udp, 127.0.0.1:9000, [::1]:9000, 40000-40063.
--publish takes what "docker run -p" takes: the container engine binds the port.
A FILE is a Compose file or a directory with one; several form one project, as with "docker compose -f".
Services, files and ports given together are checked together. Without any of them, the Compose project
of this directory is checked, found as docker compose finds it.
Settings are flags of the service: safeport check gpustack --help.`: `检查服务或程序所需的端口在本机是否可用。不做任何更改。

PORT 由程序自己绑定：80、443/tcp、53/udp、127.0.0.1:9000、[::1]:9000、40000-40063。
--publish 的写法与 "docker run -p" 相同：由容器引擎绑定端口。
FILE 是 Compose 文件或含有它的目录；多个文件组成一个项目，与 "docker compose -f" 相同。
一起给出的服务、文件和端口会一起检查。都不给出时，检查本目录的 Compose 项目，查找方式与 docker compose 相同。
服务的设置项就是它自己的选项：safeport check gpustack --help。`,
	`Show what uses a port: the process, its user and start time, its container, Compose project and systemd
unit. Also shown is how it was started (in full with --tree), and how to stop it safely. Without a
protocol, both TCP and UDP are shown.

Without a port, all ports in use are listed: address, process, start time, how it was started, and
whether clients on other hosts can connect.`: `显示端口被谁占用：进程、用户和启动时间，以及所属的容器、Compose 项目和 systemd 单元。
还会显示它是如何启动的（--tree 显示完整过程），以及如何安全地停止它。不指定协议时，TCP 和 UDP 都会显示。

不指定端口时，列出所有占用中的端口：地址、占用者、启动时间、启动方式，以及其他主机能否访问。`,
	"UDP instead of TCP ports":                         "UDP 端口而不是 TCP 端口",
	"Show what is installed and whether it is healthy": "显示已安装的服务及其状态",
	"Find free ports":                                  "查找空闲端口",
	"Show what uses a port":                            "查看端口被谁占用",
	"Check whether ports are available":                "检查端口是否可用",
	"Compose `FILE`, or - for standard input; repeatable, later files override earlier ones":                "Compose 文件 `FILE`，- 表示标准输入；可重复，后面的覆盖前面的",
	"Compose project name (default: same as docker compose)":                                                "Compose 项目名称（默认与 docker compose 相同）",
	"environment `FILE` for the Compose file instead of .env; repeatable":                                   "供 Compose 文件使用的环境变量文件 `FILE`，代替 .env；可重复",
	"port published by the engine, a `SPEC` as for docker run -p; repeatable":                               "由容器引擎发布的端口，`SPEC` 与 docker run -p 的写法相同；可重复",
	"service setting by name or configuration key; of one of several services: gitea.port=3001; repeatable": "服务的设置项，用名称或配置文件中的键；多个服务中的某一个：gitea.port=3001；可重复",
	"environment variable for the container; repeatable":                                                    "传给容器的环境变量；可重复",
	"image archive to load first, as written by docker save":                                                "先加载的镜像归档，由 docker save 生成",
	"answer yes to all questions":                                                                           "所有问题都回答 yes",
	`back up data first, for "safeport rollback --restore" (default: if the image changes)`:                 `先备份数据，供 "safeport rollback --restore" 使用（默认：镜像变化时备份）`,
	"don't back up data first":                                                                              "不备份数据",
	"also restore the data of that time":                                                                    "同时恢复当时的数据",
	"how long to wait until healthy, a `DURATION` such as 90s or 10m (default: set by the service)":         "等待就绪的时长 `DURATION`，例如 90s 或 10m（默认由服务决定）",
	"image to run instead, from a mirror or this host; for one of several services: SERVICE=IMAGE":          "改用的镜像，来自镜像站或本机；有多个服务时写成 SERVICE=IMAGE",
	"language of the text: en or zh (default: from the locale)":                                             "文字的语言：en 或 zh（默认取自 locale）",
	"the program sets SO_REUSEPORT: it may share PORT with others that do":                                  "程序设置了 SO_REUSEPORT：可与同样设置的程序共用端口",
	"downgrade errors with this code to warnings; repeatable":                                               "将此代码的错误降为警告；可重复",
	"name of the installation (default: the service name)":                                                  "实例的名称（默认与服务同名）",
	"file with host names, one per line; hosts without a report count as not checked":                       "主机名文件，每行一个；没有报告的主机视为未能检查",
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

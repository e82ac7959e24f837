package message

// chineseList are the phrases of the list of all ports, and of freeing one.
var chineseList = map[string]string{
	"PORT":       "端口",
	"ADDRESS":    "地址",
	"OUTSIDE":    "外部访问",
	"SINCE":      "起始时间",
	"PROCESS":    "占用者",
	"STARTED BY": "启动方式",

	"open":                       "可访问",
	"partly":                     "部分可访问",
	"blocked":                    "已拦截",
	"local":                      "仅本机",
	"No ports in use.":           "没有端口被占用。",
	"Full list":                  "完整列表",
	"other users' processes":     "其他用户的进程",
	"not complete: %s: %s":       "结果不完整：%s：%s",
	"and 1 more":                 "还有 1 个",
	"Ports in use, %s (q: quit)": "占用中的端口，%s（按 q 退出）",

	"--watch supports only text output":                      "--watch 只支持文本输出",
	"--%s applies to the list of all ports: omit the port":   "--%s 只用于列出所有端口：请不要写端口",
	"-o csv applies to the list of all ports: omit the port": "-o csv 只用于列出所有端口：请不要写端口",

	"all ports: include connections":                               "列出所有端口：包括连接",
	"all ports: only a `RANGE` (8000-9000); repeatable":            "列出所有端口：只看 `RANGE` 中的端口（8000-9000）；可重复",
	"all ports: only processes or units with `TEXT` in their name": "列出所有端口：只看名称中含有 `TEXT` 的进程或单元",
	"all ports: only those of a `USER`":                            "列出所有端口：只看用户 `USER` 的",
	"all ports: only containers with `TEXT` in their name":         "列出所有端口：只看名称中含有 `TEXT` 的容器",
	"all ports: refresh and mark changes; q quits":                 "列出所有端口：持续刷新并标出变化；按 q 退出",
	"with --watch: refresh interval, a `DURATION` such as 5s":      "与 --watch 一起使用：刷新间隔 `DURATION`，例如 5s",
	"output format: text or json; csv for the list of all ports":   "输出格式：text 或 json；列出所有端口时还可用 csv",

	"the same as -o json": "等同于 -o json",

	"Stop what uses a port": "停止占用端口的程序",
	`Free a port. safeport shows what uses it, how that was started, what depends on it, and what will be
done. After confirmation, it stops the program with whatever started it: systemd, a container engine,
supervisord, pm2, snap and others. It then waits until the port is free and stays free. If that fails,
the program is started again.

To end a process that no service manager started, you have to type its name; it gets SIGTERM, never SIGKILL.
Programs that this session, the network, name resolution or containers depend on aren't stopped.`: `释放端口。safeport 会显示占用者、它是如何启动的、还有什么依赖它，以及将要执行的操作。
确认后，用启动它的程序（systemd、容器引擎、supervisord、pm2、snap 等）停止它，并等到端口真正释放且保持空闲；
如果失败，则重新启动它。

对于不由任何服务管理器启动的进程，需要输入其名称才会发送 SIGTERM 请它退出。不会强制终止任何进程，
也不会停止当前会话、网络、域名解析或容器所依赖的程序。`,
	"don't ask; unmanaged processes are kept":                           "不询问；无人管理的进程不会被结束",
	"how long to wait until the port is free, a `DURATION` such as 90s": "等待端口释放的最长时间 `DURATION`，例如 90s",
	`specify one port, as in "safeport free-up 80"`:                     `请指定一个端口，例如 "safeport free-up 80"`,
	"no terminal to ask: confirm with --yes":                            "没有可供询问的终端：请用 --yes 确认",
	"Continue?":                                                         "是否继续？",
	"yes":                                                               "是",
	"no":                                                                "否",
	"End %s (PID %d) with SIGTERM? Type its name:":                      "用 SIGTERM 结束 %s（PID %d）？请输入其名称：",
	"%s (PID %d) is unmanaged, so ending it requires typing its name at a terminal. Nothing has been changed": "%s（PID %d）无人管理，必须在终端输入其名称才能结束。没有做任何更改",
	"This port can't be freed:":                            "无法释放该端口：",
	"unknown what manages the process":                     "不清楚由谁管理该进程",
	"Steps:":                                               "将执行以下操作：",
	"End %s (PID %d) with SIGTERM":                         "用 SIGTERM 结束 %s（PID %d）",
	"These units stop with it: %s":                         "以下单元会随之停止：%s",
	"Compose services that depend on it: %s":               "依赖它的 Compose 服务：%s",
	"Containers that lose their network: %s":               "会失去网络的容器：%s",
	"It also uses other ports: %s":                         "它还使用其他端口：%s",
	"It has 1 connection":                                  "它有 1 个连接",
	"It has %d connections":                                "它有 %d 个连接",
	"Port %s is not in use.":                               "端口 %s 未被占用。",
	"Port %s is free.":                                     "端口 %s 已释放。",
	"port %s is still in use after %s":                     "%[2]s 后端口 %[1]s 仍被占用",
	"Rolled back: the stopped programs are running again.": "已恢复：停止的程序已重新运行。",
	"Rollback was incomplete: see \"safeport who %s\".":    "未能全部恢复：见 \"safeport who %s\"。",
	"finding %s (PID %d): %w":                              "查找 %s（PID %d）：%w",
	"asking %s (PID %d) to end: %w":                        "请求 %s（PID %d）结束：%w",
	"the command failed: %w":                               "命令失败：%w",
}

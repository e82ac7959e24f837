package message

// chineseList are the phrases of the list of all ports, and of freeing one.
var chineseList = map[string]string{
	"PORT":       "端口",
	"ADDRESS":    "地址",
	"OUTSIDE":    "外部访问",
	"SINCE":      "起始时间",
	"HOLDER":     "占用者",
	"STARTED BY": "启动方式",

	"open":                        "可访问",
	"partly":                      "部分可访问",
	"blocked":                     "已拦截",
	"local":                       "仅本机",
	"No ports in use.":            "没有端口被占用。",
	"not complete: %s: %s":        "结果不完整：%s：%s",
	"and 1 more":                  "还有 1 个",
	"Ports in use, %s (q: leave)": "占用中的端口，%s（按 q 退出）",

	"--watch writes text alone":                               "--watch 只能输出文本",
	"--%s is for the list of all ports: leave the port out":   "--%s 只用于列出所有端口：请不要写端口",
	"-o csv is for the list of all ports: leave the port out": "-o csv 只用于列出所有端口：请不要写端口",

	"all ports: connections, too":                                            "列出所有端口：包括连接",
	"all ports: those of a `RANGE` alone (8000-9000); may be repeated":       "列出所有端口：只看某个`范围`（8000-9000），可多次使用",
	"all ports: those whose holder or unit has the `TEXT` in its name":       "列出所有端口：只看占用者或单元名称含有该`文本`的",
	"all ports: those of a `USER`":                                           "列出所有端口：只看某个`用户`的",
	"all ports: those of containers with the `TEXT` in their name":           "列出所有端口：只看名称含有该`文本`的容器",
	"all ports: look again and again, and mark what came and went; q leaves": "列出所有端口：持续刷新并标出新增和消失的端口；按 q 退出",
	"with --watch: how long between two looks":                               "与 --watch 一起使用：两次刷新的间隔",
	"text or json; csv for the list of all ports":                            "text 或 json；列出所有端口时还可用 csv",

	"the same as -o json": "等同于 -o json",

	"Stop what has a port": "停止占用端口的程序",
	`Free a port: show who has it, how that came to run, what else depends on it and what will be done; ask;
stop it with whatever started it (systemd, a container engine, supervisord, pm2, snap…); wait until
the port is really free and stays so, and start it again if it does not.

A process that nothing looks after is asked to end (SIGTERM) after its name was typed. Nothing is
ever killed, and what carries this session, the network, name resolution or containers is kept.`: `释放端口：显示占用者、它是如何启动的、还有什么依赖它以及将要做什么；询问后，
用启动它的程序（systemd、容器引擎、supervisord、pm2、snap……）停止它；等到端口真正空闲且保持空闲，
否则重新启动它。

无人管理的进程，在输入其名称后请求它结束（SIGTERM）。不会强制杀死任何进程，
也不会停止当前会话、网络、域名解析或容器所依赖的程序。`,
	"do not ask; a process that nothing looks after is kept":              "不询问；无人管理的进程不会被结束",
	"how long the port may take to become free":                           "等待端口释放的最长时间",
	"one port is freed at a time: name it, as in \"safeport free-up 80\"": "一次释放一个端口：请写出端口，例如 \"safeport free-up 80\"",
	"there is no terminal to ask at: --yes answers":                       "没有可供询问的终端：用 --yes 直接确认",
	"Do this?": "执行以上操作吗？",
	"yes":      "是",
	"no":       "否",
	"End %s (PID %d) with SIGTERM? Type its name:": "用 SIGTERM 结束 %s（PID %d）？请输入其名称：",
	"nothing looks after %s (PID %d): it is ended only after its name was typed at a terminal; nothing has been changed": "%s（PID %d）无人管理：只有在终端输入其名称后才会结束它；没有做任何更改",
	"This port is not freed:":                                 "不会释放该端口：",
	"it is not known who looks after its holder":              "不清楚由谁管理占用者",
	"This will be done:":                                      "将执行以下操作：",
	"ask %s (PID %d) to end (SIGTERM)":                        "请求 %s（PID %d）结束（SIGTERM）",
	"it has other ports, too: %s":                             "它还占用其他端口：%s",
	"it has 1 connection":                                     "它有 1 个连接",
	"it has %d connections":                                   "它有 %d 个连接",
	"Port %s is not in use.":                                  "端口 %s 未被占用。",
	"Port %s is free.":                                        "端口 %s 已释放。",
	"port %s is still in use after %s":                        "%[2]s 后端口 %[1]s 仍被占用",
	"Undone: what was stopped runs again.":                    "已恢复：停止的程序已重新运行。",
	"Not all of it could be undone: see \"safeport who %s\".": "未能全部恢复：见 \"safeport who %s\"。",
	"finding %s (PID %d): %w":                                 "查找 %s（PID %d）：%w",
	"asking %s (PID %d) to end: %w":                           "请求 %s（PID %d）结束：%w",
	"the command failed: %w":                                  "命令失败：%w",
}

package message

// chineseHelp is what the commands say of themselves.
var chineseHelp = map[string]string{
	"Usage:":          "用法：",
	"Examples:":       "示例：",
	"Flags:":          "选项：",
	"Settings of %s:": "%s 的设置项：",
	"show help":       "显示帮助",
	"This program reads no Compose files: the full safeport does.": "此程序不读取 Compose 文件，请使用完整的 safeport。",
	"%s: this program only looks: the full safeport does that":     "%s：此程序只做检查，请使用完整的 safeport",
	`Check whether a service's ports are available on this host, find what uses them, and fix conflicts.

  safeport check gpustack         check the ports of GPUStack, or ports: 8080 53/udp; "check" is optional
  safeport who 80                 show what uses port 80; map shows all ports
  safeport free 3                 find three free ports; hold keeps them for a command
  safeport report DIR             merge reports from many hosts
  safeport --explain port-in-use  explain a finding and how to fix it

This program is read-only. Compose files, installing and upgrading require the full safeport.
"safeport COMMAND --help" shows more, "--lang zh" shows Chinese. Services: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 not checked.
`: `检查服务所需端口在本机是否可用，找出占用者并给出解决办法。

  safeport check gpustack         检查 GPUStack 的端口，也可以是端口：8080 53/udp；check 可以省略
  safeport who 80                 查看 80 端口被谁占用；map 显示全部端口
  safeport free 3                 查找三个空闲端口；hold 为命令保留端口
  safeport report DIR             合并多台主机的报告
  safeport --explain port-in-use  说明检查结果及解决办法

此程序只读。Compose 文件、安装和升级需要完整的 safeport。
更多说明见 "safeport COMMAND --help"，英文用 "--lang en"。服务：%s。
退出状态：0 通过，1 未通过，2 用法错误，3 未能检查。
`,
	" (default %s)": "（默认 %s）",
	`Check whether a service's ports are available on this host, find what uses them, and fix conflicts.

  safeport check gpustack         check the ports of GPUStack; also a Compose file, or ports: 8080 53/udp
  safeport who 80                 show what uses port 80; map shows all ports
  safeport free 3                 find three free ports; hold keeps them for a command
  safeport install gpustack       check, install and wait until healthy; export, define: as a Compose file
  safeport upgrade gpustack       upgrade with rollback on failure; rollback, status, uninstall
  safeport report DIR             merge reports from many hosts
  safeport --explain port-in-use  explain a finding and how to fix it

"safeport COMMAND --help" shows more, "--lang zh" shows Chinese. Services: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 not checked, 4 failed and rolled back, 5 rollback failed.
`: `检查服务所需端口在本机是否可用，找出占用者并给出解决办法。

  safeport check gpustack         检查 GPUStack 的端口；也可以是 Compose 文件，或端口：8080 53/udp
  safeport who 80                 查看 80 端口被谁占用；map 显示全部端口
  safeport free 3                 查找三个空闲端口；hold 为命令保留端口
  safeport install gpustack       检查、安装并等待就绪；export、define：输出为 Compose 文件
  safeport upgrade gpustack       升级，失败时自动回滚；rollback、status、uninstall
  safeport report DIR             合并多台主机的报告
  safeport --explain port-in-use  说明检查结果及解决办法

更多说明见 "safeport COMMAND --help"，英文用 "--lang en"。服务：%s。
退出状态：0 通过，1 未通过，2 用法错误，3 未能检查，4 失败并已回滚，5 回滚失败。
`,
}

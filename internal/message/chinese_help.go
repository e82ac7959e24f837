package message

// chineseHelp is what the commands say of themselves.
var chineseHelp = map[string]string{
	"Usage:":          "用法：",
	"Examples:":       "示例：",
	"Flags:":          "选项：",
	"Settings of %s:": "%s 的设置项：",
	"this page":       "显示本页",
	" (default %s)":   "（默认 %s）",
	`safeport tells whether a service will get its network ports on this host,
who is in the way, and what can be done about it; and it installs the service
so that the answer holds.

  safeport check gpustack      will GPUStack get its ports?
  safeport check 8080 53/udp   are these ports free for a program?
  safeport who 80              who holds port 80, and how is it freed?
  safeport free 3              three ports that are free and stay so
  safeport hold 80 -- CMD      keep port 80 for a command
  safeport map                 a picture of the host's ports
  safeport report DIR          one answer from many hosts' reports
  safeport install gpustack    check, install, and wait until it answers
  safeport upgrade gpustack    replace it; the old one is kept until the new answers
  safeport rollback, uninstall, status, export, define, completion

"safeport COMMAND --help" says more. Services known: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 could not tell,
4 the change failed and was undone, 5 and could not be undone.
`: `safeport 判断一个服务能否在本机得到它的网络端口，被谁挡住，以及可以怎么办；
它还能安装该服务，并保证结论始终成立。

  safeport check gpustack      GPUStack 能得到它的端口吗？
  safeport check 8080 53/udp   这些端口可以给程序使用吗？
  safeport who 80              谁占用了 80 端口，怎样释放？
  safeport free 3              三个空闲且不会被抢占的端口
  safeport hold 80 -- CMD      为一个命令保留 80 端口
  safeport map                 本机端口的全貌图
  safeport report DIR          把多台主机的报告合为一个结论
  safeport install gpustack    检查、安装，并等到它正常应答
  safeport upgrade gpustack    替换旧版本；新版本应答之前旧版本一直保留
  safeport rollback, uninstall, status, export, define, completion

更多说明见 "safeport COMMAND --help"。已知的服务：%s。
退出状态：0 可用，1 被阻止，2 用法错误，3 无法判断，
4 更改失败且已撤销，5 更改失败且无法撤销。
`,
}

package message

// chineseHelp is what the commands say of themselves.
var chineseHelp = map[string]string{
	"Usage:":          "用法：",
	"Examples:":       "示例：",
	"Flags:":          "选项：",
	"Settings of %s:": "%s 的设置项：",
	"this page":       "显示本页",
	"This program reads no Compose files: the full safeport does.": "此程序不读取 Compose 文件，完整的 safeport 可以。",
	"%s: this program only looks: the full safeport does that":     "%s：此程序只查看不改动，完整的 safeport 可以执行",
	`Will a service get its ports on this host, who is in the way, and what can be done about it?

  safeport check gpustack         will GPUStack get its ports? or ports: 8080 53/udp; "check" may be left out
  safeport who 80                 who holds port 80, and how is it freed? map draws all ports
  safeport free 3                 three ports that are free and stay so; hold keeps them for a command
  safeport report DIR             one answer from many hosts' reports
  safeport --explain port-in-use  what a finding means, and what to do about it

This program only looks. To read Compose files, to install and to upgrade takes the full safeport.
"safeport COMMAND --help" says more, "--lang zh" in Chinese. Services known: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 could not tell.
`: `服务能否在本机得到它的端口？被谁挡住？可以怎么办？

  safeport check gpustack         GPUStack 能得到它的端口吗？也可以是端口：8080 53/udp；check 可以省略
  safeport who 80                 谁占用了 80 端口，怎样释放？map 画出全部端口
  safeport free 3                 三个空闲且不会被抢占的端口；hold 为一个命令保留端口
  safeport report DIR             把多台主机的报告合为一个结论
  safeport --explain port-in-use  一条检查结果的含义，以及怎样处理

此程序只查看，不改动。读取 Compose 文件、安装和升级需要完整的 safeport。
“safeport 命令 --help”有更多说明，“--lang en”为英文。已知的服务：%s。
退出状态：0 通过，1 受阻，2 用法错误，3 无法判断。
`,
	" (default %s)": "（默认 %s）",
	`Will a service get its ports on this host, who is in the way, and what can be done about it?

  safeport check gpustack         will GPUStack get its ports? also a Compose file, or ports: 8080 53/udp
  safeport who 80                 who holds port 80, and how is it freed? map draws all ports
  safeport free 3                 three ports that are free and stay so; hold keeps them for a command
  safeport install gpustack       check, install, and wait until it answers; export, define: as a Compose file
  safeport upgrade gpustack       the old one is kept until the new one answers; rollback, status, uninstall
  safeport report DIR             one answer from many hosts' reports
  safeport --explain port-in-use  what a finding means, and what to do about it

"safeport COMMAND --help" says more, "--lang zh" in Chinese. Services known: %s.
Exit status: 0 clear, 1 blocked, 2 wrong usage, 3 could not tell, 4 failed and undone, 5 not undone.
`: `服务能否在本机得到它的端口？被谁挡住？可以怎么办？

  safeport check gpustack         GPUStack 能得到它的端口吗？也可以是 Compose 文件，或端口：8080 53/udp
  safeport who 80                 谁占用了 80 端口，怎样释放？map 画出全部端口
  safeport free 3                 三个空闲且不会被抢占的端口；hold 为一个命令保留端口
  safeport install gpustack       检查、安装，并等到它正常应答；export、define：输出为 Compose 文件
  safeport upgrade gpustack       新版本应答之前旧版本一直保留；rollback、status、uninstall
  safeport report DIR             把多台主机的报告合为一个结论
  safeport --explain port-in-use  一条检查结果是什么意思，该怎么办

更多说明见 "safeport COMMAND --help"，英文用 "--lang en"。已知的服务：%s。
退出状态：0 可用，1 被阻止，2 用法错误，3 无法判断，4 失败且已撤销，5 无法撤销。
`,
}

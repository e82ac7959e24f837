package message

// chineseMap are the phrases of the picture of a host's ports.
var chineseMap = map[string]string{
	"Ports of %s": "%s 的端口",
	"privileged":  "特权",
	"registered":  "注册",
	"ephemeral":   "临时",
	"high":        "高位",
	"reserved":    "已保留",
	"reserved by a stopped container or unit": "被已停止的容器或单元预留",
	"redirected by a rule":                    "被规则重定向",
	"in use":                                  "已占用",
	"required":                                "需要",
	"required, available":                     "需要，可用",
	"required, not available":                 "需要，不可用",
	"%s, one character per port":              "%s，每个字符代表一个端口",
	"one square per port":                     "每个方格代表一个端口",
	"more: see the list":                      "更多见列表",
	"and %d more":                             "还有 %d 个",
	"and %d more: --verbose lists all":        "还有 %d 个：--verbose 列出全部",
	"%s, on %s":                               "%s，地址 %s",
	"free %s ranges: ":                        "%s 的空闲区间：",
	"connections: ":                           "连接：",
	"%d %s ports in use by connections":       "%d 个 %s 端口正被连接使用",
	"Map of this host's ports":                "本机端口分布图",
	"output format: text, json, svg or html":  "输出格式：text、json、svg 或 html",
	`Draw the ports of this host: a strip of all of them by what they are for (privileged, registered,
ephemeral, reserved), the interesting ones one by one, and who holds them, will take them when it
starts, or sends their packets elsewhere. Where there is room is told at the end.

A SERVICE, FILE or PORT is marked as wanted, as "safeport check" would judge it. -o svg and -o html
write a picture and a page that need nothing else.`: `画出本机的端口：按用途（特权、注册、临时、保留）排列的全部端口，逐个放大的重点端口，
以及谁占用着它们、谁启动时会占用它们、哪些规则把数据包转到别处；最后列出空闲区间。

SERVICE、FILE 或 PORT 会标为“需要”，判断方式与 "safeport check" 相同。-o svg 和 -o html
输出不依赖其他文件的图片和网页。`,
}

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
	"source ports in use: ":                   "使用中的源端口：",
	"%d (%s)":                                 "%d 个（%s）",
	"Map of this host's ports":                "本机端口分布图",
	"output format: text, json, svg or html":  "输出格式：text、json、svg 或 html",
	`Draw a map of this host's ports. A strip shows all ports by purpose: privileged, registered, ephemeral
and reserved. Ports of interest are enlarged, with what uses them, what will use them once it starts,
and rules that redirect their traffic. The free ranges are listed at the end.

SERVICE, FILE and PORT are marked as required, as "safeport check" would check them. -o svg and -o html
write a self-contained picture or page.`: `绘制本机的端口分布图。一个长条按用途显示全部端口：特权、注册、临时和保留；重点端口会放大显示，
并标出占用者、启动后会占用它的程序，以及重定向其流量的规则。最后列出空闲区间。

SERVICE、FILE 和 PORT 标为“需要”，检查方式与 "safeport check" 相同。-o svg 和 -o html
输出不依赖其他文件的图片或网页。`,
}

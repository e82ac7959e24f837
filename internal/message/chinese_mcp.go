package message

// chineseMCP are the phrases of the answers to agents.
var chineseMCP = map[string]string{
	"Answer agents over the Model Context Protocol": "通过 Model Context Protocol 为智能体提供查询",
	`Answer agents and editors over the Model Context Protocol, on standard input and output: the tools check,
who, free and explain ask about this host and change nothing. Name this command in the settings of
the agent; it ends when the agent closes its end.`: `在标准输入输出上通过 Model Context Protocol 为智能体和编辑器提供查询：
工具 check、who、free 和 explain 只查询本机，不做任何更改。请在智能体的设置中填写该命令；
智能体关闭连接后它随之退出。`,
	"the answer has %d bytes; the limit is %d: request fewer ports": "结果有 %d 字节，上限为 %d：请减少端口",
	"%d arguments given; the limit is %d":                           "给出了 %d 个参数，上限为 %d",
	"an argument has %d bytes; the limit is %d":                     "一个参数有 %d 字节，上限为 %d",
	"%d ports requested; the limit is %d":                           "请求了 %d 个端口，上限为 %d",
	"%q is not a finding code":                                      "%q 不是检查结果的代码",
}

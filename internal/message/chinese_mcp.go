package message

// chineseMCP are the phrases of the answers to agents.
var chineseMCP = map[string]string{
	"Serve agents over the Model Context Protocol": "通过 Model Context Protocol 为智能体提供查询",
	`Serve AI agents and editors over the Model Context Protocol, on standard input and output. The tools
check, who, free and explain inspect this host and change nothing. Add this command to the agent's
settings. It exits when the agent closes the connection.`: `通过 Model Context Protocol 在标准输入输出上为 AI 智能体和编辑器提供服务。
工具 check、who、free 和 explain 只检查本机，不做任何更改。请把此命令添加到智能体的设置中；
智能体关闭连接后它会退出。`,
	"the answer has %d bytes; the limit is %d: request fewer ports": "结果有 %d 字节，上限为 %d：请减少端口",
	"%d arguments given; the limit is %d":                           "给出了 %d 个参数，上限为 %d",
	"an argument has %d bytes; the limit is %d":                     "一个参数有 %d 字节，上限为 %d",
	"%d ports requested; the limit is %d":                           "请求了 %d 个端口，上限为 %d",
	"%q is not a finding code":                                      "%q 不是检查结果的代码",
}

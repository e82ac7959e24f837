package message

// chineseMCP are the phrases of the answers to agents.
var chineseMCP = map[string]string{
	"Answer agents over the Model Context Protocol": "通过 Model Context Protocol 为智能体提供查询",
	`Answer agents and editors over the Model Context Protocol, on standard input and output: the tools check,
who, free and explain ask about this host and change nothing. Name this command in the settings of
the agent; it ends when the agent closes its end.`: `在标准输入输出上通过 Model Context Protocol 为智能体和编辑器提供查询：
工具 check、who、free 和 explain 只查询本机，不做任何更改。请在智能体的设置中填写该命令；
智能体关闭连接后它随之退出。`,
	"the answer has %d bytes, and %d is the most: ask for fewer ports": "结果有 %d 字节，最多 %d 字节：请减少要查询的端口",
	"%d words are given where %d are the most":                         "给出了 %d 个词，最多 %d 个",
	"a word has %d bytes, and %d is the most":                          "一个词有 %d 字节，最多 %d 字节",
	"%d ports are asked for, and %d are the most":                      "要求 %d 个端口，最多 %d 个",
	"%q is no code of a finding":                                       "%q 不是检查结果的代码",
}

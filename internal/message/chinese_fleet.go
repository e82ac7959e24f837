package message

// chineseFleet is what is said of reports of many hosts.
var chineseFleet = map[string]string{
	`no reports: name files or directories, or "-" for standard input`: `没有报告：请写出文件或目录，或用 "-" 表示标准输入`,
	`--spares %d: a count is 0 to 4096`:                                `--spares %d：数量为 0 到 4096`,
	`--expect: %w`:                                                     `--expect：%w`,
	`%s line %d: %w`:                                                   `%s 第 %d 行：%w`,
	`reading %s: %w`:                                                   `读取 %s：%w`,
	`not a whole report: %w`:                                           `报告不完整：%w`,
	`not a report: it names no schema`:                                 `不是报告：没有写明 schema`,
	`not a report: its schema is %q and not %q`:                        `不是报告：它的 schema 是 %q 而不是 %q`,
	`not a report: %s`:                                                 `不是报告：%s`,
	`not a report: longer than %d MB`:                                  `不是报告：超过 %d MB`,
	`it has no end within %d MB: the rest is not read`:                 `%d MB 之内没有结尾：其余内容不再读取`,
	`a report names no host`:                                           `有一份报告没有写明主机`,
	`the report of %s: %w`:                                             `%s 的报告：%w`,
	`%q is no address`:                                                 `%q 不是地址`,
	`it asks for more ports, and there are %d different ones already`:  `它还需要其他端口，而不同的端口已有 %d 个`,
	`it has %d ports and %d findings, and %d are the most`:             `它有 %d 个端口和 %d 条发现，而最多为 %d`,
}

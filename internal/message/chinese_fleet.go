package message

// chineseFleet is what is said of reports of many hosts.
var chineseFleet = map[string]string{
	`no reports: specify files, directories, or "-" for standard input`: `没有报告：请指定文件、目录，或用 "-" 表示标准输入`,
	"--spares %d: the count must be 0 to 4096":                          "--spares %d：数量为 0 到 4096",
	`--expect: %w`:                                     `--expect：%w`,
	`%s line %d: %w`:                                   `%s 第 %d 行：%w`,
	`reading %s: %w`:                                   `读取 %s：%w`,
	"incomplete report: %w":                            "报告不完整：%w",
	"not a report: no schema":                          "不是报告：没有 schema",
	"not a report: schema %q instead of %q":            "不是报告：schema 是 %q 而不是 %q",
	`not a report: %s`:                                 `不是报告：%s`,
	`not a report: longer than %d MB`:                  `不是报告：超过 %d MB`,
	"it exceeds %d MB: the rest isn't read":            "超过 %d MB：其余内容不再读取",
	"a report without a host":                          "有一份报告没有写明主机",
	`the report of %s: %w`:                             `%s 的报告：%w`,
	"%q is not an address":                             "%q 不是地址",
	"it requires more ports than the limit of %d":      "它需要的端口超过上限 %d",
	"it has %d ports and %d findings; the limit is %d": "它有 %d 个端口和 %d 条检查结果，上限为 %d",
}

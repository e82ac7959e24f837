package message

// chinesePhrases are the phrases by topic, each under its English.
var chinesePhrases = []map[string]string{
	chineseHelp, chineseCommands, chineseUsage, chineseDefinition,
	chineseReport,
	chineseFleet,
	chineseRelease, chineseMap, chineseChange, chineseRefused, chineseBeside, chineseChain, chineseList, chineseMCP,
}

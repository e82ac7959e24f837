package message

// chineseRelease is what is said while a service is installed, changed or removed.
var chineseRelease = map[string]string{
	`The same containers by hand:`:                                                `手工创建同样的容器：`,
	`This is left out there, as docker run has no words for it: %s`:               `其中没有包含以下内容，因为 docker run 无法表达：%s`,
	`an earlier run did not come to its end (%s); finishing it`:                   `先前的一次运行没有完成（%s）；正在完成它`,
	`an earlier run did not come to its end (%s); undoing it`:                     `先前的一次运行没有完成（%s）；正在撤销它`,
	`an earlier run did not come to its end (%s); release %d serves, and is kept`: `先前的一次运行没有完成（%s）；第 %d 版正在服务，予以保留`,
	`the journal of %s is not there; release %d is known by its labels`:           `%s 的日志文件不存在；已从标签识别出第 %d 版`,
	`waiting: %s is being changed by %s`:                                          `等待：%s 正在被%s修改`,
	`warning: %v`:                                                                 `警告：%v`,
	`warning: %v; it is kept as %s, and what it said is read off the containers`:  `警告：%v；已将其另存为 %s，其中的内容从容器中读取`,
	`copied %s to %s, where it takes %s`:                                          `已将 %s 复制到 %s，占用 %s`,
	`putting the data back that was copied from release %d`:                       `正在恢复从第 %d 版复制的数据`,
	`warning: no copy is made of a part of the data: %s`:                          `警告：有一部分数据没有复制：%s`,
	`undoing it`:          `正在撤销`,
	`undone: %s`:          `已撤销：%s`,
	`stopping release %d`: `正在停止第 %d 版`,
	`removing release %d`: `正在删除第 %d 版`,
	`removing volume %s`:  `正在删除卷 %s`,

	`waiting for the engine to answer, at most %s`:                                                   `等待容器引擎应答，最多 %s`,
	`the engine at %s has not answered for %s: %v`:                                                   `%s 的容器引擎已有 %s 没有应答：%v`,
	`the registry %s gives image %s to nobody without credentials, and %s has none: docker login %s`: `镜像仓库 %s 不向没有凭据的用户提供镜像 %s，而 %s 中没有凭据：docker login %s`,
	`the registry %s refuses the credentials that %s has for it: docker login %s`:                    `镜像仓库 %s 拒绝了 %s 中为它保存的凭据：docker login %s`,
	`reading the credentials for %s, as %s says: %w`:                                                 `按 %[2]s 读取 %[1]s 的凭据：%[3]w`,
	`that takes the engine`: `这需要容器引擎`,
	`release %d (%s) answers at %s; the change stands at the step %q`: `第 %d 版（%s）在 %s 上应答；更改停在步骤 %q`,
	`nobody answers as %s; the change stands at the step %q`:          `没有任何程序作为 %s 应答；更改停在步骤 %q`,

	`%s answers as version %s and not as %s`:                            `%s 应答的版本是 %s，而不是 %s`,
	`container %s ended with status %d%s`:                               `容器 %s 已退出，状态码 %d%s`,
	`container %s ends with status %d and is started again and again%s`: `容器 %s 以状态码 %d 退出并不断重新启动%s`,
	`container %s is gone`:                                              `容器 %s 不见了`,
	`container %s is unhealthy by its own check`:                        `容器 %s 未通过自身的健康检查`,
	`release %d has no containers`:                                      `第 %d 版没有容器`,
}

package message

// chineseBeside is what is said of changes beside what others have made: names, volumes, images, and projects of Compose.
var chineseBeside = map[string]string{
	"The port is in use by now. Trying another":                                                                         "端口现已被占用，改用另一个",
	"the name %s belongs to an installation of %s, not of %s":                                                           "名称 %s 属于 %s 的安装，而不是 %s 的",
	"choose another name with --name NAME. If it is the same project, renamed, add -p %s":                               "请用 --name NAME 选择另一个名称。如果是同一个项目改了名，请加上 -p %s",
	"%s is already installed as %s, and its name is now %s":                                                             "%s 已安装为 %s，而它的名称现在是 %s",
	"to change %s, run %q; to install a second instance, add --name %s":                                                 "如需更改 %s，请运行 %q；如需安装第二个实例，请加上 --name %s",
	"the container name %s of service %s is in use by another container (%s)":                                           "容器名称 %s（服务 %s）已被另一个容器使用（%s）",
	"rename or remove it, as with: %s":                                                                                  "请重命名或删除该容器，例如：%s",
	"volume %s is in use by container %s. Both would write to it":                                                       "卷 %s 正由容器 %s 使用，两者会同时写入",
	"choose another name with --name NAME, or stop that container: %s. To share the volume, add --ignore volume-shared": "请用 --name NAME 选择另一个名称，或停止该容器：%s。如需共用这个卷，请加上 --ignore volume-shared",

	"warning: the file needs the variable %s, which isn't exported":                                 "警告：该文件需要变量 %s，但不会导出它的值",
	"warning: %s is another image now. The one that runs is %s":                                     "警告：%s 现在是另一个镜像。正在运行的镜像是 %s",
	"warning: %s is another image now. To use it, run %q":                                           "警告：%s 现在是另一个镜像。如需使用，请运行 %q",
	"Images aren't loaded or pulled in a dry run. Another one by the same name would be an upgrade": "试运行不加载也不拉取镜像。如果同名镜像有变化，则会升级",

	"can't roll back to revision %d: network %s, which its containers are on, was removed": "无法回滚到修订版本 %d：其容器所在的网络 %s 已被删除",
	"its configs": "配置（configs）",
	"its secrets": "机密（secrets）",
	"can't roll back to revision %d: it mounts %s, which doesn't exist any more":                              "无法回滚到修订版本 %d：它挂载的 %s 已不存在",
	"restore it as it was, or create it":                                                                      "请恢复原来的内容，或重新创建",
	"warning: revision %d mounts %s, which doesn't exist any more. It can't be restored if this change fails": "警告：修订版本 %d 挂载了 %s，而它已不存在。如果这次更改失败，该版本将无法恢复",
	"asking the engine where its files are: %w":                                                               "查询容器引擎的数据目录：%w",

	"%s looks like the project installed as %s from %s, which doesn't exist any more. Its name is now %s": "%s 很可能就是从 %[3]s 安装为 %[2]s 的项目，而原来的文件已不存在。它的名称现在是 %[4]s",
	"%s is not installed: %s": "%s 尚未安装：%s",

	"an interrupted run was finished first. It used other files or options than this command": "刚刚完成的是之前被中断的运行，它使用的文件或选项与这次的命令不同",
	"to continue with those, rerun the command":                                               "如需沿用那些文件和选项，请重新运行该命令",

	"%w. No container of %s was found. To start over, move that file away": "%w。没有 %s 的容器。如需重新开始，请移走该文件",

	"service %s would get volume %s, which has the data of service %s":                                                            "服务 %s 将会使用卷 %s，而其中是服务 %s 的数据",
	"warning: volume %s isn't used any more. It is kept":                                                                          "警告：卷 %s 不再被使用，会予以保留",
	"warning: service %s gets the new, empty volume %s at %s. Its previous data stays in %s":                                      "警告：服务 %s 在 %[3]s 处将使用新的空卷 %[2]s。原有数据保留在 %[4]s 中",
	"warning: service %s gets %s at %s. Its previous data stays in %s":                                                            "警告：服务 %s 在 %[3]s 处将使用 %[2]s。原有数据保留在 %[4]s 中",
	"warning: options of existing volumes can't be changed, so those in the file aren't applied: %s":                              "警告：已有卷的选项无法更改，因此文件中的选项不会生效：%s",
	"warning: options of existing networks aren't changed by an upgrade: %s. To apply them, uninstall (data is kept) and install": "警告：升级不会更改已有网络的选项：%s。如需生效，请先卸载（保留数据）再安装",

	"%w. status, rollback and uninstall don't need its files. If the project was moved, run: %s": "%w。status、rollback 和 uninstall 不需要这些文件。如果项目已移动，请运行：%s",

	"%s was installed with more files, which would be left out: %s":                                                                              "%s 安装时还使用了其他文件，这次会遗漏：%s",
	"to keep what they say, run: %s; to leave them out, move them away first":                                                                    "如需保留其中的设置，请运行：%s；如果不再需要，请先把这些文件移走",
	"%s was started with more files, which would be left out: %s":                                                                                "%s 启动时还使用了其他文件，这次会遗漏：%s",
	"to keep what they say, run: %s; to leave them out, recreate the project without them first, with \"docker compose up -d --force-recreate\"": "如需保留其中的设置，请运行：%s；如果不再需要，请先不带这些文件用 \"docker compose up -d --force-recreate\" 重新创建项目",
	"service %s is running and would be stopped, because its profile is not active":                                                              "服务 %s 正在运行，但它的 profile 未启用，这次会被停止",
	"to keep it, run: %s; to leave it out, first run: %s":                                                                                        "如需保留，请运行：%s；如果不再需要，请先运行：%s",
	"service %s has %s at %s, but the files name %s, which doesn't exist yet":                                                                    "服务 %s 的 %s 挂载在 %s，而文件中指定的是 %s，后者还不存在",
	"set the variables that it was started with; to start without that data, first run: %s":                                                      "请设置启动时使用的变量；如需不带这些数据启动，请先运行：%s",
	"containers of service %s (%d instead of %d)":                                                                                                "服务 %s 的容器数量（%d，而不是 %d）",
	"it runs as Compose created it, from %s":                                                                                                     "它是由 Compose 用 %s 创建的",

	"the image of container %s was removed from this host, so safeport can't tell what else it was given": "容器 %s 的镜像已从本机删除，safeport 无法判断容器另有哪些设置",
	"get that image again (%s), or run %q, which keeps the data, and install it anew":                     "请重新获取该镜像（%s），或运行 %q（保留数据）后重新安装",

	"none of its containers is running":        "它的容器都没有运行",
	"current":                                  "当前版本",
	"rolled back, removed by the next upgrade": "已回滚，下次升级时删除",
	"warning: it is kept with its data, because nothing can replace it":          "警告：没有版本可以代替它，因此保留它和数据",
	"warning: it is kept with its data, because it was in use. To roll back: %q": "警告：它曾经提供服务，因此保留它和数据。如需回滚：%q",
}

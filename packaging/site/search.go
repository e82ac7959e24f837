package main

import (
	"fmt"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// searchName is the page with the index of a language.
func searchName(lang string) string {
	if lang == "en" {
		return "search.html"
	}
	return "search.zh-CN.html"
}

// index is the list of all sections of a language's pages. A reader without JavaScript reads it as it is; with it, it shows the
// sections that have the words that were asked for. All that is asked for is in the page: no server is.
var index = template.Must(template.New("index").Parse(`<h1>{{.Title}}</h1>
<p id="none" hidden>{{.None}}</p>
{{range .Pages}}<section><h2><a href="{{.Name}}">{{.Title}}</a></h2>
<ul>
{{- $name := .Name}}
{{- range .Sections}}{{if gt .Level 1}}
<li data-words="{{.Words}}"><a href="{{$name}}#{{.ID}}">{{.Title}}</a></li>{{end}}{{end}}
</ul></section>
{{end}}<script src="search.js"></script>
`))

// searchPages are the pages with the index, one a language.
func searchPages(pages []page) []page {
	var list []page
	for lang, words := range map[string][2]string{"en": {"Search", "Nothing found."}, "zh-CN": {"搜索", "没有找到。"}} {
		var mine []page
		for _, p := range pages {
			if p.Lang == lang {
				mine = append(mine, p)
			}
		}
		var b strings.Builder
		_ = index.Execute(&b, map[string]any{"Title": words[0], "None": words[1], "Pages": mine}) // into memory
		list = append(list, page{Name: searchName(lang), Title: words[0], Lang: lang, Body: template.HTML(b.String())})
	}
	return list
}

// nouns are what the navigation calls the pages: a word or two, in both languages.
var nouns = map[string][2]string{
	"start": {"Get started", "快速入门"}, "install-scripts": {"Install scripts", "安装脚本"}, "fleet": {"Fleet", "多台主机"},
	"services": {"Services", "服务"}, "library": {"Library", "库"}, "commands": {"Commands", "命令"}, "findings": {"Findings", "检查结果"},
	"outputs": {"Outputs", "输出格式"}, "who": {"Port users", "端口占用者"}, "map": {"Map", "端口分布图"}, "releases": {"Releases", "版本管理"},
	"tested": {"Tested on", "测试环境"}, "architecture": {"Architecture", "架构"}, "dependencies": {"Dependencies", "依赖"},
}

// Noun is the page in the navigation.
func (p page) Noun() string {
	both, known := nouns[strings.TrimSuffix(inEnglish(filepath.Base(p.Source)), ".md")]
	switch {
	case !known:
		return p.Title
	case p.Lang == "en":
		return both[0]
	}
	return both[1]
}

var collectionVersion = regexp.MustCompile(`(?m)^version: (\S+)$`)

// version is what the pages are of: the release, or the one that is being worked on and the commit.
func version(source string) string {
	text, err := os.ReadFile(filepath.Join(source, "ansible", "galaxy.yml"))
	if err != nil {
		return ""
	}
	found := collectionVersion.FindSubmatch(text)
	if found == nil {
		return ""
	}
	hash, err := exec.Command("git", "-C", source, "rev-parse", "--short=10", "HEAD").Output()
	if err != nil {
		return string(found[1])
	}
	return fmt.Sprintf("%s (%s)", found[1], strings.TrimSpace(string(hash)))
}

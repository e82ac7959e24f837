package message

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"
)

func TestOfLocale(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  map[string]string
		want Language
	}{
		{"nothing set", nil, English},
		{"C", map[string]string{"LANG": "C.UTF-8"}, English},
		{"Chinese", map[string]string{"LANG": "zh_CN.UTF-8"}, Chinese},
		{"without a country", map[string]string{"LANG": "zh.UTF-8"}, Chinese},
		{"with a script", map[string]string{"LANG": "zh-Hans_CN"}, Chinese},
		{"a language that safeport does not speak", map[string]string{"LANG": "de_DE.UTF-8"}, English},
		{"one that begins alike", map[string]string{"LANG": "zha_CN"}, English},
		{"the first that is set decides", map[string]string{"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, English},
		{"messages come before the rest", map[string]string{"LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, Chinese},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := OfLocale(func(name string) string { return tt.env[name] }); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestErrorsAreSaidInChinese(t *testing.T) {
	inner := Errorf("port %s is above 65535", "70000")
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"one of ours", inner, "端口 70000 大于 65535"},
		{"one of ours in another", Errorf("publishing %q: %w", "70000:80", inner), `发布 "70000:80"：端口 70000 大于 65535`},
		{"one of ours in somebody else's", fmt.Errorf("x: %w", inner), "x: 端口 70000 大于 65535"},
		{"somebody else's in one of ours", Errorf("reading the Compose file: %w", errors.New("EOF")), "读取 Compose 文件：EOF"},
		{"somebody else's", &fs.PathError{Op: "open", Path: "/x", Err: errors.New("odd")}, "open /x: odd"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Chinese.Error(tt.err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if got := English.Error(tt.err); got != tt.err.Error() {
				t.Errorf("in English %q and not %q", got, tt.err)
			}
		})
	}
}

// A value may be Chinese or not, and the sentence cannot know.
func TestLatinLettersAreSetApart(t *testing.T) {
	for holder, want := range map[string]string{
		"nginx（PID 812）": "端口 80 已被 nginx（PID 812）占用", "容器 shop": "端口 80 已被容器 shop 占用",
	} {
		if got := Chinese.Text(InUse, Args{"port": "80", "holder": holder}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestDurationsAreSpelt(t *testing.T) {
	for d, want := range map[time.Duration]string{
		10 * time.Minute: "10m", time.Hour: "1h", 90 * time.Minute: "1h30m", 90 * time.Second: "1m30s", 1500 * time.Millisecond: "1.5s", 0: "0s",
	} {
		if got := English.Sprintf("%s", d); got != want {
			t.Errorf("Sprintf: %s, want %s", got, want)
		}
		if got := Say("%s", d).String(); got != want {
			t.Errorf("Say: %s, want %s", got, want)
		}
		if got := Errorf("%s", d).Error(); got != want {
			t.Errorf("Errorf: %s, want %s", got, want)
		}
	}
}

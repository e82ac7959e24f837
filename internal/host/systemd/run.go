package systemd

import (
	"path"
	"slices"
	"strings"

	"github.com/safeport/safeport/internal/facts"
)

// publishes are the ports that a service publishes by running podman or docker, as the units do that "podman generate
// systemd --new" writes: by "run -p", or for a pod by "pod create -p" before it.
func (u *unit) publishes() (claims []facts.PortUse) {
	for _, key := range []string{"ExecStartPre", "ExecStart"} {
		for _, command := range u.all("Service", key) {
			for _, spec := range published(words(strings.TrimLeft(command, "@-:+!|"))) {
				claims = append(claims, publish(spec)...)
			}
		}
	}
	return claims
}

// alone are options of "run" and "pod create" that take no value: the word after them is another option, or the image, and
// with that the options end.
var alone = strings.Fields(`-d --detach -i --interactive -t --tty -it -ti -dt -dit -P --publish-all -q --quiet --rm --rmi --replace --init
	--privileged --read-only --no-hosts --no-hostname --no-healthcheck --oom-kill-disable --tls-verify --http-proxy --env-host
	--sig-proxy --passwd --share-parent --infra --disable-content-trust`)

// published are the values of -p in a command of podman or docker.
func published(argv []string) (specs []string) {
	if len(argv) < 2 || !slices.Contains([]string{"podman", "docker"}, path.Base(argv[0])) {
		return nil
	}
	starts := slices.IndexFunc(argv, func(word string) bool { return word == "run" || word == "create" })
	if starts < 0 {
		return nil
	}
	for args := argv[starts+1:]; len(args) > 0 && strings.HasPrefix(args[0], "-"); {
		word := args[0]
		args = args[1:]
		value, joined := "", false
		if name, after, ok := strings.Cut(word, "="); ok {
			word, value, joined = name, after, true
		} else if strings.HasPrefix(word, "-p") && len(word) > 2 {
			word, value, joined = "-p", word[2:], true
		}
		if !joined && !slices.Contains(alone, word) && len(args) > 0 {
			value, args = args[0], args[1:]
		}
		if word == "-p" || word == "--publish" {
			specs = append(specs, value)
		}
	}
	return specs
}

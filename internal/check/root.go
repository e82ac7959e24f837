package check

import (
	"os"
	"os/exec"
	"strconv"

	"github.com/safeport/safeport/internal/host/holder"
	"github.com/safeport/safeport/internal/request"
)

// withoutSudo says whether it is root who asks, on a host that has no sudo.
func withoutSudo() bool {
	if os.Geteuid() != 0 {
		return false
	}
	_, err := exec.LookPath("sudo")
	return err != nil
}

// asRoot is the same question with root's rights to look: root's own rights to bind, and what sudo leaves out of the
// environment, are made part of it. endpoint is that of the engine that answered.
func asRoot(q *request.Request, endpoint string) string {
	root := *q
	if root.Options.As == "" && len(root.Options.Ports) > 0 && os.Geteuid() != 0 {
		root.Options.As = holder.UserName(strconv.Itoa(os.Geteuid()))
	}
	if root.Options.Engine == "" && endpoint != "" && len(q.Endpoints) > 0 && q.Endpoints[0].Chosen() {
		root.Options.Engine = endpoint
	}
	return "sudo " + root.Again("", "")
}

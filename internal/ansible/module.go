// Package ansible is safeport as an Ansible module: a program that is handed a file with the task's parameters as JSON and
// answers with one JSON object on stdout ("binary modules", Ansible 2.2 and later). The collection in ansible/ copies this
// very program to the host; what it does there is what the command line does.
package ansible

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/regular"
)

// handshake is the parameter by which the collection's action plugin says which module is meant. Nobody types it.
const handshake = "_safeport"

// maxTask bounds the file with a task's parameters.
const maxTask = 16 << 20

// Asked says whether a command line is a module's: one absolute path, of a file that the action plugin has written.
func Asked(args []string) bool {
	if len(args) != 1 || !filepath.IsAbs(args[0]) {
		return false
	}
	text, err := regular.Read(args[0], maxTask)
	return err == nil && bytes.HasPrefix(text, []byte("{")) && bytes.Contains(text, []byte(`"`+handshake+`"`))
}

// Main runs the module that the file asks for, and returns the exit status: 0, or 1 when it failed.
func Main(path string, stdout io.Writer) int {
	// A controller that is killed takes its connection along. A change that was begun comes to its end all the same.
	lost := make(chan os.Signal, 1)
	signal.Notify(lost, syscall.SIGHUP, syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second one ends the process

	reply, secrets := answer(ctx, path)
	if err := write(stdout, reply, secrets); err != nil || reply.Failed {
		return 1
	}
	return 0
}

func answer(ctx context.Context, path string) (reply *Reply, secrets []string) {
	defer func() {
		if cause := recover(); cause != nil {
			reply = failed(fmt.Errorf("internal error: %v", cause))
		}
	}()
	task, err := readTask(path)
	if err != nil {
		return wrong(err), nil
	}
	switch task.Module {
	case "check":
		return check(ctx, task), task.secrets()
	case "service":
		return change(ctx, task), task.secrets()
	case "report":
		return merge(task), nil
	}
	return wrong(fmt.Errorf("there is no module %q", task.Module)), nil
}

// write prints the reply with the values of secrets taken out, as Ansible does for its own modules' no_log parameters.
func write(w io.Writer, reply *Reply, secrets []string) error {
	text, err := json.Marshal(reply)
	if err != nil {
		return fmt.Errorf("encoding the reply: %w", err)
	}
	var document any
	numbers := json.NewDecoder(bytes.NewReader(text))
	numbers.UseNumber()
	if err := numbers.Decode(&document); err != nil {
		return fmt.Errorf("encoding the reply: %w", err)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(withoutSecrets(document, secrets))
}

// wrong is the reply to a task that makes no sense, in which case nothing was looked at.
func wrong(err error) *Reply {
	reply := failed(err)
	reply.RC = 2
	return reply
}

func failed(err error) *Reply {
	return &Reply{Failed: true, Msg: message.Clean(err.Error())}
}

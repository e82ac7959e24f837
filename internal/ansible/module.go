// Package ansible is safeport as an Ansible module: it is handed a task's parameters as JSON and answers with one JSON object
// on stdout. The collection in ansible/ takes the program along to the host; what it does there is what the command line
// does. Package change adds the module that changes the host, which takes the full program.
package ansible

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/safeport/safeport"
	"github.com/safeport/safeport/internal/message"
	"github.com/safeport/safeport/internal/regular"
)

// Command is the word by which the collection calls the program; after it comes the file with the task's parameters, or
// nothing where they come by standard input. Nobody types it.
const Command = "ansible-module"

// handshake is the parameter by which the collection's action plugin says which module is meant.
const handshake = "_safeport"

// maxTask bounds a task's parameters.
const maxTask = 16 << 20

// fullProgram is what the core answers that it is not: the action plugin then asks that one.
const fullProgram = "safeport"

// A Program answers tasks. Without more it is the core, which looks, and reads no Compose files.
type Program struct {
	Compose safeport.ComposeReader                    // nil: it reads none
	Service func(ctx context.Context, t *Task) *Reply // the module that changes the host; nil: there is none
}

// Main runs the module that the task asks for, and returns the exit status: 0, or 1 when it failed. args are the words after
// [Command].
func (p Program) Main(args []string, stdin io.Reader, stdout io.Writer) int {
	// A controller that is killed takes its connection along. A change that was begun comes to its end all the same.
	lost := make(chan os.Signal, 1)
	signal.Notify(lost, syscall.SIGHUP, syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second one ends the process

	var text []byte
	var err error
	if len(args) > 0 {
		text, err = regular.Read(args[0], maxTask)
	} else {
		text, err = regular.All(stdin, maxTask)
	}
	reply, secrets := p.reply(ctx, text, err)
	if err := write(stdout, reply, secrets); err != nil || reply.Failed {
		return 1
	}
	return 0
}

func (p Program) reply(ctx context.Context, text []byte, err error) (reply *Reply, secrets []string) {
	defer func() {
		if cause := recover(); cause != nil {
			reply = Failed(fmt.Errorf("internal error: %v", cause))
		}
	}()
	if err != nil {
		return Wrong(fmt.Errorf("reading the task's parameters: %w", err)), nil
	}
	task, err := parseTask(text)
	if err != nil {
		return Wrong(err), nil
	}
	switch task.Module {
	case "check":
		return p.check(ctx, task), task.secrets()
	case "service":
		if p.Service == nil {
			return &Reply{Needs: fullProgram}, nil
		}
		return p.Service(ctx, task), task.secrets()
	case "report":
		return merge(task), nil
	}
	return Wrong(fmt.Errorf("there is no module %q", task.Module)), nil
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

// Wrong is the reply to a task that makes no sense, in which case nothing was looked at.
func Wrong(err error) *Reply {
	reply := Failed(err)
	reply.RC = 2
	return reply
}

// Failed is the reply of a task that an error ended.
func Failed(err error) *Reply {
	return &Reply{Failed: true, Msg: message.Clean(err.Error())}
}

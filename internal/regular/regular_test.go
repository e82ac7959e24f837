package regular

import (
	"errors"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// soon fails the test where f waits for something that does not come.
func soon(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it is still waited for")
	}
}

func TestOnlyRegularFilesAreOpened(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(
		unix.Mkfifo(dir+"/pipe", 0o600), os.Symlink("/dev/zero", dir+"/device"), os.Mkdir(dir+"/directory", 0o700),
		os.WriteFile(dir+"/file", []byte("text"), 0o600), os.Symlink("file", dir+"/link"),
	); err != nil {
		t.Fatal(err)
	}
	for name, opens := range map[string]bool{
		"pipe": false, "device": false, "directory": false, "missing": false, "file": true, "link": true,
	} {
		soon(t, func() {
			for _, open := range []func(string) (*os.File, error){Open, OpenStream} {
				f, err := open(dir + "/" + name)
				if (err == nil) != opens {
					t.Errorf("%s: error %v", name, err)
				}
				f.Close()
			}
		})
	}
}

func TestAPipeThatTheProcessHasIsAStream(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	name := "/dev/fd/" + strconv.Itoa(int(r.Fd()))
	if _, err := Open(name); err == nil {
		t.Error("it was opened as a file")
	}
	f, err := OpenStream(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	io.WriteString(w, "text")
	w.Close()
	if text, err := All(f, 10); string(text) != "text" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

func TestNoMoreIsReadThanAskedFor(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := Read(file, 10); string(text) != "0123456789" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if text, err := Read(file, 9); string(text) != "012345678" || !errors.Is(err, ErrTooLong) {
		t.Errorf("%q, %v", text, err)
	}
}

package foreground

import (
	"bufio"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// start runs a script that says when it is ready, and calls signal then.
func start(t *testing.T, script string, signal func(pid int)) error {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", script)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = w
	go func() {
		if _, err := bufio.NewReader(r).ReadString('\n'); err == nil {
			signal(os.Getpid())
		}
	}()
	err = Run(cmd)
	w.Close()
	return err
}

func TestAnInterruptIsLeftToTheCommand(t *testing.T) {
	// The signal goes to this process alone: the command is not disturbed, and this process waits for it.
	err := start(t, "echo ready; sleep 0.5; exit 0", func(pid int) { syscall.Kill(pid, syscall.SIGINT) })
	if err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestATerminationIsPassedOn(t *testing.T) {
	err := start(t, "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done", func(pid int) { syscall.Kill(pid, syscall.SIGTERM) })
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 7 {
		t.Errorf("ended with %v", err)
	}
}

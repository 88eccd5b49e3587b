package bootinit

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
)

// runScript runs the test's script by busybox's sh, with every applet of
// busybox in PATH, and puts what it writes into the kernel log line by line.
// A status other than 0 is an error.
func runScript(log *logger) error {
	if out, err := exec.Command(bootplan.Busybox, "--install", "-s", bootplan.BusyboxDir).CombinedOutput(); err != nil {
		return fmt.Errorf("busybox --install: %w: %s", err, out)
	}
	w := &lineWriter{line: func(s string) { log.line(bootplan.ScriptPrefix, s) }}
	cmd := exec.Command(bootplan.Busybox, "sh", bootplan.ScriptPath)
	cmd.Dir = "/tmp"
	cmd.Env = append(os.Environ(), "PATH="+bootplan.BusyboxDir, "HOME=/tmp", "TMPDIR=/tmp")
	cmd.Stdout, cmd.Stderr = w, w
	// Programs that the script left running may hold its output open.
	cmd.WaitDelay = time.Second
	log.say("running the script")
	err := cmd.Run()
	w.flush()
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("the script ended with %w", err)
	}
	return nil
}

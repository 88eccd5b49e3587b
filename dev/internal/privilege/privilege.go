// Package privilege runs the few programs that must be root's, through sudo when the caller is somebody else.
package privilege

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/foreground"
)

// Command is exec.Command, with sudo in front unless the process is root's already. Its output goes to standard error, so that a person sees
// what goes on, and its input is empty: nothing here asks a question, except sudo for its password (which it reads from the terminal).
func Command(name string, args ...string) (*exec.Cmd, error) {
	if os.Geteuid() != 0 {
		sudo, err := exec.LookPath("sudo")
		if err != nil {
			return nil, fmt.Errorf("%s needs root: run as root, or install sudo", name)
		}
		name, args = sudo, append([]string{"--", name}, args...)
	}
	cmd := exec.Command(name, args...)
	cmd.Stdout = os.Stderr
	cmd.Stderr = os.Stderr
	return cmd, nil
}

// Run runs Command and waits for it.
func Run(name string, args ...string) error {
	cmd, err := Command(name, args...)
	if err != nil {
		return err
	}
	if err := foreground.Run(cmd); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// RemoveAll removes a folder whose files may be root's.
func RemoveAll(dir string) error {
	if err := os.RemoveAll(dir); err == nil || os.Geteuid() == 0 {
		return err
	}
	return Run("rm", "-rf", "--", dir)
}

// TakeOver makes the caller the owner of everything below dir, which a program of root's wrote.
func TakeOver(dir string) error {
	if os.Geteuid() == 0 {
		return nil
	}
	return Run("chown", "-R", "--no-dereference", strconv.Itoa(os.Geteuid())+":"+strconv.Itoa(os.Getegid()), "--", dir)
}

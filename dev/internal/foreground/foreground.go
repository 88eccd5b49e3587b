// Package foreground runs programs that have the terminal: what interrupts this process is theirs to handle.
package foreground

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// Run runs a command and stays until it has ended, even when this process is told to stop: the terminal sends its SIGINT to both, and a
// SIGTERM or SIGHUP that was meant for this process alone is passed on. So nothing that the command still tidies up is tripped over.
func Run(cmd *exec.Cmd) error {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for {
		select {
		case err := <-done:
			return err
		case s := <-signals:
			if s != syscall.SIGINT {
				cmd.Process.Signal(s) // it may have ended meanwhile
			}
		}
	}
}

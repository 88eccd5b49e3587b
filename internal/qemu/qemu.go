// Package qemu runs a kernel in QEMU under software emulation, with its serial
// console as the only device that talks to the outside.
package qemu

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Machine is what to boot.
type Machine struct {
	Program   string // qemu-system-x86_64
	Kernel    string // boot image (vmlinuz)
	Initramfs string // cpio archive
	MemoryMB  int
	Cmdline   string // kernel command line, after that of DefaultCmdline
}

// DefaultCmdline makes the kernel talk on the serial console, show every
// message whatever its level, with the time, which bootlog knows the log by and
// a kernel without CONFIG_PRINTK_TIME leaves out, take what /init writes to its
// log without dropping any, and end the machine on an oops or a panic (with
// -no-reboot).
const DefaultCmdline = "console=ttyS0 panic=-1 oops=panic loglevel=8 printk.time=on printk.devkmsg=on rdinit=/init"

// Args returns QEMU's arguments.
func (m *Machine) Args() []string {
	cmdline := DefaultCmdline
	if m.Cmdline != "" {
		cmdline += " " + m.Cmdline
	}
	return []string{
		"-accel", "tcg",
		"-m", strconv.Itoa(m.MemoryMB),
		"-nographic", "-nodefaults",
		"-serial", "stdio",
		"-no-reboot",
		"-kernel", m.Kernel,
		"-initrd", m.Initramfs,
		"-append", cmdline,
	}
}

// killPatience is how long QEMU may take to end after it was killed.
const killPatience = 5 * time.Second

// Run boots the machine and returns when it has powered off. What the kernel
// writes to its console goes to console at once. If ctx ends first, QEMU is
// killed and the error is ctx's cause.
func (m *Machine) Run(ctx context.Context, console io.Writer) error {
	// The kernel sends the death signal when the thread that started QEMU
	// ends, so that thread has to stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, m.Program, m.Args()...)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = console, &stderr
	cmd.WaitDelay = killPatience
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err := cmd.Run()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		if said := strings.TrimSpace(stderr.String()); said != "" {
			err = errors.New(said)
		}
		return fmt.Errorf("%s: %w", m.Program, err)
	}
	return nil
}

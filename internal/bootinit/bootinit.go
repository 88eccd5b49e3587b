// Package bootinit is what /init of a boot test does: it mounts the kernel's
// file systems, carries out the plan in the initramfs, and powers the machine
// off. All that it has to say goes to the kernel log (see package bootplan).
//
// An oops while a module loads takes the calling thread with it, so nothing
// here could report it: boot with oops=panic and panic=-1.
package bootinit

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rules-kbuild/rules_kbuild/internal/bootplan"
)

// Main does what /init has to do and does not return.
func Main() {
	err := mountAll()
	log, logErr := openLog()
	if err == nil {
		err = logErr
	}
	if err == nil {
		err = run(log)
	}
	if err != nil {
		log.say(bootplan.Failed + err.Error())
	} else {
		log.say(bootplan.Passed)
	}
	powerOff(log)
}

// mounts are what every program may expect of a running system.
var mounts = []struct{ kind, dir string }{
	{"devtmpfs", "/dev"},
	{"proc", "/proc"},
	{"sysfs", "/sys"},
	{"tmpfs", "/tmp"},
}

func mountAll() error {
	for _, m := range mounts {
		if err := os.MkdirAll(m.dir, 0o755); err != nil {
			return err
		}
		// A kernel with CONFIG_DEVTMPFS_MOUNT does so only when it mounts a
		// real root, so /dev is never there yet.
		if err := unix.Mount(m.kind, m.dir, m.kind, 0, ""); err != nil {
			return fmt.Errorf("mounting %s on %s: %w", m.kind, m.dir, err)
		}
	}
	return nil
}

// run carries out the plan.
func run(log *logger) error {
	log.say(bootplan.Started)
	text, err := os.ReadFile(bootplan.Path)
	if err != nil {
		return err
	}
	plan, err := bootplan.Decode(text)
	if err != nil {
		return err
	}
	var loaded []bootplan.Module
	for _, m := range plan.Modules {
		ok, err := load(log, m)
		if err != nil {
			return err
		}
		if ok {
			loaded = append(loaded, m)
		}
	}
	if plan.Script {
		if err := runScript(log); err != nil {
			return err
		}
	}
	for i := len(loaded) - 1; i >= 0; i-- {
		if m := loaded[i]; m.Unload {
			if err := unload(log, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// powerOff ends the machine, and this program with it.
func powerOff(log *logger) {
	unix.Sync()
	// A reset ends QEMU (-no-reboot), and is always possible. A kernel that
	// cannot switch the power off, such as one without ACPI, would halt instead
	// and never return.
	err := unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART)
	log.say(fmt.Sprintf("restarting: %v", err))
	err = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	log.say(fmt.Sprintf("powering off: %v", err))
	for {
		time.Sleep(time.Hour) // /init must not exit: the kernel would panic
	}
}

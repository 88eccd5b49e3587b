// Package bootplan is what the parts of a boot test agree on: the plan that
// tools/initramfs packs for /init, and the lines by which /init tells
// tools/boottest, on the kernel's console, how far it came.
//
// /init writes its lines to /dev/kmsg, so that they stand in the kernel log in
// the order of what happened and are never cut in two by a kernel message.
package bootplan

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Where things lie in the initramfs.
const (
	Path       = "/boottest/plan.json"
	ModuleDir  = "/boottest/modules"
	ScriptPath = "/boottest/script"
	DataDir    = "/data"
	BusyboxDir = "/bin"
	Busybox    = BusyboxDir + "/busybox"
)

// What /init's lines begin with. Prefix stands before what /init says itself,
// ScriptPrefix before each line that the test's script writes.
const (
	Prefix       = "boottest: "
	ScriptPrefix = "boottest script: "
)

// What follows Prefix. Started comes once, when /init runs; one of Passed and
// Failed (followed by the reason) comes last, before the machine powers off.
const (
	Started = "started"
	Passed  = "PASSED"
	Failed  = "FAILED: "
)

// A Plan is what /init does: load Modules in order, run the script, unload in
// the opposite order.
type Plan struct {
	Modules []Module `json:"modules"`
	// Script says whether there is one at ScriptPath, run by busybox's sh.
	Script bool `json:"script"`
}

// A Module is one step of loading.
type Module struct {
	// Name is the kernel's name of the module, in which `-` is `_`.
	Name string `json:"name"`
	// File is the uncompressed .ko's path in the initramfs.
	File string `json:"file"`
	// Params is what follows the name on insmod's command line.
	Params string `json:"params,omitempty"`
	// LoadError is the errno's name (ENODEV) that loading must fail with;
	// empty if it must succeed.
	LoadError string `json:"load_error,omitempty"`
	// Unload says whether the module is unloaded at the end, and that this
	// must succeed. A module whose LoadError came is not there to unload.
	Unload bool `json:"unload,omitempty"`
}

// Encode returns the plan as Decode reads it; equal plans give equal bytes.
func (p *Plan) Encode() ([]byte, error) {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("boot plan: %w", err)
	}
	return append(text, '\n'), nil
}

// Decode reads what Encode wrote. A field that it does not know is an error:
// /init and the packer would be of different versions.
func Decode(text []byte) (*Plan, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	p := new(Plan)
	if err := d.Decode(p); err != nil {
		return nil, fmt.Errorf("%s: %w", Path, err)
	}
	return p, nil
}

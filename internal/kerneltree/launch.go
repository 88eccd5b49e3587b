package kerneltree

import (
	"os"
	"path/filepath"
	"strings"
)

// Launchers fills an empty folder with scripts that start a description's
// programs, for recipes that run as actions. tree and sdk are where the
// repositories are, shell the words of a script's first line that start the
// shell.
func (d *Description) Launchers(bin, tree, sdk, shell string) error {
	at := places{tree: tree, sdk: sdk, bin: bin}
	for name := range d.Programs {
		text, err := d.script(name, at)
		if err != nil {
			return err
		}
		text = strings.Replace(text, "#!/bin/sh", "#!"+shell, 1)
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o777); err != nil {
			return err
		}
	}
	return nil
}

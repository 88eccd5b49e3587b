package kernelbuild

import (
	"os"
	"path"
	"path/filepath"
	"slices"
)

// What Kconfig makes of a configuration. It lies apart from the sources, in the
// repository's folder configFolder: the folder of headers that it would lie in
// is then the same in all configurations.
const configFolder = ".kconfig"

// configFiles are at these places when make runs.
var configFiles = []string{
	".config",
	"include/config/auto.conf",
	"include/generated/autoconf.h",
	"include/generated/rustc_cfg",
}

// configLabel is the label of a file of the tree that Kconfig makes; empty for
// others. Where those lie is known here, to ParkConfig, and to _place of
// rules/private/source_tree.bzl.
func configLabel(file string) string {
	if !slices.Contains(configFiles, file) {
		return ""
	}
	return "//:" + path.Join(configFolder, file)
}

// configLabels are the labels of those that this kernel's Kconfig has made.
func (w *writer) configLabels() []string {
	var labels []string
	for _, file := range configFiles {
		if w.source(file) {
			labels = append(labels, configLabel(file))
		}
	}
	return labels
}

// ParkConfig moves what Kconfig has made from its places in a tree to where BUILD
// files name it. Make cannot be run from then on, until PlaceConfig.
func ParkConfig(top string) error {
	return moveConfig(top, filepath.Join(top, configFolder))
}

// PlaceConfig is the reverse of ParkConfig.
func PlaceConfig(top string) error {
	return moveConfig(filepath.Join(top, configFolder), top)
}

func moveConfig(from, to string) error {
	for _, file := range configFiles {
		if _, err := os.Lstat(filepath.Join(from, file)); err != nil {
			continue
		}
		moved := filepath.Join(to, file)
		if err := os.MkdirAll(filepath.Dir(moved), 0o777); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(from, file), moved); err != nil {
			return err
		}
	}
	return nil
}

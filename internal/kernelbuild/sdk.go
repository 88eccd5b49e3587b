package kernelbuild

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
)

// treeSDK is the target that says how modules outside of the tree are built.
const treeSDK = "tree_sdk"

// A ModuleBuild says how modules outside of a tree are built against it: what
// kernel/private/tree_probe.bzl writes. The fields are attributes of
// kernel_tree_sdk; files are paths in the tree.
type ModuleBuild struct {
	Tree           string              `json:"tree"` // canonical folder of the tree
	Arch           string              `json:"arch"`
	Config         map[string]string   `json:"config"`
	BTF            map[string][]string `json:"btf"`
	Cwd            string              `json:"cwd"`
	LinkFiles      []string            `json:"link_files"`
	ModpostFlags   []string            `json:"modpost_flags"`
	ModuleCommon   string              `json:"module_common"` // empty: this kernel has none
	ObjtoolDelayed bool                `json:"objtool_delayed"`
	Programs       map[string]string   `json:"programs"` // a command's first word to the program
	Src            string              `json:"src"`
	Templates      map[string][]string `json:"templates"` // none without CONFIG_MODULES
}

// HasModules says whether the kernel has modules (CONFIG_MODULES).
func (m *ModuleBuild) HasModules() bool { return m.Config["MODULES"] == "y" }

// ReadModuleBuild reads a ModuleBuild from a JSON file.
func ReadModuleBuild(file string) (*ModuleBuild, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var m ModuleBuild
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if m.Tree == "" || m.HasModules() && len(m.Templates) == 0 {
		return nil, fmt.Errorf("%s: does not say how modules are built", file)
	}
	return &m, nil
}

// sdkRule writes how modules outside of the tree are built.
func (w *writer) sdkRule() {
	m := w.Modules
	programs := map[string]string{}
	for word, program := range m.Programs {
		programs[w.label("", program)] = word
	}
	links := map[string]string{}
	for _, file := range m.LinkFiles {
		links[w.label("", file)] = path.Join(w.Src, file)
	}
	common, commonPath := "", ""
	if m.ModuleCommon != "" {
		common, commonPath = w.label("", m.ModuleCommon), path.Join(w.Src, m.ModuleCommon)
	}
	w.pkg("").add("kernel_tree_sdk",
		arg{"name", treeSDK},
		arg{"arch", m.Arch},
		arg{"btf", m.BTF},
		arg{"config", m.Config},
		arg{"cwd", m.Cwd},
		arg{"dotconfig", w.label("", ".config")},
		arg{"link_files", links},
		arg{"modpost_flags", m.ModpostFlags},
		arg{"module_common", common},
		arg{"module_common_path", commonPath},
		arg{"objtool_delayed", m.ObjtoolDelayed},
		arg{"programs", programs},
		arg{"sdk", w.SDK},
		arg{"src", m.Src},
		arg{"templates", m.Templates},
		arg{"tree", treeLabel},
	)
}

// sdkName writes the names that the built kernel has as an SDK, which are those
// of a kernel.debian, and that of its configuration.
func (w *writer) sdkName() {
	w.pkg("").add("alias",
		arg{"name", "sdk"},
		arg{"actual", ":kernel"},
	)
	w.pkg("").add("alias",
		arg{"name", ".config"},
		arg{"actual", w.label("", ".config")},
	)
	w.pkg("").add("config_setting",
		arg{"name", "selected"},
		arg{"flag_values", map[string]string{w.Rules + "//rules:kernel": ":sdk"}},
	)
}

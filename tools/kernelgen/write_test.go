package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/kerneltree"
)

func TestConfigurationsThatCannotBeBuiltAreErrors(t *testing.T) {
	for config, want := range map[string]string{
		"CONFIG_MODULES=y":                                       "",
		"# CONFIG_RUST is not set":                               "",
		"CONFIG_RUST=y":                                          "CONFIG_RUST=y: leave it off",
		"CONFIG_DEBUG_INFO_SPLIT=y":                              "the .dwo that the compiler writes",
		"CONFIG_TRIM_UNUSED_KSYMS=y":                             "kernel_image(trim = True)",
		`CONFIG_MODULE_SIG_KEY="certs/module_sig_key.pem"`:       "",
		`CONFIG_MODULE_SIG_KEY=""`:                               "",
		"CONFIG_MODULE_SIG_ALL=y\n" + `CONFIG_MODULE_SIG_KEY=""`: "no key to sign modules with: give kernel.source one by module_sig_key",
		`CONFIG_MODULE_SIG_KEY="certs/signing_key.pem"`:          `CONFIG_MODULE_SIG_KEY="certs/signing_key.pem", which is not in the kernel's sources`,
		`CONFIG_MODULE_SIG_KEY="pkcs11:token"`:                   "give kernel.source a key by module_sig_key",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ".config"), []byte("#\n"+config+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		err := check(&kerneltree.Tree{Dir: dir})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", config, err, want)
		}
	}
}

package reference

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// repository writes a small one with all that Pages looks for, changed by the files of an archive.
func repository(t *testing.T, archive string) string {
	t.Helper()
	const base = `
-- rules/defs.bzl --
"""All rules. See [thing](thing.bzl) and [the tool](private/tool.bzl)."""

load(":thing.bzl", _ThingInfo = "ThingInfo", _thing = "thing")

thing = _thing
ThingInfo = _ThingInfo
-- rules/thing.bzl --
"""thing: a thing."""

ThingInfo = provider(doc = "What a thing is.", fields = {"it": "The thing."})

_thing = rule(
    implementation = None,
    doc = "The rule.",
    attrs = {
        "deps": attr.label_list(doc = "Things:\n\na | b.", providers = [ThingInfo]),
        "n": attr.int(doc = "How many.", default = 1),
        "src": attr.label(doc = "A file.", mandatory = True),
    },
    test = True,
)

def thing(name, n = 2, **kwargs):
    """Makes a thing.

    Args:
      name: the name.
      n: how many there shall be.
      **kwargs: the others.
    """
    _thing(name = name, n = n, **kwargs)
-- rules/BUILD.bazel --
# Which.
label_flag(name = "which", build_setting_default = "//x:y")
-- kernel/BUILD.bazel --
-- kernel/extensions.bzl --
"""An extension."""

kernel = module_extension(implementation = None, doc = "Kernels.", tag_classes = {
    "local": tag_class(doc = "One.", attrs = {"path": attr.string(doc = "Where.")}),
})
-- boot/BUILD.bazel --
-- boot/qemu.bzl --
"""QEMU."""
`
	root := t.TempDir()
	for _, text := range []string{base, archive} {
		for _, f := range txtar.Parse([]byte(text)).Files {
			path := filepath.Join(root, f.Name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	return root
}

func TestThePagesSayWhatIsPublic(t *testing.T) {
	pages, err := Pages(repository(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	for page, wants := range map[string][]string{
		"README.md": {
			"All rules. See [thing](thing.md) and [the tool](../../rules/private/tool.bzl).\n",
			"- [kernel/extensions.bzl](kernel_extensions.md): `kernel.local`\n",
			"- [Flags](flags.md): `--@rules_kbuild//rules:which`\n",
		},
		"thing.md": {
			"## Test rule `thing`\n\nMakes a thing.\n",
			"| <a id=\"thing-n\"></a>`n` | int | `2` | how many there shall be. |\n" +
				"| <a id=\"thing-deps\"></a>`deps` | list of labels with [ThingInfo](thing.md#thinginfo) | `[]` | Things:<br><br>a \\| b. |\n" +
				"| <a id=\"thing-src\"></a>`src` | label | required | A file. |\n",
			"| <a id=\"ThingInfo-it\"></a>`it` | The thing. |\n",
		},
		"kernel_extensions.md": {
			"### `kernel.local`\n\nOne.\n",
			"| <a id=\"kernel.local-path\"></a>`path` | string | `\"\"` | Where. |\n",
		},
		"flags.md": {
			"## `--@rules_kbuild//rules:which`\n\nWhich.\n\nA label, default `@rules_kbuild//x:y`.\n",
		},
	} {
		for _, want := range wants {
			if !strings.Contains(string(pages[page]), want) {
				t.Errorf("%s does not have %q:\n%s", page, want, pages[page])
			}
		}
	}
	if strings.Contains(string(pages["README.md"]), "- [rules/thing.bzl]") {
		t.Errorf("README.md lists a page that its text links to:\n%s", pages["README.md"])
	}
}

func TestWhatIsPublicMustHaveADoc(t *testing.T) {
	for name, test := range map[string]struct{ archive, want string }{
		"file": {"-- boot/qemu.bzl --\n", "boot/qemu.bzl:1: the file has no doc"},
		"rule": {"-- boot/qemu.bzl --\n\"\"\"Q.\"\"\"\nr = rule()\n", "boot/qemu.bzl:2: rule r has no doc"},
		"attribute": {"-- boot/qemu.bzl --\n\"\"\"Q.\"\"\"\nr = rule(doc = \"R.\", attrs = {\"a\": attr.int()})\n",
			"boot/qemu.bzl:2: attribute r.a has no doc"},
		"provider": {"-- boot/qemu.bzl --\n\"\"\"Q.\"\"\"\nP = provider(fields = [\"f\"])\n",
			"boot/qemu.bzl:2: provider P has no doc\nboot/qemu.bzl:2: field P.f has no doc"},
		"function": {"-- boot/qemu.bzl --\n\"\"\"Q.\"\"\"\ndef f(x):\n    pass\n",
			"boot/qemu.bzl:2: function f has no doc\nboot/qemu.bzl:2: argument f(x) has no doc"},
		"tag": {"-- kernel/extensions.bzl --\n\"\"\"K.\"\"\"\nk = module_extension(tag_classes = {\"t\": tag_class(attrs = {\"a\": attr.int()})})\n",
			"kernel/extensions.bzl:2: extension k has no doc\nkernel/extensions.bzl:2: tag k.t has no doc\nkernel/extensions.bzl:2: attribute k.t.a has no doc"},
		"flag": {"-- boot/BUILD.bazel --\nbool_flag(name = \"f\", build_setting_default = True)\n",
			"boot/BUILD.bazel:1: flag //boot:f has no doc"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Pages(repository(t, test.archive))
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

func TestEveryFileOfRulesIsInTheTableOfContents(t *testing.T) {
	_, err := Pages(repository(t, "-- rules/lost.bzl --\n"))
	if err == nil || !strings.Contains(err.Error(), "rules/lost.bzl: rules/defs.bzl offers nothing of it") {
		t.Errorf("got %v", err)
	}
}

func TestWriteRemovesPagesOfWhatIsGone(t *testing.T) {
	root := repository(t, "-- docs/reference/gone.md --\nold\n")
	if err := Write(root, map[string][]byte{"new.md": []byte("new\n")}); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(root, Folder, "*"))
	if err != nil || len(names) != 1 || filepath.Base(names[0]) != "new.md" {
		t.Errorf("the folder has %v, want new.md alone (%v)", names, err)
	}
}

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// write writes a file into a new folder.
func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestModulesAreWhereModulesInstallPutsThem(t *testing.T) {
	for _, order := range []string{"fs/fat/fat.ko\ndrivers/net/tun.ko\n", "fs/fat/fat.o\ndrivers/net/tun.o\n"} {
		out := filepath.Join(t.TempDir(), "lib/modules/6.1.0")
		err := run([]string{
			"--module=fs/fat/fat=" + write(t, "a.ko", "fat"),
			"--module=drivers/net/tun=" + write(t, "b.ko", "tun"),
			"--order=" + write(t, "modules.order", order),
			"--file=" + write(t, "modules.builtin", "kernel/lib/x.ko\n"),
			"--out=" + out,
		})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		err = filepath.WalkDir(out, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(file)
			got[strings.TrimPrefix(file, out+"/")] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			"kernel/fs/fat/fat.ko":      "fat",
			"kernel/drivers/net/tun.ko": "tun",
			"modules.order":             "kernel/fs/fat/fat.ko\nkernel/drivers/net/tun.ko\n",
			"modules.builtin":           "kernel/lib/x.ko\n",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order %q (-want +got):\n%s", order, diff)
		}
	}
}

func TestModulesAndNothingElseAreSigned(t *testing.T) {
	program := write(t, "sign-file", "#!/bin/sh\n[ -z \"$HOME\" ] && echo \" signed $1 ${2##*/} ${3##*/}\" >>\"$4\"\n")
	if err := os.Chmod(program, 0o777); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	err := run([]string{
		"--module=fs/fat/fat=" + write(t, "a.ko", "fat"),
		"--order=" + write(t, "modules.order", ""),
		"--file=" + write(t, "modules.builtin", "kernel/lib/x.ko\n"),
		"--sign_file=" + program, "--sign_hash=sha256", "--sign_key=k/key.pem", "--sign_certificate=k/key.x509",
		"--out=" + out,
	})
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"kernel/fs/fat/fat.ko": "fat signed sha256 key.pem key.x509\n",
		"modules.builtin":      "kernel/lib/x.ko\n",
	} {
		got, err := os.ReadFile(filepath.Join(out, file))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q (%v), want %q", file, got, err, want)
		}
	}
}

func TestWhatCannotBeInstalledIsAnError(t *testing.T) {
	ko, order := write(t, "a.ko", "fat"), write(t, "modules.order", "")
	for want, args := range map[string][]string{
		"--order and --out are needed": {"--module=fs/fat/fat=" + ko},
		"a path in the tree":           {"--module=../fat=" + ko, "--order=" + order, "--out=" + t.TempDir()},
		"--sign_file needs":            {"--sign_file=x", "--module=a=" + ko, "--order=" + order, "--out=" + t.TempDir()},
		"signing a.ko":                 {"--sign_file=/nonexistent/x", "--sign_hash=sha1", "--sign_key=k", "--sign_certificate=c", "--module=a=" + ko, "--order=" + order, "--out=" + t.TempDir()},
		"exist":                        {"--module=a=" + ko, "--module=a=" + ko, "--order=" + order, "--out=" + t.TempDir()},
		"no such file":                 {"--module=a=" + ko + "x", "--order=" + order, "--out=" + t.TempDir()},
	} {
		if err := run(args); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", args, err, want)
		}
	}
}

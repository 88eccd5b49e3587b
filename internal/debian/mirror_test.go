package debian

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMirrorsComeFromAptSourcesOfBothFormats(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"sources.list": "# deb http://commented.example/debian trixie main\n" +
			"deb [arch=amd64 signed-by=/k.gpg] http://one.example/debian/ trixie main contrib\n" +
			"deb-src http://one.example/debian trixie main\n" +
			"deb cdrom:[Debian] trixie main\n" +
			"deb http://sec.example/debian-security trixie-security main # end\n" +
			"deb http://tool.example/apt stable tool\n" +
			"deb http://node.example/node nodistro main\n",
		"sources.list.d/a.sources": "Types: deb deb-src\nURIs: https://two.example/debian\n  https://three.example/mirror/debian\n" +
			"Suites: trixie trixie-updates\nComponents: main\n\n" +
			"Types: deb\nURIs: https://four.example/sec\nSuites: trixie-security\nComponents: main\n\n" +
			"Types: deb\nURIs: https://off.example/debian\nSuites: trixie\nComponents: main\nEnabled: no\n",
		"sources.list.d/ignored.save": "deb http://old.example/debian trixie main\n",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := AptMirrors(folder)
	if err != nil {
		t.Fatal(err)
	}
	want := []Mirror{
		{"http://one.example/debian", MainArchive},
		{"http://sec.example/debian-security", SecurityArchive},
		{"https://two.example/debian", MainArchive},
		{"https://three.example/mirror/debian", MainArchive},
		{"http://node.example/node", MainArchive},
		{"https://four.example/sec", SecurityArchive},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheSecurityArchiveIsLookedForBesideTheMainOne(t *testing.T) {
	got := WithSiblings([]Mirror{{"http://a.example/debian", MainArchive}, {"http://b.example/x", MainArchive}})
	want := []Mirror{
		{"http://a.example/debian", MainArchive},
		{"http://b.example/x", MainArchive},
		{"http://a.example/debian-security", SecurityArchive},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMirrorMustBeAWebAddress(t *testing.T) {
	for _, text := range []string{"", "debian", "file:///srv/debian", "http://", "cdrom:x"} {
		if m, err := NewMirror(text); err == nil {
			t.Errorf("NewMirror(%q) = %+v, want an error", text, m)
		}
	}
}

package mdlinks

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLinksAreFoundOutsideOfCode(t *testing.T) {
	text := "See [a](a.md) and [b](sub/b.md#top \"title\"), not `[c](c.md)`.\n" +
		"```\n[d](d.md)\n```\n" +
		"![image](e.png) [parentheses](f_(1).md)\n" +
		"\n[ref]: g.md\n"
	want := []Link{{1, "a.md"}, {1, "sub/b.md#top"}, {5, "e.png"}, {5, "f_(1).md"}, {7, "g.md"}}
	if diff := cmp.Diff(want, Links(text)); diff != "" {
		t.Error(diff)
	}
}

func TestAnchorsAreGitHubsSlugsAndIds(t *testing.T) {
	text := "# The `kernel.debian` tag, _v2_\n## Twice\n## Twice\n```sh\n# no heading\n```\n<a id=\"rule-srcs\"></a>`srcs`\n## [Linked](x.md) title #\n"
	want := map[string]bool{
		"the-kerneldebian-tag-_v2_": true,
		"twice":                     true,
		"twice-1":                   true,
		"rule-srcs":                 true,
		"linked-title":              true,
	}
	if diff := cmp.Diff(want, Anchors(text)); diff != "" {
		t.Error(diff)
	}
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestALinkMustLeadToAFileOrAnchorOfTheRepository(t *testing.T) {
	root := write(t, map[string]string{
		"docs/other.md": "# There\n",
		"docs/tool.go":  "package tool\n",
	})
	for link, want := range map[string]string{
		"other.md":              "",
		"other.md#there":        "",
		"../docs":               "",
		"tool.go#L1":            "",
		"#here":                 "",
		"https://example.com/x": "",
		"mailto:x@example.com":  "",
		"missing.md":            "docs/page.md:2: missing.md: docs/missing.md does not exist",
		"other.md#nowhere":      "docs/page.md:2: other.md#nowhere: docs/other.md has no heading or anchor #nowhere",
		"#nowhere":              "docs/page.md:2: #nowhere: docs/page.md has no heading or anchor #nowhere",
		"../../outside.md":      "docs/page.md:2: ../../outside.md: not a relative path in the repository",
		"/docs/other.md":        "docs/page.md:2: /docs/other.md: not a relative path in the repository",
	} {
		if err := os.WriteFile(filepath.Join(root, "docs/page.md"), fmt.Appendf(nil, "# Here\n[link](%s)\n", link), 0o644); err != nil {
			t.Fatal(err)
		}
		broken, err := Check(root, "docs/page.md")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, err := range broken {
			got += err.Error()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", link, got, want)
		}
	}
}

func TestAPathInCodeMustExistIfItsTopFolderDoes(t *testing.T) {
	root := write(t, map[string]string{
		"page.md":    "`a/x.go`, `a/*.go`, `a/`, `a/y.go`, `a/x.go --flag`, `/a/y.go`, `b/y.go`, `x.go`\n",
		"a/x.go":     "",
		"a/sub/z.go": "",
	})
	missing, err := CheckPaths(root, "page.md")
	if err != nil {
		t.Fatal(err)
	}
	want := "[page.md:1: there is no a/y.go]"
	if got := fmt.Sprint(missing); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

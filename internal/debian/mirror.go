package debian

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The archives that a package can lie in. A suite's security archive is another tree of its own, usually beside the main
// one on a mirror.
const (
	MainArchive     = "debian"
	SecurityArchive = "debian-security"
)

// Mirror is a copy of one of Debian's archives.
type Mirror struct {
	// URL is the folder that holds dists/ and pool/, without a slash at the end.
	URL string
	// Archive is MainArchive or SecurityArchive.
	Archive string
}

// NewMirror makes a Mirror of a URL; the archive is what the URL's last component says (`.../debian-security`).
func NewMirror(text string) (Mirror, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Mirror{}, fmt.Errorf("%q is no http or https URL of a mirror", text)
	}
	m := Mirror{URL: strings.TrimRight(text, "/"), Archive: MainArchive}
	if strings.Contains(u.Path, SecurityArchive) {
		m.Archive = SecurityArchive
	}
	return m, nil
}

// WithSiblings adds, after the mirrors given, where the other archive usually is: `.../debian-security` beside
// `.../debian`. Duplicates are dropped.
func WithSiblings(mirrors []Mirror) []Mirror {
	all := slices.Clone(mirrors)
	for _, m := range mirrors {
		base, last := m.URL[:strings.LastIndexByte(m.URL, '/')+1], m.URL[strings.LastIndexByte(m.URL, '/')+1:]
		switch last {
		case MainArchive:
			all = append(all, Mirror{URL: base + SecurityArchive, Archive: SecurityArchive})
		case SecurityArchive:
			all = append(all, Mirror{URL: base + MainArchive, Archive: MainArchive})
		}
	}
	var unique []Mirror
	for _, m := range all {
		if !slices.Contains(unique, m) {
			unique = append(unique, m)
		}
	}
	return unique
}

// AptMirrors reads the mirrors that an apt configuration folder (`/etc/apt`) names: sources.list, sources.list.d/*.list
// and *.sources. Debian's own archives come first; then, as a last resort, other sources with a component `main`.
func AptMirrors(folder string) ([]Mirror, error) {
	var files []string
	for _, pattern := range []string{"sources.list", "sources.list.d/*.list", "sources.list.d/*.sources"} {
		matches, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		files = append(files, matches...)
	}
	var own, others []Mirror
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var sources []source
		if strings.HasSuffix(file, ".sources") {
			sources, err = parseSources(string(text))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
		} else {
			sources = parseList(string(text))
		}
		for _, s := range sources {
			for _, uri := range s.uris {
				m, err := NewMirror(uri)
				if err != nil || !slices.Contains(s.components, "main") {
					continue
				}
				if s.security() {
					m.Archive = SecurityArchive
				}
				if strings.Contains(m.URL, "/debian") {
					own = append(own, m)
				} else {
					others = append(others, m)
				}
			}
		}
	}
	return append(own, others...), nil
}

// source is one entry of apt's sources.
type source struct {
	uris, suites, components []string
}

func (s source) security() bool {
	return slices.ContainsFunc(s.suites, func(suite string) bool {
		return strings.HasSuffix(suite, "-security") || strings.HasSuffix(suite, "/updates")
	})
}

// parseList reads the one-line format of sources.list(5).
func parseList(text string) []source {
	var sources []source
	for _, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		if open := strings.IndexByte(line, '['); open >= 0 {
			if end := strings.IndexByte(line[open:], ']'); end >= 0 {
				line = line[:open] + line[open+end+1:]
			}
		}
		words := strings.Fields(line)
		if len(words) < 4 || words[0] != "deb" {
			continue
		}
		sources = append(sources, source{uris: words[1:2], suites: words[2:3], components: words[3:]})
	}
	return sources
}

// parseSources reads the deb822 format of sources.list(5).
func parseSources(text string) ([]source, error) {
	var sources []source
	err := ReadParagraphs(strings.NewReader(text), func(p Paragraph) error {
		enabled := strings.ToLower(p["Enabled"])
		if slices.Contains(strings.Fields(p["Types"]), "deb") && enabled != "no" && enabled != "false" {
			sources = append(sources, source{
				uris:       strings.Fields(p["URIs"]),
				suites:     strings.Fields(p["Suites"]),
				components: strings.Fields(p["Components"]),
			})
		}
		return nil
	})
	return sources, err
}

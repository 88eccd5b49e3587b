// Package mdlinks finds what Markdown files point to in the repository, and whether it is there.
package mdlinks

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
)

// A Link is a place in a Markdown file that points somewhere.
type Link struct {
	Line   int
	Target string // as it is written
}

var (
	inline     = regexp.MustCompile(`\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s<>]*)*)>?(?:\s+"[^"]*")?\s*\)`)
	definition = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:\s*<?([^\s<>]+)>?`)
	span       = regexp.MustCompile("`+[^`]+`+")
	heading    = regexp.MustCompile(`^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$`)
	id         = regexp.MustCompile(`<a\s+(?:id|name)="([^"]+)"`)
	fence      = regexp.MustCompile("^\\s*(```+|~~~+)")
	pathLike   = regexp.MustCompile(`^[\w.*-]+(/[\w.*-]+)*/?$`)
)

// prose calls f with each line that is not in a fenced block, and its number.
func prose(text string, f func(number int, line string)) {
	number, end := 0, ""
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if m := fence.FindStringSubmatch(line); m != nil {
			if end == "" {
				end = m[1]
			} else if strings.HasPrefix(m[1], end) {
				end = ""
			}
			continue
		}
		if end == "" {
			f(number, line)
		}
	}
}

// Links returns the links of a Markdown text that are not in code.
func Links(text string) []Link {
	var links []Link
	prose(text, func(number int, line string) {
		line = span.ReplaceAllStringFunc(line, func(code string) string { return strings.Repeat("x", len(code)) })
		if m := definition.FindStringSubmatch(line); m != nil {
			links = append(links, Link{number, m[1]})
		}
		for _, m := range inline.FindAllStringSubmatch(line, -1) {
			links = append(links, Link{number, m[1]})
		}
	})
	return links
}

// Paths returns the code spans of a Markdown text that could be paths of the repository: with a slash in it, without a space.
func Paths(text string) []Link {
	var paths []Link
	prose(text, func(number int, line string) {
		for _, code := range span.FindAllString(line, -1) {
			code = strings.Trim(code, "`")
			if strings.Contains(code, "/") && pathLike.MatchString(code) {
				paths = append(paths, Link{number, code})
			}
		}
	})
	return paths
}

// Anchors returns what #... of a link can name: the headings, as GitHub spells them, and <a id="...">.
func Anchors(text string) map[string]bool {
	anchors := map[string]bool{}
	prose(text, func(_ int, line string) {
		for _, m := range id.FindAllStringSubmatch(line, -1) {
			anchors[m[1]] = true
		}
		m := heading.FindStringSubmatch(line)
		if m == nil {
			return
		}
		slug := slugOf(m[1])
		for n, name := 1, slug; ; n++ {
			if !anchors[name] {
				anchors[name] = true
				return
			}
			name = fmt.Sprintf("%s-%d", slug, n)
		}
	})
	return anchors
}

var linkText = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

func slugOf(title string) string {
	title = linkText.ReplaceAllString(title, "$1")
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}

// Check returns an error for each link of a Markdown file into the repository that leads to nothing. The file is given by its
// path in the repository, whose folder is root.
func Check(root, file string) ([]error, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		return nil, err
	}
	var broken []error
	for _, link := range Links(string(text)) {
		if why := follow(root, file, string(text), link.Target); why != "" {
			broken = append(broken, fmt.Errorf("%s:%d: %s: %s", file, link.Line, link.Target, why))
		}
	}
	return broken, nil
}

// follow returns why a link leads to nothing, or nothing if it does not.
func follow(root, file, text, target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return "not a link: " + err.Error()
	}
	if u.Scheme != "" || u.Host != "" {
		return ""
	}
	if u.Path == "" && u.Fragment == "" {
		return "an empty link"
	}
	to := file
	if u.Path != "" {
		if to = path.Join(path.Dir(file), u.Path); strings.HasPrefix(u.Path, "/") || to == ".." || strings.HasPrefix(to, "../") {
			return "not a relative path in the repository"
		}
		found, err := os.Stat(filepath.Join(root, filepath.FromSlash(to)))
		if err != nil {
			return to + " does not exist"
		}
		if u.Fragment == "" || found.IsDir() {
			return ""
		}
		if path.Ext(to) != ".md" {
			return ""
		}
		other, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(to)))
		if err != nil {
			return err.Error()
		}
		text = string(other)
	}
	if !Anchors(text)[u.Fragment] {
		return fmt.Sprintf("%s has no heading or anchor #%s", to, u.Fragment)
	}
	return ""
}

// CheckPaths returns an error for each path in a code span of a Markdown file that begins with a top folder of the repository
// and matches no file there. A * matches within a name.
func CheckPaths(root, file string) ([]error, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
	if err != nil {
		return nil, err
	}
	var missing []error
	for _, p := range Paths(string(text)) {
		top, _, _ := strings.Cut(p.Target, "/")
		if info, err := os.Stat(filepath.Join(root, top)); err != nil || !info.IsDir() || top == "." || top == ".." {
			continue
		}
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(p.Target)))
		if err != nil || len(found) == 0 {
			missing = append(missing, fmt.Errorf("%s:%d: there is no %s", file, p.Line, p.Target))
		}
	}
	return missing, nil
}

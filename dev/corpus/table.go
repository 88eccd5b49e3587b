package main

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/kbuildoracle"
)

// A row is one package for one kernel.
type row struct {
	name, kernel         string
	modules, objects     int
	differences          []string // sections that differ
	skipped              bool     // dkms.conf excludes the kernel
	failed               bool     // Kbuild cannot build it
	both                 bool     // nor can the rules
	why                  string
	kbuild, cold, cached time.Duration
}

// compare holds each module that Kbuild made against that of the rules.
func (r *row) compare(ours, kbuilds string) error {
	err := filepath.WalkDir(kbuilds, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(file) != ".ko" {
			return err
		}
		name, err := filepath.Rel(kbuilds, file)
		if err != nil {
			return err
		}
		r.modules++
		differences, err := kbuildoracle.CompareFiles(name, filepath.Join(ours, name), file)
		if err != nil {
			differences = []string{err.Error()}
		}
		r.differences = append(r.differences, differences...)
		return nil
	})
	if err != nil {
		return err
	}
	if r.modules == 0 {
		return fmt.Errorf("no module was made by Kbuild")
	}
	return filepath.WalkDir(ours, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(file) == ".pack" {
			r.objects++
		}
		return err
	})
}

func (r *row) verdict() string {
	switch {
	case r.skipped:
		return "not built: " + r.why
	case r.failed && r.both:
		return "Kbuild cannot build it, nor the rules: " + r.why
	case r.failed:
		return "**Kbuild cannot build it, but the rules can**: " + r.why
	case len(r.differences) > 0:
		return fmt.Sprintf("**%d differences**: %s", len(r.differences), r.differences[0])
	}
	return "identical"
}

// firstError is the first error that make's output tells of.
func firstError(text string) string {
	for line := range strings.Lines(text) {
		if _, message, found := strings.Cut(line, "error: "); found {
			return "`" + strings.TrimSpace(message) + "`"
		}
	}
	for line := range strings.Lines(text) {
		if strings.Contains(line, "ERROR: modpost: ") || strings.Contains(line, "*** ") {
			return "`" + strings.TrimSpace(line) + "`"
		}
	}
	return "make failed"
}

func seconds(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", d.Seconds())
}

// table is the text of docs/corpus.md.
func table(rows []row) string {
	var b strings.Builder
	b.WriteString(`# Drivers by others

Debian packages of drivers, each fetched by one ` + "`kernel.source_package`" + ` tag, with the BUILD files that are written for it, no line of
them by hand. ` + "`go run ./dev/corpus -out docs/corpus.md`" + ` makes this table: it builds each by Kbuild, as dkms would, and by the rules,
and compares the modules to the byte, debug info and BTF included. Seconds are of one run on two cores: Kbuild with -j2; the rules with no cache; the rules
with a full disk cache.

| package | kernel | modules | objects | the same bytes as Kbuild's | Kbuild | rules | cached |
| --- | --- | --- | --- | --- | --- | --- | --- |
`)
	for _, r := range rows {
		count := func(n int) string {
			if n == 0 {
				return ""
			}
			return fmt.Sprint(n)
		}
		kbuild := seconds(r.kbuild)
		if r.skipped || r.failed {
			kbuild = ""
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n",
			r.name, r.kernel, count(r.modules), count(r.objects), strings.ReplaceAll(r.verdict(), "|", "\\|"), kbuild, seconds(r.cold), seconds(r.cached))
	}
	return b.String()
}

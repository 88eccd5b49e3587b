package devtable

import (
	"bufio"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	versions = map[string]Version{"6.1": 6001, "6.12": 6012, "7.2": 7002}
	targets  = map[string]Target{
		"lsb-64": {Order: binary.LittleEndian, LongSize: 8},
		"lsb-32": {Order: binary.LittleEndian, LongSize: 4},
		"msb-64": {Order: binary.BigEndian, LongSize: 8},
		"msb-32": {Order: binary.BigEndian, LongSize: 4},
		"m68k":   {Order: binary.BigEndian, LongSize: 4, MaxAlign: 2},
	}
)

// goldenCase is one block of testdata/tables.txt: a table and what the modposts of some lines say about it.
type goldenCase struct {
	lines  []string
	target string
	table  Table
	// said are the lines "stderr ..." and "alias ...".
	said []string
}

func goldenCases(t testing.TB) []goldenCase {
	t.Helper()
	f, err := os.Open("testdata/tables.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []goldenCase
	scanner := bufio.NewScanner(f)
	for scanner.Scan() {
		words := strings.Fields(scanner.Text())
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		c := &goldenCase{}
		if n := len(cases); n > 0 {
			c = &cases[n-1]
		}
		switch words[0] {
		case "lines":
			cases = append(cases, goldenCase{lines: words[1:]})
		case "table":
			c.target = words[3]
			c.table = Table{Module: "tables", Type: words[1], Ident: words[2], Data: make([]byte, number(t, words[4]))}
		case "at":
			run, err := hex.DecodeString(words[2])
			if err != nil {
				t.Fatal(err)
			}
			copy(c.table.Data[number(t, words[1]):], run)
		default:
			c.said = append(c.said, scanner.Text())
		}
	}
	if len(cases) == 0 || scanner.Err() != nil {
		t.Fatalf("testdata/tables.txt: %d cases, %v", len(cases), scanner.Err())
	}
	return cases
}

func number(t testing.TB, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// say writes what Aliases returns as modpost of a version does.
func say(v Version, aliases, warnings []string, err error) []string {
	var out []string
	stderr := func(text string) {
		for line := range strings.Lines(text) {
			out = append(out, fmt.Sprintf("stderr %q", strings.TrimSuffix(line, "\n")))
		}
	}
	for _, w := range warnings {
		stderr("WARNING: modpost: " + w)
	}
	var refused *Error
	if errors.As(err, &refused) {
		stderr(refused.Dump)
		level := "ERROR"
		if v < 6005 {
			level = "FATAL"
		}
		stderr(level + ": modpost: " + refused.Text)
	}
	for _, a := range Merge(v, aliases) {
		out = append(out, fmt.Sprintf("alias %q", a))
	}
	return out
}

func TestAliasesAreThoseOfTheKernelsModpost(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range goldenCases(t) {
		for _, line := range c.lines {
			v := versions[line]
			t.Run(fmt.Sprintf("%s/%s/%s/%s", c.table.Type, c.table.Ident, c.target, line), func(t *testing.T) {
				aliases, warnings, err := Aliases(v, targets[c.target], c.table)
				if diff := cmp.Diff(c.said, say(v, aliases, warnings, err)); diff != "" {
					t.Errorf("modpost -, Aliases +:\n%s", diff)
				}
			})
			seen[c.table.Type+" "+c.target+" "+line] = true
		}
	}
	for _, family := range families {
		for _, b := range family {
			for target := range targets {
				for line, v := range versions {
					if target != "m68k" && v >= b.since && (b.until == 0 || v < b.until) && !seen[b.name+" "+target+" "+line] {
						t.Errorf("no table of type %s for %s in Linux %s", b.name, target, line)
					}
				}
			}
		}
	}
}

func TestStructsLieAsTheCompilerPlacesThem(t *testing.T) {
	data, err := os.ReadFile("testdata/layouts.txt")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for row := range strings.Lines(string(data)) {
		heads, rest, ok := strings.Cut(row, ": ")
		if !ok || strings.HasPrefix(row, "#") {
			continue
		}
		words := strings.Fields(rest)
		name, target := words[0], words[1]
		for _, line := range strings.Fields(heads)[1:] {
			b := find(versions[line], name)
			if b == nil {
				t.Errorf("Linux %s: no bus %s", line, name)
				continue
			}
			l := place(b.fields, targets[target])
			if l.size != number(t, words[2]) {
				t.Errorf("Linux %s, %s: struct of %s has %s bytes, not %d", line, target, name, words[2], l.size)
			}
			if len(words)-3 != len(l.fields) {
				t.Errorf("Linux %s: %s has %d fields in layouts.txt, %d here", line, name, len(words)-3, len(l.fields))
			}
			for _, word := range words[3:] {
				fieldName, offset, _ := strings.Cut(word, "@")
				if f := l.field(fieldName); f.offset != number(t, offset) {
					t.Errorf("Linux %s, %s: %s.%s is at %s, not %d", line, target, name, fieldName, offset, f.offset)
				}
				checked++
			}
		}
	}
	if checked == 0 {
		t.Error("testdata/layouts.txt has no fields")
	}
}

func TestAnAliasTwiceInAModuleIsKeptOnceFrom613On(t *testing.T) {
	tables := [][]string{{"i2c:a", "i2c:b", "i2c:a"}, {"i2c:b", "spi:c"}}
	for v, want := range map[Version][]string{
		6012: {"i2c:a", "i2c:b", "i2c:a", "i2c:b", "spi:c"},
		6013: {"i2c:a", "i2c:b", "spi:c"},
	} {
		if diff := cmp.Diff(want, Merge(v, tables...)); diff != "" {
			t.Errorf("%d: want -, got +:\n%s", v, diff)
		}
	}
}

func TestATypeIsUnknownToKernelsBeforeIt(t *testing.T) {
	table := Table{Module: "m", Type: "slim", Ident: "ids", Data: make([]byte, 32)}
	table.Data[0] = 1
	for v, want := range map[Version]int{6001: 0, 6012: 1} {
		aliases, warnings, err := Aliases(v, targets["lsb-64"], table)
		if len(aliases) != want || warnings != nil || err != nil {
			t.Errorf("%d: %q, %q, %v; want %d aliases", v, aliases, warnings, err, want)
		}
	}
}

func TestFrom613OnAMisshapenTableDoesNotEndModpost(t *testing.T) {
	for v, fatal := range map[Version]bool{6012: true, 6013: false} {
		for _, size := range []int{0, 7, 40} {
			table := Table{Module: "m", Type: "pci", Ident: "ids", Data: make([]byte, size)}
			if size > 0 {
				table.Data[0] = 1
			}
			_, _, err := Aliases(v, targets["lsb-64"], table)
			var refused *Error
			if !errors.As(err, &refused) || refused.Fatal != fatal {
				t.Errorf("%d, %d bytes: %#v; want Fatal to be %v", v, size, err, fatal)
			}
		}
	}
}

func TestATargetIsReadFromAnObject(t *testing.T) {
	for want, h := range map[Target]elf.FileHeader{
		targets["lsb-64"]: {Class: elf.ELFCLASS64, ByteOrder: binary.LittleEndian, Machine: elf.EM_X86_64},
		targets["msb-32"]: {Class: elf.ELFCLASS32, ByteOrder: binary.BigEndian, Machine: elf.EM_PPC},
		targets["m68k"]:   {Class: elf.ELFCLASS32, ByteOrder: binary.BigEndian, Machine: elf.EM_68K},
	} {
		if got, err := TargetOf(&h); got != want || err != nil {
			t.Errorf("%v: %+v, %v; want %+v", h.Machine, got, err, want)
		}
	}
	if _, err := TargetOf(&elf.FileHeader{ByteOrder: binary.LittleEndian}); err == nil {
		t.Error("an object without a class: no error")
	}
}

func TestATargetNeedsByteOrderAndLongSize(t *testing.T) {
	for _, target := range []Target{{}, {Order: binary.LittleEndian}, {LongSize: 8}, {Order: binary.LittleEndian, LongSize: 2}} {
		if _, _, err := Aliases(6012, target, Table{Type: "pci"}); err == nil {
			t.Errorf("%+v: no error", target)
		}
	}
}

func TestReleasePatternsMatchTheirRangeOnly(t *testing.T) {
	for _, r := range [][2]uint64{{0, 0x9999}, {0x100, 0x199}, {0x123, 0x456}, {1, 0x9998}, {0x999, 0x1000}, {0x1999, 0x2001}, {0x1a2, 0xfedc}, {0x90, 0x1ba}} {
		base := numberBase(r[0], r[1])
		patterns := releasePatterns(r[0], r[1])
		for n := uint64(0); n <= 0xffff; n++ {
			if numberBase(n) > base {
				continue
			}
			matched := 0
			for _, p := range patterns {
				if globMatches(p, fmt.Sprintf("%04X", n)) {
					matched++
				}
			}
			if want := r[0] <= n && n <= r[1]; matched > 1 || want != (matched == 1) {
				t.Fatalf("%04X to %04X, %q: %d of them match %04X", r[0], r[1], patterns, matched, n)
			}
		}
	}
}

// globMatches is fnmatch for what release patterns have: digits, sets, and a * at the end.
func globMatches(p, s string) bool {
	for i := 0; i < len(s); i++ {
		switch {
		case p == "*":
			return true
		case p == "":
			return false
		case p[0] == '[':
			set, rest, _ := strings.Cut(p[1:], "]")
			found := false
			for len(set) > 0 {
				low, high := set[0], set[0]
				if len(set) >= 3 && set[1] == '-' {
					high, set = set[2], set[2:]
				}
				set = set[1:]
				found = found || low <= s[i] && s[i] <= high
			}
			if !found {
				return false
			}
			p = rest
		default:
			if p[0] != s[i] {
				return false
			}
			p = p[1:]
		}
	}
	return p == "" || p == "*"
}

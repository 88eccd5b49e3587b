//go:build ignore

// Command make compiles tables.c and errors.c for four targets against the mod_devicetable.h of three kernel lines, runs
// each line's own modpost on one table at a time, and writes what it said to tables.txt; see README.md.
package main

import (
	"bytes"
	"debug/elf"
	"encoding/hex"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	kernels = flag.String("kernels", "", "folder with LINE/common (linux-headers-*-common), LINE/kbuild (linux-kbuild-* of amd64) and LINE/kbuild32 (of i386)")
	run     = flag.String("run", "", "words to put before a 64-bit modpost, e.g. a dynamic loader")
	run32   = flag.String("run32", "", "words to put before a 32-bit modpost")
	work    = flag.String("work", "", "scratch folder")
)

// line is one kernel line, as README.md numbers it.
type line struct{ name, macro string }

var lines = []line{{"6.1", "601"}, {"6.12", "612"}, {"7.2", "702"}}

// targets are modpost.real-X's suffix and the compiler for it.
var targets = []struct{ name, cc string }{
	{"lsb-64", "gcc -m64"},
	{"lsb-32", "gcc -m32"},
	{"msb-64", "s390x-linux-gnu-gcc"},
	{"msb-32", "powerpc-linux-gnu-gcc"},
	{"m68k", "m68k-linux-gnu-gcc"}, // layouts only
}

func main() {
	log.SetFlags(0)
	flag.Parse()
	golden := newGolden()
	placed := newGolden()
	for _, l := range lines {
		shim := filepath.Join(*work, "shim", "linux")
		check(os.MkdirAll(shim, 0o755))
		text, err := os.ReadFile("shim.h")
		check(err)
		for _, h := range []string{"module.h", "types.h", "uuid.h", "mei.h", "mei_uuid.h"} {
			check(os.WriteFile(filepath.Join(shim, h), text, 0o644))
		}
		for _, t := range targets {
			layouts(placed, l, t.name, compile(l, t.cc, shim, "-S", "layouts.c"))
			if t.name == "m68k" {
				continue
			}
			for _, source := range []string{"tables.c", "errors.c"} {
				tables(golden, l, t.name, compile(l, t.cc, shim, "-c", source))
			}
		}
	}
	golden.write("tables.txt", "the tables of tables.c and errors.c, and what each line's modpost says about them.\n", "\n", 4)
	placed.write("layouts.txt", "lines: type, target, size of the struct, and offset of each field.", ": ", 2)
}

// compile makes WORK/tables.o (-c) or WORK/tables.s (-S).
func compile(l line, cc, shim, stage, source string) string {
	out := filepath.Join(*work, "tables.o")
	if stage == "-S" {
		out = filepath.Join(*work, "tables.s")
	}
	words := append(strings.Fields(cc), stage, "-O1", "-ffreestanding", "-fno-toplevel-reorder", "-D__KERNEL__", "-DLINE="+l.macro,
		"-I", filepath.Dir(shim), "-I", filepath.Join(*kernels, l.name, "common", "include"), "-o", out, source)
	if text, err := exec.Command(words[0], words[1:]...).CombinedOutput(); err != nil {
		log.Fatalf("%s: %v\n%s", strings.Join(words, " "), err, text)
	}
	return out
}

// layouts turns the lines "-> struct TYPE SIZE" and "-> field NAME OFFSET" of an assembly file into one row a struct.
func layouts(g *golden, l line, target, assembly string) {
	text, err := os.ReadFile(assembly)
	check(err)
	var row string
	for s := range strings.Lines(string(text)) {
		words := strings.Fields(s)
		if len(words) != 4 || words[0] != "->" {
			continue
		}
		n := strings.TrimLeft(words[3], "#$")
		if words[1] == "field" {
			row += fmt.Sprintf(" %s@%s", words[2], n)
			continue
		}
		if row != "" {
			g.add(l.name, row+"\n")
		}
		row = fmt.Sprintf("%s %s %s", words[2], target, n)
	}
	g.add(l.name, row+"\n")
}

var symbol = regexp.MustCompile(`^__mod_(?:device_table__kmod_tables__)?([a-z0-9_]+?)__(\w+?)(?:_device_table)?$`)

// tables runs modpost on the object, once for each of its tables: the names of the other tables' symbols are spoiled.
func tables(g *golden, l line, target, object string) {
	data, err := os.ReadFile(object)
	check(err)
	f, err := elf.NewFile(bytes.NewReader(data))
	check(err)
	symbols, err := f.Symbols()
	check(err)
	for _, s := range symbols {
		m := symbol.FindStringSubmatch(s.Name)
		if m == nil {
			continue
		}
		one := bytes.ReplaceAll(data, []byte("\x00__mod_"), []byte("\x00__xod_"))
		one = bytes.ReplaceAll(one, []byte("\x00__xod_"+s.Name[6:]+"\x00"), []byte("\x00"+s.Name+"\x00"))
		check(os.WriteFile(object, one, 0o644))
		content := make([]byte, s.Size)
		if section := f.Sections[s.Section]; section.Type != elf.SHT_NOBITS {
			all, err := section.Data()
			check(err)
			copy(content, all[s.Value:s.Value+s.Size])
		}
		g.add(l.name, fmt.Sprintf("table %s %s %s %d\n%s%s\n\n", m[1], m[2], target, len(content), dump(content), strings.Join(modpost(l, target), "\n")))
	}
}

// modpost gives the lines of standard error, and the aliases of tables.mod.c, as lines of the golden file.
func modpost(l line, target string) []string {
	mod := filepath.Join(*work, "tables.mod.c")
	os.Remove(mod)
	// A modpost for 32-bit targets that was built on a 64-bit machine believes that their pointers have 64 bits.
	loader, kbuild := *run, "kbuild"
	if strings.HasSuffix(target, "-32") {
		loader, kbuild = *run32, "kbuild32"
	}
	words := append(strings.Fields(loader), filepath.Join(*kernels, l.name, kbuild, "scripts", "mod", "modpost.real-"+target))
	if l.name != "6.1" {
		words = append(words, "-M")
	}
	words = append(words, "-e", "-w", "tables.o")
	c := exec.Command(words[0], words[1:]...)
	c.Dir = *work
	var stderr bytes.Buffer
	c.Stderr = &stderr
	failed := c.Run()
	var out []string
	for s := range strings.Lines(stderr.String()) {
		out = append(out, fmt.Sprintf("stderr %q", strings.TrimSuffix(s, "\n")))
	}
	text, err := os.ReadFile(mod)
	if (failed == nil) != (err == nil) {
		log.Fatalf("%v: %v, but %v\n%s", words, failed, err, stderr.Bytes())
	}
	for s := range strings.Lines(string(text)) {
		if a, ok := strings.CutPrefix(s, "MODULE_ALIAS(\""); ok {
			out = append(out, fmt.Sprintf("alias %q", strings.TrimSuffix(a, "\");\n")))
		}
	}
	return out
}

// golden collects blocks of text; what is the same for several lines is there once.
type golden struct {
	order []string
	lines map[string][]string
}

func newGolden() *golden { return &golden{lines: map[string][]string{}} }

func (g *golden) add(line, block string) {
	if g.lines[block] == nil {
		g.order = append(g.order, block)
	}
	g.lines[block] = append(g.lines[block], line)
}

// write makes a file of the blocks, each behind its lines and a separator, in the order of their first words.
func (g *golden) write(name, heading, separator string, words int) {
	slices.SortStableFunc(g.order, func(x, y string) int {
		return slices.Compare(strings.Fields(x)[:words], strings.Fields(y)[:words])
	})
	var b strings.Builder
	b.WriteString("# Made by make.go: " + heading + "\n")
	for _, block := range g.order {
		b.WriteString("lines " + strings.Join(g.lines[block], " ") + separator + block)
	}
	check(os.WriteFile(name, []byte(b.String()), 0o644))
}

// dump shows the runs of bytes that are not zero.
func dump(b []byte) string {
	var s strings.Builder
	for i := 0; i < len(b); i++ {
		if b[i] == 0 {
			continue
		}
		end := i + 1
		for j := i; j < len(b) && j < end+4; j++ {
			if b[j] != 0 {
				end = j + 1
			}
		}
		fmt.Fprintf(&s, "at %d %s\n", i, hex.EncodeToString(b[i:end]))
		i = end
	}
	return s.String()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

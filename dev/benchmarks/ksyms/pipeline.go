package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/kmod"
	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// An input is the files that the ways read and write.
type input struct {
	modules          int
	list             string // of modules, one a line
	scan, needed     string // arguments of ksymtrim
	result           string // the needed set
	usyms, autoksyms string // of the pipeline
}

// prepare unpacks the modules below a folder and writes the arguments.
func prepare(modules, work string) (*input, error) {
	work, err := filepath.Abs(work)
	if err != nil {
		return nil, err
	}
	file := func(name string) string { return filepath.Join(work, name) }
	in := &input{
		list: file("list"), scan: file("scan.params"), needed: file("needed.params"), result: file("needed.ksyms"),
		usyms: file("usyms"), autoksyms: file("autoksyms.h"),
	}
	var paths []string
	err = filepath.WalkDir(modules, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if _, ok := kmod.Name(path); !ok {
			return nil
		}
		rel, err := filepath.Rel(modules, path)
		if err != nil {
			return err
		}
		stem, _, _ := strings.Cut(rel, ".ko")
		unpacked := filepath.Join(work, "modules", stem+".ko")
		paths = append(paths, unpacked)
		if _, err := os.Stat(unpacked); err == nil {
			return nil
		}
		m, err := kmod.Read(path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(unpacked), 0o777); err != nil {
			return err
		}
		return os.WriteFile(unpacked, m.Data, 0o666)
	})
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: no modules (.ko, .ko.xz) below it", modules)
	}
	if strings.ContainsAny(work, " \n=") {
		return nil, fmt.Errorf("%s: use a folder without spaces in its path", work)
	}
	in.modules = len(paths)
	summaries := file("all.ksyms")
	scan := []string{"scan", "--as-modules", "--out", summaries}
	for _, p := range paths {
		scan = append(scan, "--object", p)
	}
	for name, lines := range map[string][]string{
		in.list:   paths,
		in.scan:   scan,
		in.needed: {"needed", "--ksyms", summaries, "--out", in.result},
	} {
		if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o666); err != nil {
			return nil, err
		}
	}
	return in, os.MkdirAll(in.usyms, 0o777)
}

// pipelineCommands are the steps of 6.1 (scripts/Makefile.build and
// scripts/gen_autoksyms.sh), in our words: nm and sed write what each module
// leaves undefined to a file of its own; then the names of all are sorted, each
// kept once, and written as defines. Where make would start a shell a module,
// one here does many, and as many run at a time as there are processors.
func pipelineCommands(nm string, in *input) [][]string {
	const each = `i=0; for ko; do i=$((i+1)); $0 "$ko" | sed -n 's/^ *U //p' > usyms/$$.$i; done`
	const gather = `find usyms -type f -exec cat {} + | sort -u | sed -e '/^__this_module$/d' -e 's/.*/#define __KSYM_& 1/' > autoksyms.h`
	jobs := strconv.Itoa(runtime.GOMAXPROCS(0))
	return [][]string{
		{"sh", "-c", "rm -rf usyms && mkdir usyms"},
		{"xargs", "-a", in.list, "-n", "200", "-P", jobs, "sh", "-c", each, nm},
		{"sh", "-c", gather},
	}
}

// compare returns how many symbols are needed, and an error if the pipeline
// and ksymtrim differ in which modules import strongly.
func compare(in *input) (int, error) {
	set, err := ksyms.ReadNeededFile(in.result)
	if err != nil {
		return 0, err
	}
	var ours []string
	for _, s := range set.Symbols {
		if slices.ContainsFunc(s.Reasons, func(r *ksympb.Reason) bool { return r.Kind == ksympb.Reason_KIND_IMPORT }) {
			ours = append(ours, s.Name)
		}
	}
	data, err := os.ReadFile(in.autoksyms)
	if err != nil {
		return 0, err
	}
	var theirs []string
	for line := range strings.Lines(string(data)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "#define __KSYM_"); ok {
			theirs = append(theirs, strings.TrimSuffix(name, " 1"))
		}
	}
	slices.Sort(theirs)
	if !slices.Equal(ours, theirs) {
		return 0, fmt.Errorf("the pipeline finds %d symbols, ksymtrim %d, or others: compare %s with %s", len(theirs), len(ours), in.autoksyms, in.result)
	}
	return len(set.Symbols), nil
}

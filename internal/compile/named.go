package compile

import (
	"fmt"
	"os"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/exporttext"
)

// markerMark is before the name of each symbol that an object compiled trimmed
// exports, or would if it were needed (include/linux/export.h of Linux 6.1).
const markerMark = "__ksym_marker_"

// symbolGet is the function that symbol_get calls.
const symbolGet = "__symbol_get"

// checkNamed checks of an object that is compiled trimmed, and never untrimmed,
// what was taken from its source's text: that this names all exports of it, since
// its slice of autoksyms.h was cut by those names, and that it asks for no symbol.
func (j *job) checkNamed(u *Unit, object string) error {
	src, err := os.ReadFile(u.SourceFile)
	if err != nil {
		return err
	}
	text, _ := csource.Blank(src)
	named := exporttext.Named(text)
	f, err := elfobj.Open(object)
	if err != nil {
		return err
	}
	defer f.Close()
	table, err := f.Symbols()
	if err != nil {
		return err
	}
	for s := range table.All() {
		name, err := table.Name(s)
		if err != nil {
			return err
		}
		symbol, marker := strings.CutPrefix(name, markerMark)
		if marker && s.Defined() && !named.Has(symbol) {
			return j.notNamed(u, fmt.Sprintf("exports %s, which its text does not name to a macro such as EXPORT_SYMBOL", symbol))
		}
		if name == symbolGet && !s.Defined() {
			return j.notNamed(u, "uses symbol_get")
		}
	}
	return nil
}

func (j *job) notNamed(u *Unit, what string) error {
	return fmt.Errorf("%s: %s, and did not when the kernel's repository was made: make it anew, bazel fetch --force --repo=@NAME",
		strings.TrimPrefix(u.Source, j.Cwd+"/"), what)
}

package compile

import (
	"fmt"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/exporttext"
)

// checkNamed checks of an object that is compiled trimmed, and never untrimmed,
// what was taken from its source's text: that this names all exports of it, since
// its slice of autoksyms.h was cut by those names, and that it asks for no symbol.
func (j *job) checkNamed(u *Unit, e exports) error {
	text, err := exporttext.ReadSource(u.SourceFile)
	if err != nil {
		return err
	}
	named := exporttext.Named(text, u.Others...)
	for _, symbol := range e.marked {
		if !named.Has(symbol) {
			return j.notNamed(u, fmt.Sprintf("exports %s, which its text does not name to a macro such as EXPORT_SYMBOL", symbol))
		}
	}
	if e.asks {
		return j.notNamed(u, "uses symbol_get")
	}
	return nil
}

func (j *job) notNamed(u *Unit, what string) error {
	return fmt.Errorf("%s: %s, and did not when the kernel's repository was made: make it anew, bazel fetch --force --repo=@NAME",
		strings.TrimPrefix(u.Source, j.Cwd+"/"), what)
}

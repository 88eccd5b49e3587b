package symslice

import (
	"fmt"
	"os"

	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// Join writes the Module.symvers of several modules, in the order given. Each
// is read first, so that what is written is one, too.
func Join(files []string, out string) error {
	if out == "" {
		return fmt.Errorf("--out is required")
	}
	var all []symvers.Entry
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		entries, err := symvers.Parse(file, data)
		if err != nil {
			return err
		}
		all = append(all, entries...)
	}
	return os.WriteFile(out, symvers.Format(all), 0o644)
}

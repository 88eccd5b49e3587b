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
	var read []File
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		read = append(read, File{Name: name, Data: data})
	}
	all, err := Joined(read)
	if err != nil {
		return err
	}
	return os.WriteFile(out, all, 0o644)
}

// Joined returns what Join writes.
func Joined(files []File) ([]byte, error) {
	var all []symvers.Entry
	for _, file := range files {
		entries, err := symvers.Parse(file.Name, file.Data)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return symvers.Format(all), nil
}

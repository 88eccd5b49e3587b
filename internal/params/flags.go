package params

import (
	"flag"
	"fmt"
	"strings"
)

// ParseFlags parses args, of which all must be flags.
func ParseFlags(flags *flag.FlagSet, args []string) error {
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("argument %q is not a flag", flags.Arg(0))
	}
	return nil
}

// StringsVar makes a flag that may be repeated: its values go to a list, in order.
func StringsVar(flags *flag.FlagSet, to *[]string, name, usage string) {
	flags.Func(name, usage, func(s string) error {
		*to = append(*to, s)
		return nil
	})
}

// Pair splits NAME=VALUE at its first =. Either being empty is an error.
func Pair(s string) (name, value string, err error) {
	name, value, found := strings.Cut(s, "=")
	if !found || name == "" || value == "" {
		return "", "", fmt.Errorf("%q is not of the form NAME=VALUE", s)
	}
	return name, value, nil
}

// Pairs makes a flag NAME=VALUE that may be repeated; each is added.
func Pairs(flags *flag.FlagSet, name, usage string, add func(name, value string)) {
	flags.Func(name, usage, func(s string) error {
		before, after, err := Pair(s)
		if err == nil {
			add(before, after)
		}
		return err
	})
}

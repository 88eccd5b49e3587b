package params

import (
	"flag"
	"fmt"
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

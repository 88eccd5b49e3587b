package main

import (
	"flag"
	"io"
)

// newFlags makes the flags of a verb. Its usage goes to stderr.
func newFlags(name string, stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	return flags
}

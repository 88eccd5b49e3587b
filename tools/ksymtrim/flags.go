package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

// newFlags makes the flags of a verb. Its usage goes to stderr.
func newFlags(name string, stderr io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(stderr)
	return flags
}

// A list is the values of a flag that may be repeated, in order.
type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(v string) error {
	if v == "" {
		return fmt.Errorf("an empty value")
	}
	*l = append(*l, v)
	return nil
}

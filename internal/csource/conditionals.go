package csource

import (
	"bytes"
	"regexp"
)

// A truth is what is known of a condition.
type truth int

const (
	maybe truth = iota
	no
	yes
)

func (t truth) not() truth {
	switch t {
	case no:
		return yes
	case yes:
		return no
	}
	return maybe
}

func (t truth) and(other truth) truth {
	switch {
	case t == no || other == no:
		return no
	case t == yes && other == yes:
		return yes
	}
	return maybe
}

// Taken returns a text without the lines that conditionals on one option leave out;
// defined says which macros autoconf.h defines. Lines that other conditionals may
// leave out stay. Comments must be gone (Blank).
func Taken(text []byte, defined func(macro string) bool) []byte {
	type conditional struct{ branch, rest truth }
	var open []conditional
	taken := make([]byte, 0, len(text))
	for line := range bytes.Lines(text) {
		word, condition := directive(line)
		last := len(open) - 1
		switch {
		case word == "if" || word == "ifdef" || word == "ifndef":
			is := evaluate(word, condition, defined)
			open = append(open, conditional{is, is.not()})
		case last < 0:
		case word == "elif":
			is := evaluate("if", condition, defined)
			open[last].branch, open[last].rest = open[last].rest.and(is), open[last].rest.and(is.not())
		case word == "else":
			open[last].branch = open[last].rest
		case word == "endif":
			open = open[:last]
		}
		left := false
		for _, c := range open {
			left = left || c.branch == no
		}
		if left {
			line = line[len(bytes.TrimSuffix(line, []byte("\n"))):]
		}
		taken = append(taken, line...)
	}
	return taken
}

// directive returns the name of a directive of the preprocessor, and what follows;
// both are empty in other lines.
func directive(line []byte) (word string, rest []byte) {
	line, is := bytes.CutPrefix(bytes.TrimSpace(line), []byte("#"))
	if !is {
		return "", nil
	}
	line = bytes.TrimSpace(line)
	end := bytes.IndexFunc(line, func(r rune) bool { return r < 'a' || r > 'z' })
	if end < 0 {
		end = len(line)
	}
	return string(line[:end]), bytes.TrimSpace(line[end:])
}

// onOption is a condition on one option.
var onOption = regexp.MustCompile(`^(!?) *(?:(defined|IS_ENABLED|IS_REACHABLE|IS_BUILTIN|IS_MODULE) *)?\(? *(CONFIG_\w+) *\)?$`)

func evaluate(word string, condition []byte, defined func(macro string) bool) truth {
	m := onOption.FindSubmatch(condition)
	if m == nil {
		return maybe
	}
	of, option := string(m[2]), string(m[3])
	if (of == "") != (word != "if") {
		return maybe // a value, or what the preprocessor does not take
	}
	is := defined(option)
	switch of {
	case "IS_ENABLED":
		is = is || defined(option+"_MODULE")
	case "IS_REACHABLE":
		if !is && defined(option+"_MODULE") {
			return maybe // in modules
		}
	case "IS_MODULE":
		is = defined(option + "_MODULE")
	}
	result := no
	if is {
		result = yes
	}
	if (len(m[1]) > 0) != (word == "ifndef") {
		return result.not()
	}
	return result
}

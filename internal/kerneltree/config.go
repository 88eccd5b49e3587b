package kerneltree

import (
	"fmt"
	"regexp"
	"strings"
)

// A Fragment is a part of a configuration, to be merged over a whole one.
type Fragment struct {
	Name string // in messages: its label
	Text string
}

// An option is what a line of a configuration says.
type option struct {
	name  string // with CONFIG_
	value string // as it stands in the line; n for one that is not set
}

var (
	setLine   = regexp.MustCompile(`^(CONFIG_[A-Za-z0-9_]+)=(.*)$`)
	unsetLine = regexp.MustCompile(`^# (CONFIG_[A-Za-z0-9_]+) is not set$`)
)

// parseOption reads a line; ok is false for one that is empty or a comment.
func parseOption(line string) (o option, ok bool, err error) {
	line = strings.TrimRight(line, " \t\r\n")
	if m := setLine.FindStringSubmatch(line); m != nil {
		return option{m[1], m[2]}, true, nil
	}
	if m := unsetLine.FindStringSubmatch(line); m != nil {
		return option{m[1], "n"}, true, nil
	}
	if line == "" || strings.HasPrefix(line, "#") {
		return option{}, false, nil
	}
	return option{}, false, fmt.Errorf("%q is neither CONFIG_NAME=value, nor \"# CONFIG_NAME is not set\", nor a comment", line)
}

func parseConfig(name, text string) ([]option, error) {
	var options []option
	number := 0
	for line := range strings.Lines(text) {
		number++
		o, ok, err := parseOption(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, number, err)
		}
		if ok {
			options = append(options, o)
		}
	}
	return options, nil
}

func (o option) String() string {
	if o.value == "n" {
		return "# " + o.name + " is not set"
	}
	return o.name + "=" + o.value
}

// A wish is an option that a fragment asks for, and no later one asks for
// otherwise.
type wish struct {
	option
	fragment string
}

// merge lays fragments over a configuration. It returns the text for Kconfig
// to resolve, and what the result has to have.
func merge(base Fragment, fragments []Fragment) (text string, wishes []wish, err error) {
	options, err := parseConfig(base.Name, base.Text)
	if err != nil {
		return "", nil, err
	}
	last := map[string]int{} // by option: index in all
	var all []wish
	for _, o := range options {
		last[o.name] = len(all)
		all = append(all, wish{option: o})
	}
	for _, f := range fragments {
		options, err := parseConfig(f.Name, f.Text)
		if err != nil {
			return "", nil, err
		}
		for _, o := range options {
			last[o.name] = len(all)
			all = append(all, wish{o, f.Name})
		}
	}
	var merged strings.Builder
	for i, w := range all {
		if last[w.name] != i {
			continue
		}
		merged.WriteString(w.option.String() + "\n")
		if w.fragment != "" {
			wishes = append(wishes, w)
		}
	}
	return merged.String(), wishes, nil
}

// unmet says which wishes a resolved configuration does not fulfil, a line
// each.
func unmet(wishes []wish, config string) ([]string, error) {
	options, err := parseConfig(".config", config)
	if err != nil {
		return nil, err
	}
	values := map[string]string{}
	for _, o := range options {
		values[o.name] = o.value
	}
	var lines []string
	for _, w := range wishes {
		became, there := values[w.name]
		switch {
		case became == w.value, !there && w.value == "n":
			continue
		case !there:
			became = "it is not there: Kconfig knows no such option, or what it depends on is off"
		case became == "n":
			became = "it is not set: what it depends on is off"
		default:
			became = "it is " + became
		}
		lines = append(lines, fmt.Sprintf("%s asks for %s=%s, and in the kernel's configuration %s", w.fragment, w.name, w.value, became))
	}
	return lines, nil
}

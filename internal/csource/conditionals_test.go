package csource_test

import (
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

func TestLinesThatAnOptionLeavesOutAreNotTaken(t *testing.T) {
	defined := func(macro string) bool { return macro == "CONFIG_ON" || macro == "CONFIG_MOD_MODULE" }
	for _, tt := range []struct{ text, want string }{
		{"a\n#ifdef CONFIG_ON\nb\n#else\nc\n#endif\nd\n", "a b d"},
		{"#ifdef CONFIG_OFF\na\n#else\nb\n#endif\n", "b"},
		{"#ifndef CONFIG_OFF\na\n#endif\n#ifndef CONFIG_ON\nb\n#endif\n", "a"},
		{"#if IS_ENABLED(CONFIG_MOD)\na\n#endif\n#if IS_BUILTIN(CONFIG_MOD)\nb\n#endif\n#ifdef CONFIG_MOD\nc\n#endif\n", "a"},
		{"#if IS_MODULE(CONFIG_MOD)\na\n#endif\n#if IS_REACHABLE(CONFIG_MOD)\nb\n#else\nc\n#endif\n", "a b c"},
		{"# if !defined(CONFIG_ON)\na\n# elif defined CONFIG_ON\nb\n# else\nc\n# endif\n", "b"},
		{"#if defined(CONFIG_OFF) || X\na\n#elif defined(CONFIG_OFF)\nb\n#else\nc\n#endif\n", "a c"},
		{"#if X\na\n#else\nb\n#endif\n#ifdef FOO\nc\n#endif\n", "a b c"},
		{"#ifdef CONFIG_OFF\n#ifdef CONFIG_ON\na\n#else\nb\n#endif\nc\n#define D e\n#endif\nf", "f"},
		{"#if CONFIG_ON\na\n#endif\n", "a"},
		{"#else\na\n#endif\nb\n", "a b"},
		{"#ifdef CONFIG_OFF\na", ""},
	} {
		var left []string
		taken := string(csource.Taken([]byte(tt.text), defined))
		for _, line := range strings.Split(taken, "\n") {
			if !strings.Contains(line, "#") && line != "" {
				left = append(left, line)
			}
		}
		if got := strings.Join(left, " "); got != tt.want {
			t.Errorf("of %q is taken %q, want %q", tt.text, got, tt.want)
		}
		if got, want := strings.Count(taken, "\n"), strings.Count(tt.text, "\n"); got != want {
			t.Errorf("%q has %d lines, and is taken %d", tt.text, want, got)
		}
	}
}

package compile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// A command of a template with the environment that stands before it, as in
// `LLVM_OBJCOPY=objcopy pahole ...`.
type command struct {
	env   map[string]string
	words []string
}

func splitEnvironment(words []string) command {
	c := command{env: map[string]string{}, words: words}
	for len(c.words) > 0 {
		name, value, found := strings.Cut(c.words[0], "=")
		if !found || name == "" || strings.ContainsFunc(name, func(r rune) bool {
			return r != '_' && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
		}) {
			break
		}
		c.env[name] = value
		c.words = c.words[1:]
	}
	return c
}

// btf runs the commands that add BTF to the linked module. Vmlinux is placed
// where they look for the kernel's own. A command that begins with a word
// `?PATH` runs only if an earlier one made that file.
func (j *job) btf(commands [][]string, vmlinux string) error {
	placed := map[string]bool{}
	for _, words := range commands {
		words, wanted, err := j.condition(words)
		if err != nil {
			return err
		}
		if !wanted {
			continue
		}
		c := splitEnvironment(words)
		if len(c.words) == 0 {
			return fmt.Errorf("a BTF command without a program: %q", words)
		}
		if err := j.placeVmlinux(c.words, vmlinux, placed); err != nil {
			return err
		}
		if err := j.btfTool(c); err != nil {
			return err
		}
	}
	return nil
}

// condition takes the word `?PATH` off a command and says whether that file
// is there.
func (j *job) condition(words []string) ([]string, bool, error) {
	if len(words) == 0 || !strings.HasPrefix(words[0], "?") {
		return words, true, nil
	}
	file, err := j.word(strings.TrimPrefix(words[0], "?"))
	if err != nil {
		return nil, false, err
	}
	_, err = os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	return words[1:], err == nil, err
}

func (j *job) placeVmlinux(words []string, vmlinux string, placed map[string]bool) error {
	for i, word := range words[:len(words)-1] {
		if word != "--btf_base" && word != "-b" {
			continue
		}
		p, err := j.word(words[i+1])
		if err != nil {
			return err
		}
		if placed[p] {
			continue
		}
		placed[p] = true
		if err := j.place(strings.TrimPrefix(p, j.root.Path+"/"), vmlinux); err != nil {
			return err
		}
	}
	return nil
}

// btfTool runs pahole or resolve_btfids. Pahole runs objcopy by a shell; it
// gets one that starts with the SDK's own loader.
func (j *job) btfTool(c command) error {
	var env []string
	if objcopy := c.env["LLVM_OBJCOPY"]; objcopy != "" {
		line, err := j.kit.Shell(objcopy)
		if err != nil {
			return err
		}
		env = append(env, "LLVM_OBJCOPY="+line)
	}
	return j.tool(reproducible(c.words), env...)
}

// reproducible drops pahole's -j unless the order of its output is fixed by
// --btf_features=+reproducible_build: with several threads alone it depends on
// which is first (scripts/Makefile.btf of Linux 6.12).
func reproducible(words []string) []string {
	if !strings.HasSuffix(words[0], "pahole") || slices.ContainsFunc(words, func(w string) bool {
		return strings.HasPrefix(w, "--btf_features") && strings.Contains(w, "reproducible_build")
	}) {
		return words
	}
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool {
		digits, is := strings.CutPrefix(w, "-j")
		return is && strings.Trim(digits, "0123456789") == ""
	})
}

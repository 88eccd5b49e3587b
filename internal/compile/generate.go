package compile

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
)

// A Generation is files that shell commands of a Makefile make.
type Generation struct {
	Common
	Busybox string   // the shell and small programs: a static busybox
	Files   []Input  // what the commands read
	Folders []Input  // folders of the kernel that they may read; each is linked
	Lines   []string // shell text, templates
	Outs    []Input  // what they make, and where to copy it
}

// Generate runs shell commands in a private root, by the shell and the programs
// of the SDK.
func Generate(g Generation) error {
	j, err := newJob(g.Common, files(g.Files)...)
	if err != nil {
		return err
	}
	defer j.close()
	for _, in := range append(g.Folders, g.Files...) {
		if err := j.place(in.Canonical, in.File); err != nil {
			return err
		}
	}
	for _, out := range g.Outs {
		if err := os.MkdirAll(path.Dir(j.path(out.Canonical)), 0o755); err != nil {
			return err
		}
	}
	shell, err := j.shell(g.Busybox)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, line := range g.Lines {
		expanded, err := j.Vars.Word(line)
		if err != nil {
			return err
		}
		text.WriteString(expanded + "\n")
	}
	environment := "PATH=" + j.root.Path + "/bin:" + j.root.Path + "/applets"
	if err := j.run("the command", []string{shell, "sh", "-e", "-c", text.String()}, nil, nil, environment); err != nil {
		return err
	}
	for _, out := range g.Outs {
		if err := save(j.path(out.Canonical), out.File); err != nil {
			return fmt.Errorf("the command made no %s: %w", out.Canonical, err)
		}
	}
	return nil
}

// shell links busybox's programs into the private root and returns busybox.
func (j *job) shell(busybox string) (string, error) {
	if err := j.place("busybox", busybox); err != nil {
		return "", err
	}
	applets := j.path("applets")
	if err := os.Mkdir(applets, 0o755); err != nil {
		return "", err
	}
	shell := j.path("busybox")
	if out, err := exec.Command(shell, "--install", "-s", applets).CombinedOutput(); err != nil {
		return "", fmt.Errorf("busybox --install: %w: %s", err, out)
	}
	return shell, nil
}

package compile

import (
	"bytes"
	"os"
	"path"
	"strings"
)

// print writes what a command said, with the paths that a user knows: those of
// workspace files from the top of the workspace, others as on a machine with
// the headers installed.
func (j *job) print(text []byte) {
	for line := range bytes.Lines(text) {
		j.Messages.Write([]byte(j.userPaths(string(line))))
	}
}

func (j *job) userPaths(line string) string {
	line = j.absoluteHead(line)
	line = strings.ReplaceAll(line, j.root.Path+"/"+Workspace+"/", "")
	return strings.ReplaceAll(line, j.root.Path+"/", "/")
}

// Before a path at the beginning of GCC's lines.
var leads = []string{"In file included from ", "                 from ", "from "}

// absoluteHead makes absolute a path relative to the command's folder that
// begins a line, as in `hello.c:3:1: error`.
func (j *job) absoluteHead(line string) string {
	lead := ""
	for _, l := range leads {
		if strings.HasPrefix(line, l) {
			lead = l
			break
		}
	}
	rest := line[len(lead):]
	name, _, found := strings.Cut(rest, ":")
	if !found || name == "" || strings.HasPrefix(name, "/") || strings.ContainsAny(name, " \t\n") {
		return line
	}
	absolute := path.Join(j.dir, name)
	if _, err := os.Lstat(absolute); err != nil {
		return line
	}
	return lead + absolute + rest[len(name):]
}

// workspacePath is how a user knows the file at a path below the root.
func (j *job) workspacePath(p string) string {
	return strings.TrimSuffix(j.userPaths(p+"\n"), "\n")
}

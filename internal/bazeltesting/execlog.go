package bazeltesting

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A Spawn is an action that a build had to execute or fetch, as the execution log has it (spawn.proto's SpawnExec, in JSON). What Bazel's
// own action cache knew to be up to date is not in the log.
type Spawn struct {
	Mnemonic      string   `json:"mnemonic"`
	TargetLabel   string   `json:"targetLabel"`
	CommandArgs   []string `json:"commandArgs"`
	ListedOutputs []string `json:"listedOutputs"` // exec paths
	Runner        string   `json:"runner"`        // "linux-sandbox", "disk cache hit", ...
	CacheHit      bool     `json:"cacheHit"`      // its outputs came from a disk or remote cache
	ExitCode      int      `json:"exitCode"`
	Inputs        []File   `json:"inputs"`
	ActualOutputs []File   `json:"actualOutputs"`
	Environment   []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"environmentVariables"`
}

// A File is an input or output of a Spawn.
type File struct {
	Path   string `json:"path"` // exec path
	Digest struct {
		Hash string `json:"hash"` // SHA-256, hexadecimal
	} `json:"digest"`
}

// A Log is the actions of one build.
type Log []Spawn

// Build builds the targets, which has to succeed, and returns what was executed for it.
func (w *Workspace) Build(args ...string) Log {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "execution.json")
	w.MustBazel(append([]string{"build", "--execution_log_json_file=" + path, "--noexecution_log_sort"}, args...)...)
	f, err := os.Open(path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	log, err := ReadLog(f)
	if err != nil {
		w.t.Fatalf("%s: %v", path, err)
	}
	return log
}

// ReadLog reads what --execution_log_json_file writes: JSON objects, one after the other.
func ReadLog(r io.Reader) (Log, error) {
	var log Log
	dec := json.NewDecoder(r)
	for {
		var s Spawn
		if err := dec.Decode(&s); err == io.EOF {
			return log, nil
		} else if err != nil {
			return nil, fmt.Errorf("execution log, after %d actions: %w", len(log), err)
		}
		log = append(log, s)
	}
}

// Executed returns the actions that really ran, leaving out those that came from a cache.
func (l Log) Executed() Log {
	return l.filter(func(s Spawn) bool { return !s.CacheHit })
}

// Mnemonic returns the actions of one kind.
func (l Log) Mnemonic(name string) Log {
	return l.filter(func(s Spawn) bool { return s.Mnemonic == name })
}

// Target returns the actions of one target, by its label as the log has it (//pkg:name).
func (l Log) Target(label string) Log {
	return l.filter(func(s Spawn) bool { return s.TargetLabel == label })
}

// Outputs returns the first output of each action, to name the actions in messages.
func (l Log) Outputs() []string {
	var out []string
	for _, s := range l {
		name := s.Mnemonic
		if len(s.ListedOutputs) > 0 {
			name += " " + s.ListedOutputs[0]
		}
		out = append(out, name)
	}
	return out
}

func (l Log) filter(keep func(Spawn) bool) Log {
	var out Log
	for _, s := range l {
		if keep(s) {
			out = append(out, s)
		}
	}
	return out
}

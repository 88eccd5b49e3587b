package property

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// An action is one of the rules': what it is called with, what it may read, and what it makes. How it does so is in programs, by kind:
// an action has no way to read what it does not declare.
type action struct {
	kind    string // the mnemonic
	name    string // what it is about, for messages
	args    []string
	inputs  []string
	outputs []string
}

// A program does the work of a kind of action.
type program func(args []string, inputs [][]byte) (outputs [][]byte, err error)

// A file is what an action read or made.
type file struct {
	data   []byte
	time   int64 // as a filesystem has it, in seconds; content is all that Bazel's keys are made of
	summed bool
	digest [sha256.Size]byte
}

func newFile(data []byte, time int64) *file { return &file{data: data, time: time} }

func (f *file) sum() [sha256.Size]byte {
	if !f.summed {
		f.digest, f.summed = sha256.Sum256(f.data), true
	}
	return f.digest
}

// A tree of files, by path.
type tree map[string]*file

// A memory is what an evaluator knows of earlier runs.
type memory interface {
	// recall returns the outputs of an action if they are up to date.
	recall(a *action, inputs []*file) ([]*file, bool)
	remember(a *action, inputs, outputs []*file)
	// now is the time that files get, and tick lets it pass.
	now() int64
	tick()
}

// A result is all that a build has made.
type result struct {
	files  tree
	errors map[string]string // of actions, by name
	ran    []*action         // those that no memory had
}

// build runs the actions, each after those that make its inputs. An action whose inputs could not be made is left out.
func build(actions []*action, sources tree, programs map[string]program, m memory) *result {
	r := &result{files: maps.Clone(sources), errors: map[string]string{}}
	for _, a := range actions {
		inputs := make([]*file, len(a.inputs))
		missing := false
		for i, name := range a.inputs {
			inputs[i] = r.files[name]
			missing = missing || inputs[i] == nil
		}
		if missing {
			continue
		}
		outputs, ok := m.recall(a, inputs)
		if !ok {
			r.ran = append(r.ran, a)
			data := make([][]byte, len(inputs))
			for i, f := range inputs {
				data[i] = f.data
			}
			made, err := programs[a.kind](a.args, data)
			if err != nil {
				r.errors[a.kind+" "+a.name] = err.Error()
				continue
			}
			outputs = nil
			m.tick()
			for _, d := range made {
				outputs = append(outputs, newFile(d, m.now()))
			}
			m.remember(a, inputs, outputs)
		}
		for i, name := range a.outputs {
			r.files[name] = outputs[i]
		}
	}
	return r
}

// difference says in what two results differ, or "".
func difference(got, want *result) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(want.files)) {
		switch f := got.files[name]; {
		case f == nil:
			lines = append(lines, name+" was not made")
		case f != want.files[name] && !bytes.Equal(f.data, want.files[name].data):
			lines = append(lines, name+" has other bytes: "+around(f.data, want.files[name].data))
		}
	}
	for name := range got.files {
		if want.files[name] == nil {
			lines = append(lines, name+" was made, and should not be")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want.errors)) {
		if got.errors[name] != want.errors[name] {
			lines = append(lines, fmt.Sprintf("%s: error %q, want %q", name, got.errors[name], want.errors[name]))
		}
	}
	for name := range got.errors {
		if want.errors[name] == "" {
			lines = append(lines, name+" failed: "+got.errors[name])
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// around shows where two files begin to differ.
func around(got, want []byte) string {
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	cut := func(b []byte) []byte { return b[max(0, min(len(b), at-20)):min(len(b), at+60)] }
	return fmt.Sprintf("%q, want %q", cut(got), cut(want))
}

// nothing is the memory of a clean build.
type nothing struct{}

func (nothing) recall(*action, []*file) ([]*file, bool) { return nil, false }
func (nothing) remember(*action, []*file, []*file)      {}
func (nothing) now() int64                              { return 0 }
func (nothing) tick()                                   {}

// digests is Bazel's memory: an action is known by what it is called with and by the content of what it reads. One like it that any
// build ran before is a hit, as with a disk cache.
type digests struct {
	known map[[sha256.Size]byte][]*file
	// blind leaves an input out of the key: a mistake, to see that it is found.
	blind func(input string) bool
}

func newDigests() *digests { return &digests{known: map[[sha256.Size]byte][]*file{}} }

func (d *digests) now() int64 { return 0 }
func (d *digests) tick()      {}

func (d *digests) key(a *action, inputs []*file) (key [sha256.Size]byte) {
	var b bytes.Buffer
	word := func(s string) {
		b.Write(binary.AppendUvarint(nil, uint64(len(s))))
		b.WriteString(s)
	}
	word(a.kind)
	for _, list := range [][]string{a.args, a.inputs, a.outputs} {
		b.Write(binary.AppendUvarint(nil, uint64(len(list))))
		for _, s := range list {
			word(s)
		}
	}
	for i, f := range inputs {
		if d.blind == nil || !d.blind(a.inputs[i]) {
			sum := f.sum()
			b.Write(sum[:])
		}
	}
	return sha256.Sum256(b.Bytes())
}

func (d *digests) recall(a *action, inputs []*file) ([]*file, bool) {
	outputs, ok := d.known[d.key(a, inputs)]
	return outputs, ok
}

func (d *digests) remember(a *action, inputs, outputs []*file) { d.known[d.key(a, inputs)] = outputs }

// forgetful remembers the last run of each action alone, as Bazel's action cache does: what ran is then what something changed for.
type forgetful struct {
	digests
	last map[string][sha256.Size]byte // by first output
}

func newForgetful() *forgetful { return &forgetful{*newDigests(), map[string][sha256.Size]byte{}} }

func (f *forgetful) recall(a *action, inputs []*file) ([]*file, bool) {
	if f.last[a.outputs[0]] != f.key(a, inputs) {
		return nil, false
	}
	return f.digests.recall(a, inputs)
}

func (f *forgetful) remember(a *action, inputs, outputs []*file) {
	f.last[a.outputs[0]] = f.key(a, inputs)
	f.digests.remember(a, inputs, outputs)
}

// stamps is Make's memory on a filesystem that has whole seconds: outputs are up to date if no input is newer and the command is the
// same. What comes out as it was keeps its time, as Kbuild's filechk has it.
type stamps struct {
	clock, step float64 // in seconds: now, and how long an edit or a tool takes
	last        map[string]stamped
}

type stamped struct {
	command string
	outputs []*file
}

func newStamps(step float64) *stamps { return &stamps{step: step, last: map[string]stamped{}} }

func (s *stamps) now() int64 { return int64(s.clock) }
func (s *stamps) tick()      { s.clock += s.step }

func command(a *action) string {
	return strings.Join(a.args, " ") + "\n" + strings.Join(a.inputs, " ") + "\n" + strings.Join(a.outputs, " ")
}

func (s *stamps) recall(a *action, inputs []*file) ([]*file, bool) {
	last, ok := s.last[a.outputs[0]]
	if !ok || last.command != command(a) {
		return nil, false
	}
	for _, in := range inputs {
		for _, out := range last.outputs {
			if in.time > out.time {
				return nil, false
			}
		}
	}
	return last.outputs, true
}

func (s *stamps) remember(a *action, _, outputs []*file) {
	for i, old := range s.last[a.outputs[0]].outputs {
		if i < len(outputs) && bytes.Equal(old.data, outputs[i].data) && slices.Contains(cutting, a.kind) {
			outputs[i].time = old.time
		}
	}
	s.last[a.outputs[0]] = stamped{command(a), outputs}
}

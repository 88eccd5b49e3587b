package bzldoc

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// Repository is the name by which users of the rules call the repository.
const Repository = "@rules_kbuild"

// A Reader reads the .bzl files of a repository, each once.
type Reader struct {
	Root  string // the repository's folder
	files map[string]*source
}

// A source is a parsed file with what its names stand for.
type source struct {
	reader  *Reader
	path    string // in the repository
	file    *build.File
	values  map[string]build.Expr // what is assigned at the top level
	defs    map[string]*build.DefStmt
	loads   map[string]load
	ordered []string // the names of values and defs, as the file has them
}

// A load is where a loaded name comes from.
type load struct{ path, name string }

func (r *Reader) source(name string) (*source, error) {
	if s := r.files[name]; s != nil {
		return s, nil
	}
	text, err := os.ReadFile(filepath.Join(r.Root, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	file, err := build.ParseBzl(name, text)
	if err != nil {
		return nil, err
	}
	s := &source{
		reader: r,
		path:   name,
		file:   file,
		values: map[string]build.Expr{},
		defs:   map[string]*build.DefStmt{},
		loads:  map[string]load{},
	}
	for _, stmt := range file.Stmt {
		s.enter(stmt)
	}
	if r.files == nil {
		r.files = map[string]*source{}
	}
	r.files[name] = s
	return s, nil
}

func (s *source) enter(stmt build.Expr) {
	switch stmt := stmt.(type) {
	case *build.LoadStmt:
		from := FilePath(stmt.Module.Value, path.Dir(s.path))
		for i := range stmt.From {
			s.loads[stmt.To[i].Name] = load{from, stmt.From[i].Name}
		}
	case *build.AssignExpr:
		lhs := stmt.LHS
		// A provider with an init has a raw constructor beside it: Info, _new = provider(...)
		if tuple, ok := lhs.(*build.TupleExpr); ok && len(tuple.List) > 0 {
			lhs = tuple.List[0]
		}
		if name, ok := lhs.(*build.Ident); ok {
			s.values[name.Name] = stmt.RHS
			s.ordered = append(s.ordered, name.Name)
		}
	case *build.DefStmt:
		s.defs[stmt.Name] = stmt
		s.ordered = append(s.ordered, stmt.Name)
	}
}

// FilePath returns the path in the repository of the file that a label names, read in the package pkg; a label of
// another repository is returned as it is.
func FilePath(label, pkg string) string {
	label = strings.TrimPrefix(label, Repository)
	rest, absolute := strings.CutPrefix(label, "//")
	switch {
	case absolute:
		return strings.TrimPrefix(strings.Replace(rest, ":", "/", 1), "/")
	case strings.HasPrefix(label, "@"):
		return label
	}
	return path.Join(pkg, strings.TrimPrefix(label, ":"))
}

// Loads returns the names that a file loads under another name and assigns again, as a table of contents does, by the
// file that has them: NAME = _NAME after load(":x.bzl", _NAME = "NAME").
func (r *Reader) Loads(name string) (files []string, names map[string][]string, err error) {
	s, err := r.source(name)
	if err != nil {
		return nil, nil, err
	}
	names = map[string][]string{}
	for _, public := range s.ordered {
		id, ok := s.values[public].(*build.Ident)
		if !ok || strings.HasPrefix(public, "_") {
			continue
		}
		from, ok := s.loads[id.Name]
		if !ok {
			continue
		}
		if from.name != public {
			return nil, nil, fmt.Errorf("%s: %s is %s of %s; give it the same name", name, public, from.name, from.path)
		}
		if names[from.path] == nil {
			files = append(files, from.path)
		}
		names[from.path] = append(names[from.path], public)
	}
	return files, names, nil
}

func (s *source) at(e build.Expr) Pos {
	start, _ := e.Span()
	return Pos{s.path, start.Line}
}

func (s *source) errorf(e build.Expr, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", s.path, s.at(e).Line, fmt.Sprintf(format, args...))
}

// resolve follows names to what they stand for, and to the file that says so.
func (s *source) resolve(e build.Expr) (*source, build.Expr, error) {
	for range 100 {
		switch x := e.(type) {
		case *build.ParenExpr:
			e = x.X
		case *build.Ident:
			if value, ok := s.values[x.Name]; ok {
				e = value
				continue
			}
			from, ok := s.loads[x.Name]
			if !ok || strings.HasPrefix(from.path, "@") {
				return s, e, nil
			}
			next, err := s.reader.source(from.path)
			if err != nil {
				return nil, nil, s.errorf(x, "load %s: %v", x.Name, err)
			}
			s, e = next, &build.Ident{Name: from.name, NamePos: x.NamePos}
			if _, ok := s.values[from.name]; !ok {
				return s, e, nil
			}
		default:
			return s, e, nil
		}
	}
	return nil, nil, s.errorf(e, "names go round in a circle")
}

// text returns the value of an expression that is a string.
func (s *source) text(e build.Expr) (string, error) {
	at, x, err := s.resolve(e)
	if err != nil {
		return "", err
	}
	switch x := x.(type) {
	case *build.StringExpr:
		return x.Value, nil
	case *build.BinaryExpr:
		if x.Op == "+" {
			left, err := at.text(x.X)
			if err != nil {
				return "", err
			}
			right, err := at.text(x.Y)
			return left + right, err
		}
	case *build.CallExpr:
		if dot, ok := x.X.(*build.DotExpr); ok && dot.Name == "format" {
			return at.format(dot.X, x.List)
		}
	}
	return "", s.errorf(e, "not a text that can be read without running it: write a string, or + or format of strings")
}

// format is str.format with {}, {NAME} and no other fields.
func (s *source) format(pattern build.Expr, args []build.Expr) (string, error) {
	rest, err := s.text(pattern)
	if err != nil {
		return "", err
	}
	named := map[string]string{}
	var positional []string
	for _, arg := range args {
		assign, isNamed := arg.(*build.AssignExpr)
		if isNamed {
			arg = assign.RHS
		}
		value, err := s.text(arg)
		if err != nil {
			return "", err
		}
		if isNamed {
			named[assign.LHS.(*build.Ident).Name] = value
		} else {
			positional = append(positional, value)
		}
	}
	rest = strings.NewReplacer("{{", "\x00", "}}", "\x01").Replace(rest)
	var out strings.Builder
	for {
		before, after, found := strings.Cut(rest, "{")
		out.WriteString(before)
		if !found {
			return strings.NewReplacer("\x00", "{", "\x01", "}").Replace(out.String()), nil
		}
		var field string
		field, rest, found = strings.Cut(after, "}")
		value, known := named[field]
		switch {
		case known:
			out.WriteString(value)
		case found && field == "" && len(positional) > 0:
			out.WriteString(positional[0])
			positional = positional[1:]
		default:
			return "", s.errorf(pattern, "format: nothing for {%s}", field)
		}
	}
}

// An entry is a key of a dictionary and its value, which is to be read in the file at.
type entry struct {
	key   string
	pos   Pos
	at    *source
	value build.Expr
}

// dict returns the entries of an expression that is a dictionary with strings for keys. A later value of a key replaces
// an earlier one, in its place.
func (s *source) dict(e build.Expr) ([]entry, error) {
	at, x, err := s.resolve(e)
	if err != nil {
		return nil, err
	}
	switch x := x.(type) {
	case *build.DictExpr:
		var entries []entry
		for _, pair := range x.List {
			key, err := at.text(pair.Key)
			if err != nil {
				return nil, err
			}
			entries = put(entries, entry{key, at.at(pair.Key), at, pair.Value})
		}
		return entries, nil
	case *build.BinaryExpr:
		if x.Op == "|" {
			left, err := at.dict(x.X)
			if err != nil {
				return nil, err
			}
			right, err := at.dict(x.Y)
			if err != nil {
				return nil, err
			}
			for _, one := range right {
				left = put(left, one)
			}
			return left, nil
		}
	}
	return nil, s.errorf(e, "not a dictionary that can be read without running it: write a literal, or | of literals")
}

func put(entries []entry, e entry) []entry {
	for i := range entries {
		if entries[i].key == e.key {
			entries[i] = e
			return entries
		}
	}
	return append(entries, e)
}

// list returns the elements of an expression that is a list or tuple, and where to read them.
func (s *source) list(e build.Expr) (*source, []build.Expr, error) {
	at, x, err := s.resolve(e)
	if err != nil {
		return nil, nil, err
	}
	switch x := x.(type) {
	case *build.ListExpr:
		return at, x.List, nil
	case *build.TupleExpr:
		return at, x.List, nil
	}
	return nil, nil, s.errorf(e, "not a list that can be read without running it: write a literal")
}

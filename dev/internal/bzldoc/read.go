package bzldoc

import (
	"slices"
	"strings"

	"github.com/bazelbuild/buildtools/build"
)

// Read returns the public symbols of a file, given by its path in the repository.
func (r *Reader) Read(name string) (*File, error) {
	s, err := r.source(name)
	if err != nil {
		return nil, err
	}
	f := &File{Path: name, Doc: docstring(s.file.Stmt)}
	for _, symbol := range s.ordered {
		if strings.HasPrefix(symbol, "_") {
			continue
		}
		if def := s.defs[symbol]; def != nil {
			function, err := s.function(def)
			if err != nil {
				return nil, err
			}
			f.Functions = append(f.Functions, *function)
			continue
		}
		call, ok := s.values[symbol].(*build.CallExpr)
		if !ok {
			continue
		}
		switch callee(call) {
		case "rule", "repository_rule":
			rule, err := s.rule(symbol, call)
			if err != nil {
				return nil, err
			}
			f.Rules = append(f.Rules, *rule)
		case "provider":
			provider, err := s.provider(symbol, call)
			if err != nil {
				return nil, err
			}
			f.Providers = append(f.Providers, *provider)
		case "module_extension":
			extension, err := s.extension(symbol, call)
			if err != nil {
				return nil, err
			}
			f.Extensions = append(f.Extensions, *extension)
		}
	}
	return f, nil
}

// docstring returns the string that a file or a function begins with.
func docstring(body []build.Expr) string {
	for _, stmt := range body {
		switch stmt := stmt.(type) {
		case *build.CommentBlock:
			continue
		case *build.StringExpr:
			return dedent(stmt.Value)
		}
		break
	}
	return ""
}

// dedent takes from the lines after the first the spaces that all of them begin with.
func dedent(text string) string {
	lines := strings.Split(text, "\n")
	indent := -1
	for _, line := range lines[1:] {
		if n := len(line) - len(strings.TrimLeft(line, " ")); strings.TrimSpace(line) != "" && (indent < 0 || n < indent) {
			indent = n
		}
	}
	for i := range lines {
		if i > 0 && indent > 0 && len(lines[i]) >= indent {
			lines[i] = lines[i][indent:]
		}
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// callee returns the name that a call calls: rule, attr.label.
func callee(call *build.CallExpr) string {
	switch x := call.X.(type) {
	case *build.Ident:
		return x.Name
	case *build.DotExpr:
		if left, ok := x.X.(*build.Ident); ok {
			return left.Name + "." + x.Name
		}
	}
	return ""
}

// argument returns the named argument of a call, or nil.
func argument(call *build.CallExpr, name string) build.Expr {
	for _, arg := range call.List {
		if assign, ok := arg.(*build.AssignExpr); ok {
			if id, ok := assign.LHS.(*build.Ident); ok && id.Name == name {
				return assign.RHS
			}
		}
	}
	return nil
}

// doc returns the call's argument `doc`; empty if it has none.
func (s *source) doc(call *build.CallExpr) (string, error) {
	e := argument(call, "doc")
	if e == nil {
		return "", nil
	}
	text, err := s.text(e)
	return dedent(text), err
}

func (s *source) rule(name string, call *build.CallExpr) (*Rule, error) {
	doc, err := s.doc(call)
	if err != nil {
		return nil, err
	}
	rule := &Rule{
		Pos:        s.at(call),
		Name:       name,
		Doc:        doc,
		Repository: callee(call) == "repository_rule",
		Test:       isTrue(argument(call, "test")),
	}
	if rule.Attrs, err = s.attrs(call); err != nil {
		return nil, err
	}
	if e := argument(call, "provides"); e != nil {
		_, names, err := s.list(e)
		if err != nil {
			return nil, err
		}
		for _, one := range names {
			rule.Provides = append(rule.Provides, build.FormatString(one))
		}
	}
	return rule, nil
}

func isTrue(e build.Expr) bool {
	id, ok := e.(*build.Ident)
	return ok && id.Name == "True"
}

// attrs reads the argument `attrs` of a call.
func (s *source) attrs(call *build.CallExpr) ([]Attr, error) {
	e := argument(call, "attrs")
	if e == nil {
		return nil, nil
	}
	entries, err := s.dict(e)
	if err != nil {
		return nil, err
	}
	var attrs []Attr
	for _, one := range entries {
		if strings.HasPrefix(one.key, "_") {
			continue
		}
		attr, err := one.at.attr(one)
		if err != nil {
			return nil, err
		}
		attrs = append(attrs, *attr)
	}
	return attrs, nil
}

func (s *source) attr(e entry) (*Attr, error) {
	at, value, err := s.resolve(e.value)
	if err != nil {
		return nil, err
	}
	call, ok := value.(*build.CallExpr)
	kind := ""
	if ok {
		kind, ok = strings.CutPrefix(callee(call), "attr.")
	}
	if !ok {
		return nil, s.errorf(e.value, "%s: not an attribute that can be read without running it: write attr.KIND(...)", e.key)
	}
	doc, err := at.doc(call)
	if err != nil {
		return nil, err
	}
	attr := &Attr{Pos: e.pos, Name: e.key, Kind: kind, Doc: doc, Mandatory: isTrue(argument(call, "mandatory"))}
	if e := argument(call, "default"); e != nil {
		if attr.Default, err = at.literal(e); err != nil {
			return nil, err
		}
	}
	if e := argument(call, "values"); e != nil {
		in, values, err := at.list(e)
		if err != nil {
			return nil, err
		}
		for _, value := range values {
			literal, err := in.literal(value)
			if err != nil {
				return nil, err
			}
			attr.Values = append(attr.Values, literal)
		}
	}
	if e := argument(call, "providers"); e != nil {
		attr.Providers, err = at.alternatives(e)
	}
	return attr, err
}

// alternatives reads `providers`: a list of providers, or of such lists.
func (s *source) alternatives(e build.Expr) ([][]string, error) {
	at, elements, err := s.list(e)
	if err != nil {
		return nil, err
	}
	var lists [][]string
	var flat []string
	for _, element := range elements {
		if _, ok := element.(*build.ListExpr); !ok {
			flat = append(flat, build.FormatString(element))
			continue
		}
		_, names, err := at.list(element)
		if err != nil {
			return nil, err
		}
		var list []string
		for _, name := range names {
			list = append(list, build.FormatString(name))
		}
		lists = append(lists, list)
	}
	if flat != nil {
		lists = append(lists, flat)
	}
	return lists, nil
}

// literal returns an expression as Starlark, with names resolved; Label("//x") is "@rules_kbuild//x".
func (s *source) literal(e build.Expr) (string, error) {
	at, x, err := s.resolve(e)
	if err != nil {
		return "", err
	}
	if list, ok := x.(*build.ListExpr); ok {
		var elements []string
		for _, element := range list.List {
			literal, err := at.literal(element)
			if err != nil {
				return "", err
			}
			elements = append(elements, literal)
		}
		return "[" + strings.Join(elements, ", ") + "]", nil
	}
	if call, ok := x.(*build.CallExpr); ok && callee(call) == "Label" && len(call.List) == 1 {
		label, err := at.text(call.List[0])
		if err != nil {
			return "", err
		}
		if strings.HasPrefix(label, "//") {
			label = Repository + label
		}
		x = &build.StringExpr{Value: label}
	}
	return build.FormatString(x), nil
}

func (s *source) provider(name string, call *build.CallExpr) (*Provider, error) {
	doc, err := s.doc(call)
	if err != nil {
		return nil, err
	}
	p := &Provider{Pos: s.at(call), Name: name, Doc: doc}
	e := argument(call, "fields")
	if e == nil {
		return p, nil
	}
	at, value, err := s.resolve(e)
	if err != nil {
		return nil, err
	}
	// Without docs, fields are a list.
	if list, ok := value.(*build.ListExpr); ok {
		for _, element := range list.List {
			name, err := at.text(element)
			if err != nil {
				return nil, err
			}
			p.Fields = append(p.Fields, Field{Pos: at.at(element), Name: name})
		}
		return p, nil
	}
	entries, err := s.dict(e)
	if err != nil {
		return nil, err
	}
	for _, one := range entries {
		doc, err := one.at.text(one.value)
		if err != nil {
			return nil, err
		}
		p.Fields = append(p.Fields, Field{one.pos, one.key, dedent(doc)})
	}
	return p, nil
}

func (s *source) extension(name string, call *build.CallExpr) (*Extension, error) {
	doc, err := s.doc(call)
	if err != nil {
		return nil, err
	}
	x := &Extension{Pos: s.at(call), Name: name, Doc: doc}
	e := argument(call, "tag_classes")
	if e == nil {
		return x, nil
	}
	entries, err := s.dict(e)
	if err != nil {
		return nil, err
	}
	for _, one := range entries {
		at, value, err := one.at.resolve(one.value)
		if err != nil {
			return nil, err
		}
		class, ok := value.(*build.CallExpr)
		if !ok || callee(class) != "tag_class" {
			return nil, one.at.errorf(one.value, "%s: not a tag class that can be read without running it: write tag_class(...)", one.key)
		}
		tag := Tag{Pos: at.at(class), Name: one.key}
		if tag.Doc, err = at.doc(class); err != nil {
			return nil, err
		}
		if tag.Attrs, err = at.attrs(class); err != nil {
			return nil, err
		}
		x.Tags = append(x.Tags, tag)
	}
	return x, nil
}

func (s *source) function(def *build.DefStmt) (*Function, error) {
	f := &Function{Pos: s.at(def), Name: def.Name}
	var sections map[string]string
	f.Doc, sections = cutSections(docstring(def.Body))
	f.Returns = strings.TrimSpace(dedent("\n" + sections["Returns:"]))
	args := arguments(sections["Args:"])
	for _, param := range def.Params {
		p := parameter(param)
		p.Doc = args[strings.TrimLeft(p.Name, "*")]
		f.Params = append(f.Params, p)
	}
	var err error
	f.Wraps, err = s.wrapped(def)
	return f, err
}

func parameter(e build.Expr) Param {
	switch e := e.(type) {
	case *build.AssignExpr:
		p := parameter(e.LHS)
		p.Default = build.FormatString(e.RHS)
		return p
	case *build.TypedIdent:
		return parameter(e.Ident)
	case *build.UnaryExpr:
		if e.X == nil {
			return Param{Name: e.Op}
		}
		return Param{Name: e.Op + build.FormatString(e.X)}
	}
	return Param{Name: build.FormatString(e)}
}

// wrapped returns the private rule of the file that the function passes its **kwargs to, or nil; without the attributes that
// the function gives a value of its own.
func (s *source) wrapped(def *build.DefStmt) (*Rule, error) {
	var rule *Rule
	var failed error
	for _, stmt := range def.Body {
		build.Walk(stmt, func(e build.Expr, _ []build.Expr) {
			call, ok := e.(*build.CallExpr)
			if !ok || rule != nil || failed != nil {
				return
			}
			value, ok := s.values[callee(call)].(*build.CallExpr)
			if !ok || callee(value) != "rule" || !slices.ContainsFunc(call.List, isKwargs) {
				return
			}
			if rule, failed = s.rule(callee(call), value); failed != nil {
				return
			}
			rule.Attrs = slices.DeleteFunc(rule.Attrs, func(a Attr) bool { return sets(call, a.Name) && !takes(def, a.Name) })
		})
	}
	return rule, failed
}

func isKwargs(e build.Expr) bool {
	unary, ok := e.(*build.UnaryExpr)
	return ok && unary.Op == "**"
}

// sets says whether a call has an argument of that name.
func sets(call *build.CallExpr, name string) bool {
	return slices.ContainsFunc(call.List, func(e build.Expr) bool {
		assign, ok := e.(*build.AssignExpr)
		return ok && build.FormatString(assign.LHS) == name
	})
}

// takes says whether a function has a parameter of that name.
func takes(def *build.DefStmt, name string) bool {
	return slices.ContainsFunc(def.Params, func(e build.Expr) bool { return parameter(e).Name == name })
}

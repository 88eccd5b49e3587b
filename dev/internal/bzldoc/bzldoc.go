// Package bzldoc reads what the public symbols of a .bzl file are, and what their authors say of them: rules with their
// attributes, providers with their fields, functions with their arguments, module extensions with their tags.
//
// Nothing is evaluated. Attributes and texts must be written so that they can be read: dictionary literals, `|` of them, and
// constants, of the same file or loaded from another of the repository. What is written otherwise is an error, not left out.
package bzldoc

// A File is the public symbols of one .bzl file, each kind in the order of the file. Names that begin with _ are not public.
type File struct {
	Path       string // in the repository: rules/kernel_module.bzl
	Doc        string // the file's docstring
	Rules      []Rule
	Providers  []Provider
	Functions  []Function
	Extensions []Extension
}

// A Pos is a place in a file of the repository.
type Pos struct {
	Path string
	Line int
}

// A Rule is the result of rule() or repository_rule().
type Rule struct {
	Pos
	Name       string
	Doc        string
	Repository bool // it makes repositories
	Test       bool
	Attrs      []Attr
	Provides   []string
}

// An Attr is an attribute of a rule or of a tag class. Attributes whose names begin with _ are not there.
type Attr struct {
	Pos
	Name      string
	Kind      string // what follows `attr.`: label_list
	Doc       string
	Mandatory bool
	Default   string     // as it is written in Starlark; labels of the repository with its name; empty for the kind's own
	Values    []string   // the only ones, if there are any
	Providers [][]string // each of one of these lists, if there are any
}

// A Provider is the result of provider().
type Provider struct {
	Pos
	Name   string
	Doc    string
	Fields []Field
}

// A Field is a field of a provider.
type Field struct {
	Pos
	Name string
	Doc  string
}

// A Function is a public def, such as a macro around a rule.
type Function struct {
	Pos
	Name    string
	Doc     string // the docstring without its sections
	Params  []Param
	Returns string
	// Wraps is the private rule of the same file that gets the function's **kwargs, if there is one: its attributes are the
	// function's too, except where a parameter has the name. Those that the function sets itself are left out.
	Wraps *Rule
}

// A Param is a parameter of a function.
type Param struct {
	Name    string // with its stars
	Doc     string
	Default string // as it is written; empty: it must be given
}

// An Extension is the result of module_extension().
type Extension struct {
	Pos
	Name string
	Doc  string
	Tags []Tag
}

// A Tag is a tag class of an extension.
type Tag struct {
	Pos
	Name  string
	Doc   string
	Attrs []Attr
}

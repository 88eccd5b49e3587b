package reference

import (
	"fmt"

	"github.com/rules-kbuild/rules_kbuild/dev/internal/bzldoc"
)

// undocumented returns an error for each public thing without a doc.
func (s *site) undocumented() []error {
	var c checker
	c.want(bzldoc.Pos{Path: s.contents.Path, Line: 1}, s.contents.Doc, "the file")
	for _, f := range s.files {
		c.file(f)
	}
	for _, flag := range s.flags {
		c.want(flag.Pos, flag.Doc, "flag "+flag.Label)
	}
	return c.errs
}

type checker struct{ errs []error }

func (c *checker) want(at bzldoc.Pos, doc, what string) {
	if doc == "" {
		c.errs = append(c.errs, fmt.Errorf("%s:%d: %s has no doc", at.Path, at.Line, what))
	}
}

func (c *checker) attrs(of string, attrs []bzldoc.Attr) {
	for _, a := range attrs {
		c.want(a.Pos, a.Doc, "attribute "+of+"."+a.Name)
	}
}

func (c *checker) file(f *bzldoc.File) {
	c.want(bzldoc.Pos{Path: f.Path, Line: 1}, f.Doc, "the file")
	for _, r := range f.Rules {
		c.want(r.Pos, r.Doc, "rule "+r.Name)
		c.attrs(r.Name, r.Attrs)
	}
	for _, p := range f.Providers {
		c.want(p.Pos, p.Doc, "provider "+p.Name)
		for _, field := range p.Fields {
			c.want(field.Pos, field.Doc, "field "+p.Name+"."+field.Name)
		}
	}
	for _, x := range f.Functions {
		c.want(x.Pos, x.Doc, "function "+x.Name)
		for _, p := range x.Params {
			if p.Name != "*" {
				c.want(x.Pos, p.Doc, "argument "+x.Name+"("+p.Name+")")
			}
		}
		if x.Wraps != nil {
			c.attrs(x.Wraps.Name, x.Wraps.Attrs)
		}
	}
	for _, x := range f.Extensions {
		c.want(x.Pos, x.Doc, "extension "+x.Name)
		for _, tag := range x.Tags {
			c.want(tag.Pos, tag.Doc, "tag "+x.Name+"."+tag.Name)
			c.attrs(x.Name+"."+tag.Name, tag.Attrs)
		}
	}
}

package debian

import "strings"

// Dependency is one alternative of a Depends field: a package, and how its version must compare (`Operator` is one of
// <<, <=, =, >=, >>, or empty where any version will do).
type Dependency struct {
	Name     string
	Operator string
	Version  string
}

// ParseDepends splits a Depends or Pre-Depends field (Debian Policy 7.1): every element must be met, by any of its
// alternatives. Architecture qualifiers (`:any`) and restriction lists are dropped.
func ParseDepends(field string) [][]Dependency {
	var all [][]Dependency
	for _, clause := range strings.Split(field, ",") {
		var alternatives []Dependency
		for _, text := range strings.Split(clause, "|") {
			if d := parseDependency(text); d.Name != "" {
				alternatives = append(alternatives, d)
			}
		}
		if len(alternatives) > 0 {
			all = append(all, alternatives)
		}
	}
	return all
}

func parseDependency(text string) Dependency {
	var d Dependency
	text, _, _ = strings.Cut(text, "[")
	name, relation, found := strings.Cut(text, "(")
	name, _, _ = strings.Cut(strings.TrimSpace(name), ":")
	d.Name = strings.TrimSpace(name)
	if found {
		relation, _, _ = strings.Cut(relation, ")")
		relation = strings.TrimSpace(relation)
		version := strings.TrimLeft(relation, "<>=")
		d.Operator = relation[:len(relation)-len(version)]
		d.Version = strings.TrimSpace(version)
	}
	return d
}

// Allows says whether a version of the named package meets the dependency.
func (d Dependency) Allows(version string) bool {
	c := CompareVersions(version, d.Version)
	switch d.Operator {
	case "<<":
		return c < 0
	case "<=", "<":
		return c <= 0
	case "=":
		return c == 0
	case ">=", ">":
		return c >= 0
	case ">>":
		return c > 0
	}
	return true
}

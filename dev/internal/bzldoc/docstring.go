package bzldoc

import "strings"

// cutSections takes a function's docstring apart: what comes before its sections, and each section's text by its title line,
// `Args:` and so on, as the Starlark style guide has them.
func cutSections(doc string) (string, map[string]string) {
	sections := map[string]string{}
	var before []string
	title := ""
	for line := range strings.Lines(doc) {
		line = strings.TrimSuffix(line, "\n")
		switch line {
		case "Args:", "Returns:", "Deprecated:", "Example:", "Yields:":
			title = line
			continue
		}
		if title == "" {
			before = append(before, line)
		} else {
			sections[title] += line + "\n"
		}
	}
	return strings.TrimSpace(strings.Join(before, "\n")), sections
}

// arguments reads the section Args: `name: text`, which goes on in lines that are indented more. Stars in front of a name
// are not part of it.
func arguments(section string) map[string]string {
	docs := map[string]string{}
	name := ""
	for line := range strings.Lines(dedent("\n" + section)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, " ") || line == "" {
			docs[name] += "\n" + strings.TrimSpace(line)
			continue
		}
		before, text, found := strings.Cut(line, ":")
		if !found {
			continue
		}
		// `name (optional): text` is in use too.
		name, _, _ = strings.Cut(strings.TrimLeft(before, "*"), " ")
		docs[name] = strings.TrimSpace(text)
	}
	for name := range docs {
		docs[name] = strings.TrimSpace(docs[name])
	}
	return docs
}

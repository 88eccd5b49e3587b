package maketrace

import (
	"path"
	"slices"
	"strings"
)

// After is the word after an option of a command; empty if there is none.
func After(words []string, option string) string {
	for i := range len(words) - 1 {
		if words[i] == option {
			return words[i+1]
		}
	}
	return ""
}

// Listed are the objects that the recipe of a .mod prints, which gives them
// relative to the folder of the .mod.
func Listed(dir string, commands [][]string) []string {
	var objects []string
	for _, words := range commands {
		if words[0] != "printf" && words[0] != "echo" {
			continue
		}
		for _, w := range words[1:] {
			for _, name := range strings.Fields(w) {
				if strings.HasSuffix(name, ".o") {
					if name = path.Join(dir, name); !slices.Contains(objects, name) {
						objects = append(objects, name)
					}
				}
			}
		}
	}
	return objects
}

// KbuildName is a name as Kbuild puts it into a macro (name-fix in
// scripts/Makefile.lib).
func KbuildName(name string) string {
	return strings.NewReplacer("-", "_", ",", "_").Replace(name)
}

// A Pair is the places that one word has in two commands.
type Pair struct{ A, B int }

// Align returns the places of a longest common subsequence of two commands.
func Align(a, b []string) []Pair {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var pairs []Pair
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			pairs = append(pairs, Pair{i, j})
			i++
			j++
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return pairs
}

// Package modinfo reads the .modinfo section of an object: what
// MODULE_LICENSE, MODULE_IMPORT_NS and their like leave there.
//
// The section is a run of NUL-terminated strings key=value; alignment may put
// more NULs between them (include/linux/moduleparam.h, __MODULE_INFO).
package modinfo

import (
	"iter"
	"strings"
)

// All yields the keys and values of a .modinfo section in its order. A string
// without = has an empty value; the last one needs no NUL.
func All(section string) iter.Seq2[string, string] {
	return func(yield func(key, value string) bool) {
		for section != "" {
			var field string
			field, section, _ = strings.Cut(section, "\x00")
			if field == "" {
				continue
			}
			key, value, _ := strings.Cut(field, "=")
			if !yield(key, value) {
				return
			}
		}
	}
}

// Values returns the values of key in the order of the section.
func Values(section, key string) []string {
	var values []string
	for k, v := range All(section) {
		if k == key {
			values = append(values, v)
		}
	}
	return values
}

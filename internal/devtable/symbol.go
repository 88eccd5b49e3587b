package devtable

import "strings"

// ParseSymbol splits the name of the symbol that MODULE_DEVICE_TABLE, or Rust's module_device_table, makes for a table.
// Other symbols are not ok. The forms are
//
//	__mod_TYPE__IDENT_device_table                            before 6.13
//	__mod_device_table__TYPE__IDENT                           from 6.13
//	__mod_device_table__[LINE__]kmod_MODULE__TYPE__IDENT      from 6.18; Rust has a LINE
//
// A module's name ends at its first two underscores, so one that has two has no aliases: as in Kbuild.
func ParseSymbol(v Version, name string) (typ, ident string, ok bool) {
	if v < 6013 {
		rest, found := strings.CutPrefix(name, "__mod_")
		if !found || !strings.HasSuffix(rest, "_device_table") {
			return "", "", false
		}
		if typ, ident, ok = strings.Cut(rest, "__"); !ok {
			return "", "", false
		}
		return typ, strings.TrimSuffix(strings.TrimSuffix(ident, "device_table"), "_"), true
	}
	rest, found := strings.CutPrefix(name, "__mod_device_table")
	if !found || !strings.HasPrefix(rest, "__") {
		return "", "", false
	}
	if v >= 6018 {
		// Leaves __TYPE__IDENT.
		if _, rest, found = strings.Cut(rest, "__kmod_"); !found {
			return "", "", false
		}
		end := strings.Index(rest, "__")
		if end < 0 {
			return "", "", false
		}
		rest = rest[end:]
	}
	if typ, ident, ok = strings.Cut(rest[len("__"):], "__"); !ok {
		return "", "", false
	}
	return typ, ident, true
}

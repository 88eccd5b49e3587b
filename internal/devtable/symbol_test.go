package devtable

import "testing"

// The kernels' modposts were given these names, and said what they made of them; testdata/README.md.
func TestSymbolsOfTablesAreKnownByName(t *testing.T) {
	type parsed struct {
		typ, ident string
		ok         bool
	}
	for _, c := range []struct {
		v    Version
		name string
		want parsed
	}{
		{6001, "__mod_i2c__ids_device_table", parsed{"i2c", "ids", true}},
		{6012, "__mod_i2c__a__b_device_table", parsed{"i2c", "a__b", true}},
		{6012, "__mod_pnp_card__ids_device_table", parsed{"pnp_card", "ids", true}},
		{6012, "__mod_i2c__a_device_table_device_table", parsed{"i2c", "a_device_table", true}},
		{6012, "__mod_i2c___device_table", parsed{"i2c", "", true}},
		{6012, "__mod_i2c__device_table", parsed{"i2c", "", true}},
		{6012, "__mod_i2c_ids_device_table", parsed{}},
		{6012, "__mod_i2c__ids_device_tablex", parsed{}},
		{6012, "x__mod_i2c__ids_device_table", parsed{}},
		{6012, "__mod_device_table__kmod_m__i2c__ids", parsed{}},
		{6013, "__mod_device_table__i2c__ids", parsed{"i2c", "ids", true}},
		{7002, "__mod_i2c__ids_device_table", parsed{}},
		{7002, "__mod_device_table__i2c__ids", parsed{}},
		{7002, "__mod_device_table__kmod_m__i2c__ids", parsed{"i2c", "ids", true}},
		{7002, "__mod_device_table__kmod_m__i2c__a__b", parsed{"i2c", "a__b", true}},
		{7002, "__mod_device_table__13__kmod_m__mdio__TABLE", parsed{"mdio", "TABLE", true}},
		{7002, "__mod_device_table__kmod__m__i2c__ids", parsed{"i2c", "ids", true}},
		{7002, "__mod_device_table__kmod___i2c__ids", parsed{"i2c", "ids", true}},
		{7002, "__mod_device_table__kmod_m__i2c__", parsed{"i2c", "", true}},
		{7002, "__mod_device_table__kmod_a__b__i2c__ids", parsed{"b", "i2c__ids", true}},
		{7002, "__mod_device_table__zkmod_m__i2c__ids", parsed{}},
		{7002, "__mod_device_tablekmod_m__i2c__ids", parsed{}},
		{7002, "__mod_device_tablex__kmod_m__i2c__ids", parsed{}},
		{7002, "__mod_device_table__kmod_m__i2c_ids", parsed{}},
		{7002, "__mod_device_table__kmod_m", parsed{}},
	} {
		typ, ident, ok := ParseSymbol(c.v, c.name)
		if got := (parsed{typ, ident, ok}); got != c.want {
			t.Errorf("%d %s: %+v, want %+v", c.v, c.name, got, c.want)
		}
	}
}

package exporttext_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/exporttext"
)

func TestNamed(t *testing.T) {
	text := "EXPORT_SYMBOL(b);\nEXPORT_SYMBOL_NS_GPL( a , NS);\n#define E EXPORT_SYMBOL(c)\nEXPORT_SYMBOL(KEY(d));\nEXPORT_TRACE(lock);\nEXPORT_SYMBOL(b);\nf(e);\n"
	got := exporttext.Named([]byte(text))
	if diff := cmp.Diff(exporttext.Exports{Names: []string{"a", "b"}, Parts: []string{"lock"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"b", "__trace_lock", "lock"}, got.Of([]string{"ab", "b", "__trace_lock", "lock", "loc"})); diff != "" {
		t.Errorf("what of some symbols may be exported (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(exporttext.Exports{}, exporttext.Named([]byte("int a(b);\n"))); diff != "" {
		t.Errorf("a text without exports (-want +got):\n%s", diff)
	}
}

// headers are as those of the kernel are, in short.
const headers = `
#define __EXPORT_SYMBOL(sym, sec, ns) .section #sec; __ksymtab_##sym: .quad sym
#define EXPORT_SYMBOL(sym) __EXPORT_SYMBOL(sym, "", "")
#define EXPORT_SYMBOL_GPL(sym) __EXPORT_SYMBOL(sym, "_gpl", "")
#ifdef SMP
#define EXPORT_PER_CPU_SYMBOL(var) EXPORT_SYMBOL(var)
#else
#define EXPORT_PER_CPU_SYMBOL(var)
#endif
#define EXPORT_CALL(name) EXPORT_SYMBOL(KEY(name))
#define EXPORT_TRACE(name) \\
	EXPORT_SYMBOL_GPL(__trace_##name); EXPORT_CALL(func_##name)
#define EXPORT_ALL(name) EXPORT_SYMBOL(all)
#define DEFINE_DISPATCHER(name) \\
	EXPORT_TRACE(name)
void *__symbol_get(const char *symbol);
#define symbol_get(x) __symbol_get(#x)
#define attach(f) do { symbol_get(f); } while (0)
#define renamed real_name
#define itself itself
#define number (-1)
#define called(x) call_##x
`

const exporting = "EXPORT_SYMBOL(hidden);\n"

func TestTells(t *testing.T) {
	for _, tt := range []struct {
		name, text     string
		exports, tells bool
	}{
		{"a name", "EXPORT_SYMBOL(f);\n", true, true},
		{"a name by a macro that hands it on", "EXPORT_PER_CPU_SYMBOL(f);\n", true, true},
		{"a part of names", "EXPORT_TRACE(f);\n", true, true},
		{"what is no part of a name", "EXPORT_ALL(f);\n", true, false},
		{"by a macro that does not say so", "DEFINE_DISPATCHER(f);\n", true, false},
		{"by a macro of its own", "#define MINE(t, n) \\\n EXPORT_SYMBOL(n); EXPORT_SYMBOL(get_##n)\nMINE(int, a)\n", true, true},
		{"by a macro of its own that makes names in another way", "#define MINE(n) EXPORT_SYMBOL(KEY(n))\nMINE(a)\n", true, false},
		{"by a macro of its own that another one calls", "#define MINE(n) EXPORT_SYMBOL(n)\n#define TWO(n) MINE(n)\nTWO(a)\n", true, false},
		{"by a macro of its own without parameters", "#define MINE EXPORT_SYMBOL(a)\nMINE\n", true, false},
		{"by a macro of its own that asks, too", "#define MINE(n) EXPORT_SYMBOL(n); symbol_get(g)\nMINE(a)\n", true, false},
		{"a macro's name", "EXPORT_SYMBOL(renamed);\n", true, true},
		{"a part that is a macro's name", "EXPORT_TRACE(renamed);\n", true, false},
		{"a name that stays what it is", "EXPORT_SYMBOL(itself);\nEXPORT_SYMBOL(called);\nEXPORT_SYMBOL(number);\n", true, true},
		{"an argument of assembly", "EXPORT_SYMBOL(\\name)\n", true, false},
		{"symbol_get", "EXPORT_SYMBOL(f);\nsymbol_get(g);\n", true, false},
		{"symbol_get by a macro", "attach(g);\n", false, false},
		{"nothing", "int f;\n", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			macros := exporttext.FindMacros([]exporttext.File{{Path: "all.h", Text: []byte(headers)}, {Path: "x.c", Text: []byte(tt.text), Source: true}})
			if got := macros.Exports([]byte(tt.text)); got != tt.exports {
				t.Errorf("Exports: %v, want %v", got, tt.exports)
			}
			if got := macros.Tells([]byte(tt.text)); got != tt.tells {
				t.Errorf("Tells: %v, want %v", got, tt.tells)
			}
		})
	}
}

func TestOthersAreWhatANameStandsFor(t *testing.T) {
	text := []byte("EXPORT_SYMBOL(renamed);\nEXPORT_SYMBOL(itself);\nEXPORT_SYMBOL(number);\n")
	macros := exporttext.FindMacros([]exporttext.File{
		{Path: "all.h", Text: []byte(headers + "#define real_name realer_name\n")},
		{Path: "x.c", Text: append([]byte("EXPORT_SYMBOL(real_name);\n"), text...), Source: true},
	})
	others := macros.Others(text)
	if diff := cmp.Diff([]string{"real_name", "realer_name"}, others); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"itself", "number", "real_name", "realer_name", "renamed"}, exporttext.Named(text, others...).Names); diff != "" {
		t.Errorf("what may be exported (-want +got):\n%s", diff)
	}
}

// As lib/kstrtox.c and kernel/params.c of Linux 6.1 have them.
func TestNamedToMacrosOfTheSourcesOwn(t *testing.T) {
	text := "#define FROM_USER(f, g, type) \\\n	EXPORT_SYMBOL(f)\nFROM_USER(a_from_user, a, long long);\n" +
		"#define PARAM(name, type, format) \\\n	EXPORT_SYMBOL(set_##name); EXPORT_SYMBOL(get_ ## name ## _1)\nPARAM(byte, char, \"%hhu\");\n" +
		"#define TRACED(name) EXPORT_TRACE(name)\nTRACED(lock);\n"
	got := exporttext.Named([]byte(text))
	if diff := cmp.Diff(exporttext.Exports{Names: []string{"a_from_user", "get_byte_1", "set_byte"}, Parts: []string{"lock"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAFileIsInvokedIfItExportsOrAsksWhereItIsIncluded(t *testing.T) {
	macros := exporttext.FindMacros([]exporttext.File{
		{Path: "all.h", Text: []byte(headers)},
		{Path: "export.h", Text: []byte(exporting)},
		{Path: "dispatch.h", Text: []byte("DEFINE_DISPATCHER(x)\n")},
		{Path: "ask.h", Text: []byte("static inline void f(void) { attach(g); }\n")},
		{Path: "other.h", Text: []byte("/* */ int EXPORTS;\n")},
		{Path: "x.c", Text: []byte("#define struct_of(x) EXPORT_SYMBOL(x)\nint f;\n"), Source: true},
		{Path: "user.h", Text: []byte("int g(struct_of(h));\n")},
	})
	for file, want := range map[string]bool{"x.c": false, "user.h": false, "all.h": false, "export.h": true, "dispatch.h": true, "ask.h": true, "other.h": false} {
		if got := macros.Invoked(file); got != want {
			t.Errorf("Invoked(%q): %v, want %v", file, got, want)
		}
	}
}

func TestMentions(t *testing.T) {
	got := exporttext.Mentions(map[string][][]byte{
		"fs/fat/fat":   {[]byte("int f(void) { return g(); }\nEXPORT_SYMBOL(f);\n"), []byte("EXPORT_SYMBOL(g);\n")},
		"fs/fat/vfat":  {[]byte("static int n = f();\nEXPORT_SYMBOL(h);\n"), []byte("h(); printk();\n")},
		"fs/fat/msdos": {nil},
		"fs/isofs":     {[]byte("fat_error(1);\n")},
		"kvm":          {[]byte("EXPORT_STATIC_CALL_GPL(cache);\nEXPORT_STATIC_CALL_TRAMP(mode);\nEXPORT_TRACEPOINT_SYMBOL(exit);\n")},
		"kvm-intel":    {[]byte("static_call(cache)(1); is_64_bit(); exit();\n")},
	}, map[string][]string{"fat_error": {"f", "h", "printk"}, "is_64_bit": {"mode"}})
	want := map[string][]string{
		"fs/fat/fat": nil, "fs/fat/vfat": {"f"}, "fs/fat/msdos": nil, "fs/isofs": {"f", "h"},
		"kvm": nil, "kvm-intel": {"__SCK__cache", "__SCT__cache", "__SCT__mode"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestHeaderMentions(t *testing.T) {
	got := exporttext.HeaderMentions([][]byte{
		[]byte("#define fat_error(sb, args...) \\\n	__fat_error(sb, 1, args)\nextern void __fat_error(int, ...);\n#define fat_error_ratelimit(x) fat_error(x)\n"),
		[]byte("static inline int setkey(int k)\n{\n	return __setkey(k) + setkey(0);\n}\nint other(void) { return unknown(); }\n#define setkey setkey\n"),
	}, map[string]exporttext.Exporter{"__fat_error": {}, "__setkey": {}, "alone": {}, "setkey": {}})
	want := map[string][]string{
		"fat_error": {"__fat_error"}, "fat_error_ratelimit": {"__fat_error"}, "setkey": {"__setkey"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

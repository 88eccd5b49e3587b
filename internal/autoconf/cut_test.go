package autoconf

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rules-kbuild/rules_kbuild/internal/csource"
)

func TestCut(t *testing.T) {
	text := `/* generated */
#define CONFIG_A 1
#define CONFIG_A_MODULE 1
#define CONFIG_AB "text"
#define CONFIG_B_MODULE 1
#define CONFIG_FOO_X 2
#define OTHER 1
#define CONFIG_Z	3`
	for _, tt := range []struct {
		name string
		cut  []csource.Config
		want string
	}{
		{"nothing is mentioned", nil, ""},
		{"an option, built in or as a module", []csource.Config{{Name: "CONFIG_A"}}, "#define CONFIG_A 1\n#define CONFIG_A_MODULE 1\n"},
		{"an option that is a module", []csource.Config{{Name: "CONFIG_B"}}, "#define CONFIG_B_MODULE 1\n"},
		{"a prefix that macros paste to", []csource.Config{{Name: "CONFIG_FOO_", Prefix: true}}, "#define CONFIG_FOO_X 2\n"},
		{"the last line", []csource.Config{{Name: "CONFIG_Z"}}, "#define CONFIG_Z	3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mentioned := map[csource.Config]bool{}
			for _, c := range tt.cut {
				mentioned[c] = true
			}
			if diff := cmp.Diff(tt.want, string(Cut([]byte(text), mentioned))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

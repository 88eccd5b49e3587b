package kerneltree

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTheLastFragmentThatNamesAnOptionWins(t *testing.T) {
	text, wishes, err := merge(Fragment{"base", "#\n# Linux\n#\nCONFIG_A=y\nCONFIG_B=\"x y\"\n# CONFIG_C is not set\n\nCONFIG_D=1\n"}, []Fragment{
		{"//:one", "CONFIG_C=m\r\nCONFIG_A=n\n"},
		{"//:two", "CONFIG_E=0x10\nCONFIG_A=m\n# CONFIG_D is not set"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("CONFIG_B=\"x y\"\nCONFIG_C=m\nCONFIG_E=0x10\nCONFIG_A=m\n# CONFIG_D is not set\n", text); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var asked []string
	for _, w := range wishes {
		asked = append(asked, w.fragment+" "+w.option.String())
	}
	if diff := cmp.Diff([]string{"//:one CONFIG_C=m", "//:two CONFIG_E=0x10", "//:two CONFIG_A=m", "//:two # CONFIG_D is not set"}, asked); diff != "" {
		t.Errorf("wishes (-want +got):\n%s", diff)
	}
}

func TestAWishThatKconfigDoesNotGrantIsNamed(t *testing.T) {
	_, wishes, err := merge(Fragment{}, []Fragment{{"//:f", `
CONFIG_GIVEN=y
CONFIG_ABSENT=y
CONFIG_OFF=m
CONFIG_RAISED=m
CONFIG_TEXT="a"
# CONFIG_NO is not set
# CONFIG_NEVER is not set
# CONFIG_FORCED is not set
`}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := unmet(wishes, "CONFIG_GIVEN=y\n# CONFIG_OFF is not set\nCONFIG_RAISED=y\nCONFIG_TEXT=\"b\"\n# CONFIG_NO is not set\nCONFIG_FORCED=y\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"//:f asks for CONFIG_ABSENT=y, and in the kernel's configuration it is not there: Kconfig knows no such option, or what it depends on is off",
		"//:f asks for CONFIG_OFF=m, and in the kernel's configuration it is not set: what it depends on is off",
		"//:f asks for CONFIG_RAISED=m, and in the kernel's configuration it is y",
		`//:f asks for CONFIG_TEXT="a", and in the kernel's configuration it is "b"`,
		"//:f asks for CONFIG_FORCED=n, and in the kernel's configuration it is y",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestALineThatIsNoOptionIsAnErrorWithItsPlace(t *testing.T) {
	for _, line := range []string{"CONFIG_A", "A=y", "CONFIG A=y", "CONFIG_=y", "source \"x\""} {
		_, _, err := merge(Fragment{}, []Fragment{{"//:f.config", "CONFIG_X=y\n" + line + "\n"}})
		if err == nil || !strings.HasPrefix(err.Error(), "//:f.config:2: ") {
			t.Errorf("%s: error %v", line, err)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add("CONFIG_A=y\n# CONFIG_B is not set\n#\n\nCONFIG_C=\"x=#\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		options, err := parseConfig("fuzz", text)
		if err != nil {
			return
		}
		var again strings.Builder
		for _, o := range options {
			again.WriteString(o.String() + "\n")
		}
		options2, err := parseConfig("again", again.String())
		if err != nil || !cmp.Equal(options, options2, cmp.AllowUnexported(option{})) {
			t.Errorf("%q is read as %v, and that as %v (%v)", text, options, options2, err)
		}
	})
}

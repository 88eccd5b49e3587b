package bootplan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatIsEncodedIsDecoded(t *testing.T) {
	want := &Plan{
		Modules: []Module{
			{Name: "mc", File: ModuleDir + "/mc.ko"},
			{Name: "hello", File: ModuleDir + "/hello.ko", Params: `whom="a b" n=1`, Unload: true},
			{Name: "acpi_call", File: ModuleDir + "/acpi_call.ko", LoadError: "ENODEV", Unload: true},
		},
		Script: true,
	}
	text, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPlanOfAnotherVersionIsAnError(t *testing.T) {
	for _, text := range []string{`{"modules": [], "reboot": true}`, `[`, ``} {
		if p, err := Decode([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), Path) {
			t.Errorf("Decode(%q) = %v, %v, want an error that names %s", text, p, err, Path)
		}
	}
}

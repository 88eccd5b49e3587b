package compile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAnObjectIsCompiledAgainOnlyIfItLosesAnExportOrIsToHaveMarkers(t *testing.T) {
	const kept = "#define __KSYM_kept 1\n"
	for _, tt := range []struct {
		name            string
		header, dropped string
		markers         bool
		again           bool
	}{
		{"it loses an export", kept, "gone\n", false, true},
		{"it keeps all that it exports", kept, "", false, false},
		{"it keeps all that it exports, and markers are wanted", kept, "", true, true},
		{"it loses all that it exports, and markers are wanted", "", "gone\n", true, true},
		{"it exports nothing, and markers are wanted", "/* #undef */\n", "", true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			compiled := object(t, "none.o")
			u, messages := unit(t, compiled)
			dir := t.TempDir()
			write := func(name, text string) string {
				file := filepath.Join(dir, name)
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				return file
			}
			u.Autoksyms = Input{Canonical: "usr/src/linux/include/generated/autoksyms.h", File: write("autoksyms.h", tt.header)}
			u.Dropped = write("dropped", tt.dropped)
			u.Untrimmed = write("untrimmed.o", "the untrimmed object")
			u.Markers = tt.markers
			if err := CC(u); err != nil {
				t.Fatal(err, messages)
			}
			want := "the untrimmed object"
			if tt.again {
				want = compiled
			}
			if got := contentOf(t, u.Out); got != want {
				t.Errorf("compiled again: %v, want %v", got == compiled, tt.again)
			}
		})
	}
}

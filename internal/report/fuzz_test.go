package report_test

import (
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/ksyms"
	"github.com/rules-kbuild/rules_kbuild/internal/report"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// Whatever needed set and summaries come together, there is a report or an
// error.
func FuzzNew(f *testing.F) {
	in := small()
	summaries, err := ksyms.Marshal(&ksympb.Ksyms{Objects: in.Objects})
	if err != nil {
		f.Fatal(err)
	}
	set, err := ksyms.MarshalNeeded(in.Needed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(set, summaries)
	f.Add(set, []byte("\x0a\x15"+ksyms.Format))
	f.Fuzz(func(t *testing.T, set, summaries []byte) {
		n, err := ksyms.UnmarshalNeeded("needed", set)
		if err != nil {
			return
		}
		k, err := ksyms.Unmarshal("x.ksyms", summaries)
		if err != nil {
			return
		}
		r, err := report.New(report.Input{Title: "fuzz", Needed: n, Objects: k.Objects, Outside: small().Outside, AllOutside: true})
		if err != nil {
			return
		}
		if len(r.Text()) == 0 {
			t.Error("an empty text")
		}
		for name, write := range map[string]func() ([]byte, error){"JSON": r.JSON, "HTML": r.HTML} {
			if _, err := write(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

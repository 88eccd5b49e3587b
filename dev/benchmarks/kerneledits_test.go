package main

import (
	"testing"
	"time"
)

func TestTheLinksAreSetApart(t *testing.T) {
	side := func(clock, link float64) linked {
		return linked{taken{clock: seconds(clock)}, seconds(link)}
	}
	for _, test := range []struct {
		make, ours linked
		compiles   float64
		again      bool
		want       string
	}{
		{side(15.1, 5.2), side(9.3, 3.6), 1.3, false,
			"  rules_kbuild: 1.3 s of compiles; link 3.6 s; make: link 5.2 s; without the links make 9.9 s, rules_kbuild 5.7 s, ratio 0.58\n"},
		{side(30.1, 5.2), side(9.3, 3.6), 1.3, true,
			"  rules_kbuild: 1.3 s of compiles; link 3.6 s; make: link 5.2 s in its second run; without the links make 24.9 s, rules_kbuild 5.7 s, ratio 0.23\n"},
		{side(9, 0), side(3, 0), 0.5, false, "  rules_kbuild: 0.5 s of compiles\n"},
		{side(9, 4), side(3, 0), 0.5, false, "  rules_kbuild: 0.5 s of compiles; no link; make: link 4.0 s\n"},
		{side(9, 0), side(3, 1), 0.5, false, "  rules_kbuild: 0.5 s of compiles; link 1.0 s; make: no link\n"},
		{side(9, 0), side(3, 0), 0, false, ""},
	} {
		if got := apart(test.make, test.ours, seconds(test.compiles), test.again); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

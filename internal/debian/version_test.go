package debian

import "testing"

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// The order of each pair is what `dpkg --compare-versions` says.
func TestVersionsAreOrderedAsDpkgOrdersThem(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"1.0", "1.0", 0},
		{"1.0", "1.00", 0},
		{"1.0-0", "1.0", 0},
		{"0:1.0", "1.0", 0},
		{"1.2", "1.10", -1},
		{"1:0.1", "2.0", 1},
		{"2:6.3.0+dfsg-3", "2:6.3.0+dfsg-5+b2", -1},
		{"6.12.107-1", "6.12.117-1", -1},
		{"6.1.192-2", "6.1.192-10", -1},
		{"1.0~rc1", "1.0", -1},
		{"1.0~rc1", "1.0~", 1},
		{"1.0~~", "1.0~", -1},
		{"1.0a", "1.0", 1},
		{"1.0a", "1.0+", -1},
		{"1.0+deb13u1", "1.0", 1},
		{"5.4.1-1+deb12u2", "5.4.1-1", 1},
		{"3.0.22-1~deb12u2", "3.0.22-1", -1},
		{"1.3.dfsg+really1.3.1-1+deb13u1", "1.3.dfsg+really1.3.1-1", 1},
		{"2.47.50.20261021-1", "2.47", 1},
		{"1.0-1-1", "1.0-1-2", -1},
		{"9999999999999999999999", "10000000000000000000000", -1},
		{"a", "1", 1},
		{"", "~", 1},
	} {
		if got := sign(CompareVersions(test.a, test.b)); got != test.want {
			t.Errorf("CompareVersions(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
		if got := sign(CompareVersions(test.b, test.a)); got != -test.want {
			t.Errorf("CompareVersions(%q, %q) = %d, want %d", test.b, test.a, got, -test.want)
		}
	}
}

func FuzzCompareVersionsIsAntisymmetric(f *testing.F) {
	f.Add("1:1.0~rc1-2", "1.0")
	f.Add("1.0a", "1.0+b1")
	f.Fuzz(func(t *testing.T, a, b string) {
		if sign(CompareVersions(a, b)) != -sign(CompareVersions(b, a)) {
			t.Errorf("%q and %q have no order", a, b)
		}
		if CompareVersions(a, a) != 0 {
			t.Errorf("%q differs from itself", a)
		}
	})
}

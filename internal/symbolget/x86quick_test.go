package symbolget

import (
	"math/rand/v2"
	"testing"
)

// FuzzQuickDecoder compares with x86asm what x86Quick says without it.
func FuzzQuickDecoder(f *testing.F) {
	for _, rex := range []byte{0, 0x40, 0x41, 0x48, 0x4f} {
		for op := range 0x200 {
			for middle := range 8 {
				for _, mode := range []byte{0x00, 0x04, 0x05, 0x44, 0x80, 0xc1} {
					var code []byte
					if rex != 0 {
						code = append(code, rex)
					}
					if op >= 0x100 {
						code = append(code, 0x0f)
					}
					code = append(code, byte(op), mode|byte(middle)<<3)
					compareDecoders(f, append(code, 0x25, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa))
				}
			}
		}
	}
	f.Add([]byte{0x48, 0x8d, 0x3d, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, code []byte) { compareDecoders(t, code) })
}

func compareDecoders(t testing.TB, code []byte) {
	t.Helper()
	// What is cut off in the middle is no instruction.
	for n := range min(len(code), 15) + 1 {
		quick, ok := x86Quick(code[:n], 0x1000)
		if slow := x86Slowly(code[:n], 0x1000); ok && quick != slow {
			t.Fatalf("% x: %+v, by x86asm %+v", code[:n], quick, slow)
		}
	}
}

func TestQuickDecoderOnRandomCode(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	code := make([]byte, 15)
	for range 300_000 {
		for i := range code {
			code[i] = byte(r.Uint32())
		}
		quick, ok := x86Quick(code, 0)
		if slow := x86Slowly(code, 0); ok && quick != slow {
			t.Fatalf("% x: %+v, by x86asm %+v", code, quick, slow)
		}
	}
}

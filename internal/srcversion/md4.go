package srcversion

import (
	"encoding/binary"
	"math/bits"
)

// digest is the checksum that modpost calls MD4: that of RFC 1320, but with
// the bytes of each 32-bit word in the other order, in the text as well as in
// the result. It differs from MD4 for every text.
type digest struct {
	state [4]uint32
	block [64]byte
	n     uint64 // bytes so far
}

func newDigest() *digest {
	return &digest{state: [4]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}}
}

func (d *digest) write(p []byte) {
	for len(p) > 0 {
		have := int(d.n % 64)
		n := copy(d.block[have:], p)
		d.n += uint64(n)
		p = p[n:]
		if have+n == 64 {
			d.transform()
		}
	}
}

// sum ends the text and returns the four words of the checksum.
func (d *digest) sum() [4]uint32 {
	length := d.n * 8
	end := [64]byte{0x80}
	pad := 64 - (d.n+8)%64
	d.write(end[:pad])
	binary.BigEndian.PutUint32(end[:], uint32(length))
	binary.BigEndian.PutUint32(end[4:], uint32(length>>32))
	d.write(end[:8])
	for i := range d.state {
		d.state[i] = bits.ReverseBytes32(d.state[i])
	}
	return d.state
}

// rounds has for each of MD4's three rounds the order in which it takes the
// words of the block, how far it rotates, and its constant.
var rounds = [3]struct {
	order  [16]uint8
	rotate [4]int
	add    uint32
}{
	{[16]uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, [4]int{3, 7, 11, 19}, 0},
	{[16]uint8{0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15}, [4]int{3, 5, 9, 13}, 0x5a827999},
	{[16]uint8{0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15}, [4]int{3, 9, 11, 15}, 0x6ed9eba1},
}

func (d *digest) transform() {
	var words [16]uint32
	for i := range words {
		words[i] = binary.BigEndian.Uint32(d.block[4*i:])
	}
	w, x, y, z := d.state[0], d.state[1], d.state[2], d.state[3]
	for r := range rounds {
		round := &rounds[r]
		for i, word := range round.order {
			var mixed uint32
			switch r {
			case 0:
				mixed = x&y | ^x&z
			case 1:
				mixed = x&y | x&z | y&z
			case 2:
				mixed = x ^ y ^ z
			}
			v := bits.RotateLeft32(w+mixed+words[word]+round.add, round.rotate[i%4])
			w, x, y, z = z, v, x, y
		}
	}
	d.state[0] += w
	d.state[1] += x
	d.state[2] += y
	d.state[3] += z
}

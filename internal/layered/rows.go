package layered

// rowSweeps is how often the rows are moved.
const rowSweeps = 16

// rows gives the cells their heights. Each column in turn moves its cells to
// the mean height of those that they are joined with, as near as the distance
// to the next one lets it.
func (l *layout) rows() {
	for _, column := range l.inColumn {
		y := 0
		for k, i := range column {
			if k > 0 {
				y += l.distance(column[k-1], i)
			}
			l.cells[i].y = y
		}
		for _, i := range column {
			l.cells[i].y -= y / 2
		}
	}
	for sweep := range rowSweeps {
		for k := range l.inColumn {
			c := k
			if sweep%2 == 1 {
				c = len(l.inColumn) - 1 - k
			}
			l.settle(l.inColumn[c], sweep)
		}
	}
}

// distance is how far a cell must be below another.
func (l *layout) distance(above, below int) int {
	a, b := l.cells[above].node >= 0, l.cells[below].node >= 0
	if a && b {
		return l.g.RowHeight
	}
	if a || b {
		return (l.g.RowHeight + l.g.ThreadHeight) / 2
	}
	return l.g.ThreadHeight
}

// A block is cells that touch one another.
type block struct {
	first, cells int
	sum, weight  int // of where its cells want its first cell to be
}

func (b block) at() int { return floorDiv(b.sum, b.weight) }

// settle moves the cells of a column. It finds the heights whose squared
// distances from the wanted ones have the least sum, by joining cells to blocks
// as long as they would overlap (pool adjacent violators).
func (l *layout) settle(column []int, sweep int) {
	var blocks []block
	offset := make([]int, len(column)) // below the first cell, if all touch
	for k, i := range column {
		if k > 0 {
			offset[k] = offset[k-1] + l.distance(column[k-1], i)
		}
		want, weight := l.wanted(i, sweep)
		b := block{first: k, cells: 1, sum: weight * (want - offset[k]), weight: weight}
		for len(blocks) > 0 && blocks[len(blocks)-1].at() >= b.at() {
			above := blocks[len(blocks)-1]
			blocks = blocks[:len(blocks)-1]
			b = block{above.first, above.cells + b.cells, above.sum + b.sum, above.weight + b.weight}
		}
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		for k := b.first; k < b.first+b.cells; k++ {
			l.cells[column[k]].y = b.at() + offset[k]
		}
	}
}

// wanted returns the height that a cell would like, and how much. Threads want
// to be straight more than nodes want to be in the middle.
func (l *layout) wanted(i, sweep int) (y, weight int) {
	c := &l.cells[i]
	joined := c.left
	if sweep%2 == 1 {
		joined = c.right
	}
	if len(joined) == 0 || sweep >= rowSweeps-4 {
		joined = append(append([]int(nil), c.left...), c.right...)
	}
	if len(joined) == 0 {
		return c.y, 1
	}
	sum, weights := 0, 0
	for _, j := range joined {
		w := 1
		if c.node < 0 && l.cells[j].node < 0 {
			w = 8
		}
		sum += w * l.cells[j].y
		weights += w
	}
	weight = min(weights, 8)
	if c.node < 0 {
		weight += 4
	}
	return floorDiv(sum, weights), weight
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

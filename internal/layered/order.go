package layered

import (
	"cmp"
	"slices"
)

// sweeps is how often the columns are put in order, forth and back. A graph of
// so many cells that it would take seconds gets fewer.
func (l *layout) sweeps() int {
	const most, least, budget = 24, 4, 2_000_000
	return max(least, min(most, budget/max(1, len(l.cells))))
}

// order puts the cells of each column in an order in which few edges cross:
// each cell as near as it can be to the middle of those that it is joined with,
// once from left to right, once back, and so on. The best order that came up
// wins.
func (l *layout) order() {
	l.firstOrder()
	rank := make([]int, len(l.cells))
	number := func(column []int) {
		for r, i := range column {
			rank[i] = r
		}
	}
	for _, column := range l.inColumn {
		number(column)
	}
	best, bestCrossings := clone(l.inColumn), l.crossings(rank)
	key := make([]int, len(l.cells))
	for sweep := range l.sweeps() {
		if bestCrossings == 0 {
			break
		}
		for k := range l.inColumn {
			c, joined := k, func(i int) []int { return l.cells[i].left }
			if sweep%2 == 1 {
				c, joined = len(l.inColumn)-1-k, func(i int) []int { return l.cells[i].right }
			}
			column := l.inColumn[c]
			for _, i := range column {
				key[i] = middle(joined(i), rank, rank[i])
			}
			slices.SortStableFunc(column, func(a, b int) int { return cmp.Compare(key[a], key[b]) })
			number(column)
		}
		if n := l.crossings(rank); n < bestCrossings {
			best, bestCrossings = clone(l.inColumn), n
		}
	}
	l.inColumn = best
}

// firstOrder puts cells in the order in which one comes to them by going along
// the edges, so that what is joined is near.
func (l *layout) firstOrder() {
	seen := make([]bool, len(l.cells))
	found := make([][]int, len(l.inColumn))
	for _, column := range l.inColumn {
		for _, start := range column {
			if seen[start] {
				continue
			}
			seen[start] = true
			todo := []int{start}
			for len(todo) > 0 {
				i := todo[len(todo)-1]
				todo = todo[:len(todo)-1]
				c := l.cells[i].column
				found[c] = append(found[c], i)
				for _, list := range [][]int{l.cells[i].left, l.cells[i].right} {
					for _, j := range slices.Backward(list) {
						if !seen[j] {
							seen[j] = true
							todo = append(todo, j)
						}
					}
				}
			}
		}
	}
	l.inColumn = found
}

// middle returns 16 times the mean rank of cells, or of none that it had
// before.
func middle(cells, rank []int, before int) int {
	if len(cells) == 0 {
		return 16 * before
	}
	sum := 0
	for _, i := range cells {
		sum += 16 * rank[i]
	}
	return sum / len(cells)
}

// crossings counts the pairs of edges that cross between two columns.
func (l *layout) crossings(rank []int) int {
	total := 0
	for c := 0; c+1 < len(l.inColumn); c++ {
		// The right ends of the edges in the order of their left ends; each pair
		// that is not in order crosses. The tree counts the ends seen so far.
		tree := make([]int, len(l.inColumn[c+1])+1)
		seen := 0
		var ends []int
		for _, i := range l.inColumn[c] {
			ends = ends[:0]
			for _, j := range l.cells[i].right {
				ends = append(ends, rank[j])
			}
			slices.Sort(ends)
			for _, e := range ends {
				before := 0
				for k := e + 1; k > 0; k &= k - 1 {
					before += tree[k]
				}
				total += seen - before
			}
			for _, e := range ends {
				for k := e + 1; k < len(tree); k += k & -k {
					tree[k]++
				}
				seen++
			}
		}
	}
	return total
}

func clone(columns [][]int) [][]int {
	c := make([][]int, len(columns))
	for i := range columns {
		c[i] = slices.Clone(columns[i])
	}
	return c
}

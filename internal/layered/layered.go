// Package layered lays out a directed graph in columns, so that edges lead
// from left to right: what is on the right depends on what is left of it.
//
// It is the usual way in four steps (K. Sugiyama and others, 1981): turn edges
// that close a cycle, give each node a column, order the nodes of each column
// so that few edges cross, and move them up and down so that edges are short.
// All edges of one node that are longer than a column share their way, which
// leaves fewer lines to look at. All numbers are integers: the same graph is
// laid out alike on every machine.
package layered

import "slices"

// A Graph is what to lay out. Nodes are numbered from 0.
type Graph struct {
	// Widths are how wide each node is.
	Widths []int
	// Edges are pairs of nodes: the left one, and the one that depends on it.
	// An edge from a node to itself is left out.
	Edges [][2]int
	// RowHeight is the distance from a node to the one below it, ThreadHeight
	// from a node to an edge that passes it. Gap is the least distance between
	// two columns.
	RowHeight, ThreadHeight, Gap int
	// MaxRows is how many nodes a column may have: of more, those that nothing
	// depends on go on to the next column. 0 is no bound.
	MaxRows int
}

// A Point is a place; y grows downwards.
type Point struct{ X, Y int }

// A Layout says where all is.
type Layout struct {
	// Nodes are the middles of the nodes' left sides.
	Nodes []Point
	// Columns is the column of each node, from 0.
	Columns []int
	// Paths are the ways of Graph.Edges: from the right side of the left node to
	// the left side of the other, or the other way round for an edge that closes
	// a cycle. Between an even place of the list and the next, an edge crosses
	// from one column to the next; between an odd one and the next, it passes a
	// column at one height. A path is empty if the edge is left out.
	Paths         [][]Point
	Width, Height int
}

// Lay lays out a graph.
func Lay(g Graph) Layout {
	l := &layout{g: g}
	edges := l.acyclic()
	l.columns(edges)
	l.threads(edges)
	l.order()
	l.rows()
	return l.result(edges)
}

// A cell is a node, or the place where an edge passes a column.
type cell struct {
	node   int // -1 for an edge's
	column int
	width  int
	left   []int // cells of the column before that it is joined with
	right  []int // cells of the next column
	y      int
}

type layout struct {
	g        Graph
	column   []int // of each node
	cells    []cell
	inColumn [][]int        // the cells of each column, from top to bottom
	thread   map[[2]int]int // node and column: the cell by which its long edges pass
}

// acyclic returns the edges, those turned round that would close a cycle, and
// {-1, -1} for those that lead from a node to itself.
func (l *layout) acyclic() [][2]int {
	n := len(l.g.Widths)
	next := make([][]int, n) // edges that leave each node
	for i, e := range l.g.Edges {
		next[e[0]] = append(next[e[0]], i)
	}
	edges := slices.Clone(l.g.Edges)
	const (
		unseen = iota
		open
		done
	)
	state := make([]int, n)
	at := make([]int, n)
	for start := range n {
		if state[start] != unseen {
			continue
		}
		stack := []int{start}
		state[start] = open
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			if at[v] == len(next[v]) {
				state[v] = done
				stack = stack[:len(stack)-1]
				continue
			}
			i := next[v][at[v]]
			at[v]++
			switch w := l.g.Edges[i][1]; {
			case w == v:
				edges[i] = [2]int{-1, -1}
			case state[w] == open:
				edges[i] = [2]int{w, v}
			case state[w] == unseen:
				state[w] = open
				stack = append(stack, w)
			}
		}
	}
	return edges
}

// columns gives each node the leftmost column that is right of all that it
// depends on; then what depends on nothing goes as near as it can to what
// depends on it.
func (l *layout) columns(edges [][2]int) {
	n := len(l.g.Widths)
	l.column = make([]int, n)
	waits := make([]int, n)
	out := make([][]int, n)
	for _, e := range edges {
		if e[0] >= 0 {
			waits[e[1]]++
			out[e[0]] = append(out[e[0]], e[1])
		}
	}
	var todo []int
	source := make([]bool, n)
	for v := range n {
		if waits[v] == 0 {
			source[v] = true
			todo = append(todo, v)
		}
	}
	for len(todo) > 0 {
		v := todo[0]
		todo = todo[1:]
		for _, w := range out[v] {
			l.column[w] = max(l.column[w], l.column[v]+1)
			if waits[w]--; waits[w] == 0 {
				todo = append(todo, w)
			}
		}
	}
	for v := range n {
		if !source[v] || len(out[v]) == 0 {
			continue
		}
		nearest := l.column[out[v][0]]
		for _, w := range out[v] {
			nearest = min(nearest, l.column[w])
		}
		l.column[v] = nearest - 1
	}
	if l.g.MaxRows > 0 {
		l.spread(edges, out)
	}
}

// spread moves nodes that nothing depends on to the right out of columns that
// have too many. Those that depend on the same nodes stay together.
func (l *layout) spread(edges [][2]int, out [][]int) {
	in := make([][]int, len(out))
	for _, e := range edges {
		if e[0] >= 0 {
			in[e[1]] = append(in[e[1]], e[0])
		}
	}
	var columns [][]int
	for v, c := range l.column {
		for len(columns) <= c {
			columns = append(columns, nil)
		}
		columns[c] = append(columns[c], v)
	}
	for c := 0; c < len(columns); c++ {
		var last []int // those that may move
		for _, v := range columns[c] {
			if len(out[v]) == 0 {
				last = append(last, v)
			}
		}
		room := max(0, l.g.MaxRows-(len(columns[c])-len(last)))
		if room >= len(last) {
			continue
		}
		slices.SortStableFunc(last, func(a, b int) int { return slices.Compare(in[a], in[b]) })
		if c+1 == len(columns) {
			if room == 0 {
				continue
			}
			columns = append(columns, nil)
		}
		for _, v := range last[room:] {
			l.column[v] = c + 1
		}
		columns[c+1] = append(columns[c+1], last[room:]...)
	}
}

// threads makes the cells: those of nodes, and those of edges that pass a
// column.
func (l *layout) threads(edges [][2]int) {
	columns := 1
	for v, w := range l.g.Widths {
		l.cells = append(l.cells, cell{node: v, column: l.column[v], width: w})
		columns = max(columns, l.column[v]+1)
	}
	l.thread = make(map[[2]int]int)
	join := func(a, b int) {
		l.cells[a].right = append(l.cells[a].right, b)
		l.cells[b].left = append(l.cells[b].left, a)
	}
	seen := make(map[[2]int]bool, len(edges))
	for _, e := range edges {
		if e[0] < 0 || seen[e] {
			continue
		}
		seen[e] = true
		at := e[0]
		for c := l.column[e[0]] + 1; c < l.column[e[1]]; c++ {
			key := [2]int{e[0], c}
			cellOf, ok := l.thread[key]
			if !ok {
				cellOf = len(l.cells)
				l.cells = append(l.cells, cell{node: -1, column: c})
				l.thread[key] = cellOf
				join(at, cellOf)
			}
			at = cellOf
		}
		join(at, e[1])
	}
	l.inColumn = make([][]int, columns)
	for i := range l.cells {
		c := l.cells[i].column
		l.inColumn[c] = append(l.inColumn[c], i)
	}
}

// result reads the layout off the cells.
func (l *layout) result(edges [][2]int) Layout {
	r := Layout{Columns: l.column, Nodes: make([]Point, len(l.g.Widths)), Paths: make([][]Point, len(edges))}
	x := make([]int, len(l.inColumn))
	width := make([]int, len(l.inColumn))
	at := 0
	for c, cells := range l.inColumn {
		crossings := 0
		for _, i := range cells {
			width[c] = max(width[c], l.cells[i].width)
			crossings += len(l.cells[i].right)
		}
		x[c] = at
		r.Width = at + width[c]
		// Where many lines cross they need room, lest they be steep.
		at = r.Width + l.g.Gap + min(crossings, 100)*l.g.Gap/50
	}
	top, bottom := 0, 0
	for i := range l.cells {
		top, bottom = min(top, l.cells[i].y), max(bottom, l.cells[i].y)
	}
	if len(l.cells) > 0 {
		r.Height = bottom - top + l.g.RowHeight
	}
	y := func(i int) int { return l.cells[i].y - top + l.g.RowHeight/2 }
	for v := range r.Nodes {
		r.Nodes[v] = Point{x[l.column[v]], y(v)}
	}
	for i, e := range edges {
		if e[0] < 0 {
			continue
		}
		path := []Point{{x[l.column[e[0]]] + l.g.Widths[e[0]], y(e[0])}}
		for c := l.column[e[0]] + 1; c < l.column[e[1]]; c++ {
			t := y(l.thread[[2]int{e[0], c}])
			path = append(path, Point{x[c], t}, Point{x[c] + width[c], t})
		}
		path = append(path, r.Nodes[e[1]])
		r.Paths[i] = path
	}
	return r
}

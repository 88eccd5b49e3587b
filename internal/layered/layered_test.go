package layered_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/layered"
)

func graph(nodes int, edges ...[2]int) layered.Graph {
	g := layered.Graph{Edges: edges, RowHeight: 30, ThreadHeight: 10, Gap: 50}
	for v := range nodes {
		g.Widths = append(g.Widths, 40+10*(v%5))
	}
	return g
}

// random makes a graph as modules make one: few are used by many.
func random(seed uint64, nodes, edges int) layered.Graph {
	r := rand.New(rand.NewPCG(seed, 1))
	g := graph(nodes)
	for range edges {
		to := r.IntN(nodes)
		from := r.IntN(1 + r.IntN(nodes))
		g.Edges = append(g.Edges, [2]int{from, to})
	}
	return g
}

// check tests what holds for each layout.
func check(t *testing.T, g layered.Graph) layered.Layout {
	t.Helper()
	l := layered.Lay(g)
	heights := map[int][]int{}
	for v, p := range l.Nodes {
		heights[l.Columns[v]] = append(heights[l.Columns[v]], p.Y)
		if p.X < 0 || p.Y < 0 || p.X+g.Widths[v] > l.Width || p.Y > l.Height {
			t.Errorf("node %d at %v is outside of %d x %d", v, p, l.Width, l.Height)
		}
		for w, q := range l.Nodes {
			if l.Columns[v] < l.Columns[w] && p.X+g.Widths[v]+g.Gap > q.X {
				t.Errorf("node %d of column %d reaches into column %d", v, l.Columns[v], l.Columns[w])
			}
		}
	}
	for c, ys := range heights {
		slices.Sort(ys)
		for i := 1; i < len(ys); i++ {
			if ys[i]-ys[i-1] < g.RowHeight {
				t.Errorf("column %d: nodes at %d and %d overlap", c, ys[i-1], ys[i])
			}
		}
	}
	for i, e := range g.Edges {
		path := l.Paths[i]
		if e[0] == e[1] {
			if len(path) != 0 {
				t.Errorf("edge %v from a node to itself has a path", e)
			}
			continue
		}
		a, b := e[0], e[1]
		if l.Columns[a] > l.Columns[b] {
			a, b = b, a // closes a cycle
		}
		if l.Columns[a] == l.Columns[b] {
			t.Errorf("edge %v stays in column %d", e, l.Columns[a])
		}
		start := layered.Point{X: l.Nodes[a].X + g.Widths[a], Y: l.Nodes[a].Y}
		if len(path) != 2*(l.Columns[b]-l.Columns[a]) || path[0] != start || path[len(path)-1] != l.Nodes[b] {
			t.Errorf("edge %v has the path %v, from %v to %v expected", e, path, start, l.Nodes[b])
		}
	}
	return l
}

func TestWhatDependsIsRightOfWhatItDependsOn(t *testing.T) {
	l := check(t, graph(6, [2]int{0, 1}, [2]int{1, 2}, [2]int{0, 2}, [2]int{2, 3}, [2]int{4, 3}))
	// Node 4, which depends on nothing, is beside its only dependent.
	if want := []int{0, 1, 2, 3, 2, 0}; !slices.Equal(l.Columns, want) {
		t.Errorf("columns %v, want %v", l.Columns, want)
	}
}

func TestColumnsOfTooManyGoOnToTheRight(t *testing.T) {
	var edges [][2]int
	for v := 2; v < 100; v++ {
		edges = append(edges, [2]int{v % 2, v})
	}
	g := graph(100, edges...)
	g.MaxRows = 20
	l := check(t, g)
	rows := map[int]int{}
	for _, c := range l.Columns {
		rows[c]++
	}
	for c, n := range rows {
		if n > 20 {
			t.Errorf("column %d has %d nodes", c, n)
		}
	}
	if len(rows) != 6 {
		t.Errorf("%d columns, want 6: one of 2 nodes, five for 98", len(rows))
	}
	// The 49 that depend on node 0 come first.
	if l.Columns[2] > 3 || l.Columns[99] < 3 {
		t.Errorf("dependents of one node are in columns %d and %d", l.Columns[2], l.Columns[99])
	}
}

func TestCyclesAndLoopsAreLaidOutToo(t *testing.T) {
	check(t, graph(5, [2]int{0, 1}, [2]int{1, 0}, [2]int{2, 2}, [2]int{1, 2}, [2]int{2, 3}, [2]int{3, 1}))
}

func TestGraphsWithoutEdgesOrNodes(t *testing.T) {
	check(t, graph(0))
	if l := check(t, graph(3)); l.Height != 90 {
		t.Errorf("three nodes are %d high, want 90", l.Height)
	}
}

func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			n := 2 + int(seed)*3
			g := random(seed, n, 2*n)
			g.MaxRows = int(seed % 4)
			check(t, g)
		})
	}
}

func TestSameGraphSameLayout(t *testing.T) {
	g := random(7, 200, 500)
	if a, b := layered.Lay(g), layered.Lay(g); !reflect.DeepEqual(a, b) {
		t.Error("two layouts of one graph differ")
	}
}

func TestThousandsOfModulesAreLaidOut(t *testing.T) {
	g := random(1, 1000, 2000)
	l := layered.Lay(g)
	if len(l.Nodes) != 1000 {
		t.Fatal("nodes are missing")
	}
}

// crossings counts pairs of straight lines between neighbouring columns that
// cross.
func crossings(g layered.Graph, l layered.Layout) int {
	n := 0
	for i := range g.Edges {
		for j := range i {
			p, q := l.Paths[i], l.Paths[j]
			if len(p) == 2 && len(q) == 2 && l.Columns[g.Edges[i][0]] == l.Columns[g.Edges[j][0]] && (p[0].Y-q[0].Y)*(p[1].Y-q[1].Y) < 0 {
				n++
			}
		}
	}
	return n
}

func TestTreesAreDrawnWithoutCrossings(t *testing.T) {
	var edges [][2]int
	for v := 1; v < 31; v++ {
		edges = append(edges, [2]int{(v - 1) / 2, v})
	}
	// The numbers of the nodes must not help.
	r := rand.New(rand.NewPCG(3, 3))
	names := r.Perm(31)
	for i, e := range edges {
		edges[i] = [2]int{names[e[0]], names[e[1]]}
	}
	r.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
	g := graph(31, edges...)
	if n := crossings(g, check(t, g)); n != 0 {
		t.Errorf("%d crossings in a tree", n)
	}
}

func TestAChainIsStraight(t *testing.T) {
	// A long edge and a chain beside it.
	g := graph(5, [2]int{0, 1}, [2]int{1, 2}, [2]int{2, 3}, [2]int{3, 4}, [2]int{0, 4})
	l := check(t, g)
	path := l.Paths[4]
	for i := 2; i < len(path)-1; i++ {
		if d := path[i].Y - path[1].Y; d < -g.RowHeight/4 || d > g.RowHeight/4 {
			t.Errorf("the long edge winds: %v", path)
		}
	}
}

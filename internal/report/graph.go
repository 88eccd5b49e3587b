package report

import (
	"fmt"
	"strings"

	"github.com/rules-kbuild/rules_kbuild/internal/layered"
	"github.com/rules-kbuild/rules_kbuild/internal/symvers"
)

// A drawing is the graph of the modules for the page's template. Lengths are
// those of SVG, pixels at first.
type drawing struct {
	Width, Height int
	Nodes         []drawnNode
	Edges         []drawnEdge
	// Alone are the numbers of modules that no edge leads to or from.
	Alone []int
}

type drawnNode struct {
	Module, Column      int
	Left, Top           int
	Width, Height       int
	TextLeft, TextTop   int
	Name, Place, Spoken string
}

type drawnEdge struct {
	From, To int // modules: the provider and its user
	Path     string
}

// Sizes of what is drawn. A letter is that of a 12 pixel monospace font.
const (
	nodeHeight = 22
	rowHeight  = 30
	letter10   = 73 // tenths
	padding    = 9
	margin     = 16
)

// graph lays out which modules use which. The kernel itself, which all of them
// use, is left out.
func (r *Report) graph(pages []pageModule) drawing {
	number := make(map[string]int, len(r.Modules))
	for i, m := range r.Modules {
		number[m.Name] = i
	}
	var edges [][2]int // of modules
	joined := make([]bool, len(r.Modules))
	for i, m := range r.Modules {
		for _, u := range m.Providers {
			if u.Module == "" || u.Module == symvers.Vmlinux || m.Name == symvers.Vmlinux {
				continue
			}
			p := number[u.Module]
			edges = append(edges, [2]int{p, i})
			joined[p], joined[i] = true, true
		}
	}
	g := layered.Graph{RowHeight: rowHeight, ThreadHeight: 8, Gap: 56}
	var modules []int // of nodes
	node := make([]int, len(r.Modules))
	var d drawing
	for i, m := range r.Modules {
		switch {
		case joined[i]:
			node[i] = len(modules)
			modules = append(modules, i)
			g.Widths = append(g.Widths, letter10*len(pages[i].Short)/10+2*padding)
		case m.Name != symvers.Vmlinux:
			d.Alone = append(d.Alone, i)
		}
	}
	for _, e := range edges {
		g.Edges = append(g.Edges, [2]int{node[e[0]], node[e[1]]})
	}
	g.MaxRows = maxRows(len(g.Widths))
	l := layered.Lay(g)
	d.Width, d.Height = l.Width+2*margin, l.Height+2*margin
	for v, p := range l.Nodes {
		m := r.Modules[modules[v]]
		d.Nodes = append(d.Nodes, drawnNode{
			Module: modules[v], Column: l.Columns[v],
			Left: p.X + margin, Top: p.Y + margin - nodeHeight/2, Width: g.Widths[v], Height: nodeHeight,
			TextLeft: p.X + margin + padding, TextTop: p.Y + margin + 4,
			Name: pages[modules[v]].Short, Place: string(m.Place),
			Spoken: fmt.Sprintf("%s: uses %s, is used by %d", pages[modules[v]].Short, count(providersDrawn(m), "module"), len(m.Users)),
		})
	}
	for i, path := range l.Paths {
		if len(path) > 0 {
			d.Edges = append(d.Edges, drawnEdge{edges[i][0], edges[i][1], svgPath(path)})
		}
	}
	return d
}

// maxRows is how many of n modules a column has so that the drawing has about
// the shape of a screen: a column is some seven rows wide.
func maxRows(n int) int {
	rows := 20
	for rows*rows < 5*n {
		rows++
	}
	return rows
}

// providersDrawn counts the modules that a module uses, the kernel aside.
func providersDrawn(m *Module) int {
	n := 0
	for _, u := range m.Providers {
		if u.Module != "" && u.Module != symvers.Vmlinux {
			n++
		}
	}
	return n
}

// svgPath draws a way of the layout: straight where it passes a column, and
// curves between columns.
func svgPath(path []layered.Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%d %d", path[0].X+margin, path[0].Y+margin)
	for i := 1; i < len(path); i++ {
		from, to := path[i-1], path[i]
		if i%2 == 0 {
			fmt.Fprintf(&b, "H%d", to.X+margin)
			continue
		}
		middle := (from.X+to.X)/2 + margin
		fmt.Fprintf(&b, "C%d %d %d %d %d %d", middle, from.Y+margin, middle, to.Y+margin, to.X+margin, to.Y+margin)
	}
	return b.String()
}

// base returns the last part of a module's name.
func base(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

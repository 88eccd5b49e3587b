package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"html/template"
	"sync"
)

// The page is one file: its style, its program and its data are within it, so
// that it can be opened from a folder, without a network.
var (
	//go:embed page/page.html
	pageHTML string
	//go:embed page/style.css
	pageCSS string
	//go:embed page/table.js
	tableJS string
	//go:embed page/graph.js
	graphJS string
	//go:embed page/page.js
	pageJS string
)

// page is parsed when it is first asked for: few runs of the programs that can
// write it do.
var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page.html").Parse(pageHTML))
})

// HTML returns the report as a page: tables of symbols and of modules, to be
// sorted and searched, and the graph of the modules.
func (r *Report) HTML() ([]byte, error) {
	data := r.pageData()
	var b bytes.Buffer
	err := page().Execute(&b, map[string]any{
		"Report": r,
		"CSS":    template.CSS(pageCSS),
		"JS":     template.JS(tableJS + graphJS + pageJS),
		"Data":   data,
		"Graph":  r.graph(data.Modules),
	})
	return b.Bytes(), err
}

// pageData is the report as the page's program reads it. Modules and keepers
// are numbers, because thousands of symbols name the same ones. Its program
// works out again from the symbols what each module uses.
type pageData struct {
	Modules []pageModule `json:"modules"`
	Keepers []pageKeeper `json:"keepers"`
	Symbols []pageSymbol `json:"symbols"`
}

type pageModule struct {
	Name      string   `json:"name"`
	Short     string   `json:"short"` // what to call it where there is little room
	Label     string   `json:"label,omitempty"`
	Place     Place    `json:"place"`
	Undecoded []string `json:"undecoded,omitempty"`
}

type pageKeeper struct {
	How    How    `json:"how"`
	Name   string `json:"name"`
	Label  string `json:"label,omitempty"`
	Module int    `json:"module"` // -1 if it is none
}

type pageSymbol struct {
	Name      string `json:"name"`
	Exporters []int  `json:"exporters"`
	Export    string `json:"export"`
	Namespace string `json:"namespace"`
	Needed    bool   `json:"needed"`
	Uses      int    `json:"uses"`
	Keepers   []int  `json:"keepers"`
}

func (r *Report) pageData() pageData {
	var data pageData
	short := shortNames(r.Modules)
	modules := make(map[string]int, len(r.Modules))
	for i, m := range r.Modules {
		modules[m.Name] = i
		data.Modules = append(data.Modules, pageModule{m.Name, short[i], m.Label, m.Place, m.Undecoded})
	}
	keepers := make(map[Keeper]int)
	for _, s := range r.Symbols {
		p := pageSymbol{s.Name, []int{}, s.Export, s.Namespace, s.Needed, s.Uses, []int{}}
		for _, e := range s.Exporters {
			p.Exporters = append(p.Exporters, modules[e])
		}
		for _, k := range s.Keepers {
			i, ok := keepers[*k]
			if !ok {
				i = len(data.Keepers)
				keepers[*k] = i
				module, of := modules[k.Module]
				if !of {
					module = -1
				}
				data.Keepers = append(data.Keepers, pageKeeper{k.How, k.Name, k.Label, module})
			}
			p.Keepers = append(p.Keepers, i)
		}
		data.Symbols = append(data.Symbols, p)
	}
	return data
}

// shortNames are the modules' names without folders where that is
// unambiguous.
func shortNames(modules []*Module) []string {
	times := make(map[string]int, len(modules))
	for _, m := range modules {
		times[base(m.Name)]++
	}
	short := make([]string, len(modules))
	for i, m := range modules {
		short[i] = m.Name
		if b := base(m.Name); times[b] == 1 {
			short[i] = cmp.Or(b, m.Name)
		}
	}
	return short
}

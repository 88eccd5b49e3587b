package report_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rules-kbuild/rules_kbuild/internal/report"
)

// page makes the page of a report.
func page(t *testing.T, in report.Input) []byte {
	t.Helper()
	r, err := report.New(in)
	if err != nil {
		t.Fatal(err)
	}
	html, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return html
}

// column returns the texts of a column of the rows that are drawn.
func column(b *browser, table string, n int) string {
	return b.eval(fmt.Sprintf(`[...document.querySelectorAll("#%s tbody tr[data-row]")].map((r) => r.cells[%d].innerText.replace(/\s+/g, " ").trim()).join("; ")`, table, n))
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestTheSymbolTableIsSortedByItsHeads(t *testing.T) {
	b := openPage(t, page(t, small()), 1300, 800)
	expect(t, "by uses at first", column(b, "symbol-table", 0), "fat_attach; fat_build; fat_get; fat_perhaps; fat_listed; fat_unused; vfat_unused")
	expect(t, "number of symbols", b.eval(`document.getElementById("symbol-count").textContent`), "7 of 10")

	b.click("#symbol-table th:nth-child(1) button")
	expect(t, "by name", column(b, "symbol-table", 0), "fat_attach; fat_build; fat_get; fat_listed; fat_perhaps; fat_unused; vfat_unused")
	expect(t, "state of the head", b.eval(`document.querySelector("#symbol-table th").getAttribute("aria-sort")`), "ascending")
	b.press("Enter") // the head has the focus
	expect(t, "by name, from behind", column(b, "symbol-table", 0), "vfat_unused; fat_unused; fat_perhaps; fat_listed; fat_get; fat_build; fat_attach")
	expect(t, "state of the head", b.eval(`document.querySelector("#symbol-table th").getAttribute("aria-sort")`), "descending")

	b.click("#symbol-table th:nth-child(4) button")
	expect(t, "uses", column(b, "symbol-table", 3), "2; 1; 1; 1; 0; 0; 0")
}

func TestARowSaysWhoKeepsTheSymbol(t *testing.T) {
	b := openPage(t, page(t, small()), 1300, 800)
	b.click("#symbol-table th:nth-child(1) button")
	expect(t, "kept because", column(b, "symbol-table", 4), "imported by msdos vfat; imported by vfat; symbol_get() in msdos; "+
		"on the list //:keep:3; weakly imported by vfat; unused: nobody keeps it; unused: nobody keeps it")
	b.screenshot("symbols")
}

func TestSymbolsAreSearchedByWordsOfNamesModulesAndLists(t *testing.T) {
	b := openPage(t, page(t, small()), 1300, 800)
	for _, tc := range []struct{ words, want string }{
		{"unused", "fat_unused; vfat_unused"},
		{"UNUSED vfat_", "vfat_unused"},
		{"keep:3", "fat_listed"},
		{"msdos", "fat_attach; fat_get"},
		{"fat_no_such_symbol", ""},
	} {
		b.eval(`document.getElementById("symbol-search").value = ""; document.activeElement.blur()`)
		b.press("/") // takes one to the search
		for _, letter := range tc.words {
			b.press(string(letter))
		}
		expect(t, "rows for "+tc.words, column(b, "symbol-table", 0), tc.want)
	}
	expect(t, "number of symbols", b.eval(`document.getElementById("symbol-count").textContent`), "0 of 10")
}

func TestSymbolsAreFilteredByHowTheyAreKept(t *testing.T) {
	b := openPage(t, page(t, small()), 1300, 800)
	for _, tc := range []struct{ filter, want string }{
		{"unused", "fat_unused; vfat_unused"},
		{"symbol_get", "fat_get"},
		{"weak import", "fat_perhaps"},
		{"keep-list", "fat_listed"},
		{"nobody", "gone"},
	} {
		b.eval(fmt.Sprintf(`(() => { const s = document.getElementById("symbol-filter"); s.value = %q; s.dispatchEvent(new Event("change")); })()`, tc.filter))
		expect(t, "rows of "+tc.filter, column(b, "symbol-table", 0), tc.want)
	}
}

func TestAllCanBeReachedByKeyboard(t *testing.T) {
	b := openPage(t, page(t, small()), 1300, 800)
	focus := func() string {
		return b.eval(`(document.activeElement.id || document.activeElement.innerText || document.activeElement.getAttribute("aria-label")).trim()`)
	}
	b.press("Tab", "Tab")
	expect(t, "after the theme come the tabs", focus(), "tab-symbols")
	b.press("ArrowRight")
	expect(t, "arrows change the tab", focus(), "tab-modules")
	expect(t, "which is shown", b.eval(`document.getElementById("modules").hidden`), "false")
	b.press("Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab", "Tab")
	expect(t, "then search, heads and rows", focus(), "kernel/fs/fat/fat")
	b.press("Enter")
	details := b.eval(`document.querySelector("#module-table .details").innerText`)
	for _, want := range []string{"Show in the graph", "fat_unused", "Exports that nobody uses (1)", "printk"} {
		if !strings.Contains(details, want) {
			t.Errorf("details of fat lack %q:\n%s", want, details)
		}
	}
	b.press("Tab", "Enter")
	expect(t, "the graph opens with the module chosen", b.eval(`document.querySelector("#drawing .node.chosen text").textContent`), "fat")
	b.press("ArrowRight")
	user := b.eval(`document.activeElement.getAttribute("aria-label")`)
	if user != "vfat: uses 1 module, is used by 0" && user != "msdos: uses 1 module, is used by 0" {
		t.Errorf("right of fat is %q", user)
	}
	b.press("Enter")
	expect(t, "its provider is marked", b.eval(`document.querySelector("#drawing .node.is-provider text").textContent`), "fat")
	b.press("ArrowLeft", "Escape")
	expect(t, "nothing is chosen", b.eval(`document.querySelectorAll("#drawing .chosen").length`), "0")
	b.screenshot("keyboard")
}

func TestTheGraphShowsAModuleWithItsNeighboursAlone(t *testing.T) {
	b := openPage(t, page(t, small()), 1300, 800)
	b.click("#tab-graph")
	shown := func() string {
		return b.eval(`[...document.querySelectorAll("#drawing .node")].filter((g) => g.style.display !== "none").map((g) => g.textContent.trim()).sort().join(" ")`)
	}
	expect(t, "all", shown(), "fat msdos nls_base vfat")
	expect(t, "modules alone", b.eval(`document.querySelector("#alone .chip").textContent`), "lonely")
	b.click("#graph-search")
	for _, letter := range "vfat" {
		b.press(string(letter))
	}
	b.press("Enter")
	b.click("#graph-near")
	expect(t, "of vfat", shown(), "fat vfat")
	b.click("#graph-near")
	expect(t, "all again", shown(), "fat msdos nls_base vfat")
}

func TestThePageFollowsTheThemeOfTheSystemUnlessToldOtherwise(t *testing.T) {
	b := openPage(t, page(t, small()), 1300, 800)
	ground := func() string { return b.eval(`getComputedStyle(document.body).backgroundColor`) }
	prefer := func(scheme string) {
		b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	}
	prefer("light")
	expect(t, "light", ground(), "rgb(255, 255, 255)")
	prefer("dark")
	expect(t, "dark", ground(), "rgb(14, 17, 22)")
	b.click("#theme")
	expect(t, "the button says light", ground(), "rgb(255, 255, 255)")
}

func TestThePageLoadsNothing(t *testing.T) {
	html := string(page(t, small()))
	for _, address := range []string{"http:", "https:", "src=", "@import", "url("} {
		if strings.Contains(html, address) {
			t.Errorf("the page has %q", address)
		}
	}
	b := openPage(t, []byte(html), 800, 600)
	expect(t, "files loaded", b.eval(`performance.getEntriesByType("resource").length`), "0")
}

func TestNamesAreTextNotMarkup(t *testing.T) {
	in := small()
	in.Title = `</title><script>document.title = "run"</script>`
	in.Objects[0].Label = `//a:</script><img src=x onerror="document.title='run'">`
	b := openPage(t, page(t, in), 1300, 800)
	b.click("#tab-modules")
	expect(t, "title", b.eval(`document.title`), in.Title+": export report")
	expect(t, "label", b.eval(`document.querySelector("#module-table .name .faint").textContent`), in.Objects[0].Label)
}

// TestScreenshots takes pictures of pages that ksymtrim made, to look at:
// REPORT_PAGES names them, REPORT_SCREENSHOTS the folder for the pictures.
func TestScreenshots(t *testing.T) {
	pages := os.Getenv("REPORT_PAGES")
	if pages == "" || os.Getenv("REPORT_SCREENSHOTS") == "" {
		t.Skip("set REPORT_PAGES to pages to look at, and REPORT_SCREENSHOTS to a folder")
	}
	for i, file := range strings.Fields(pages) {
		html, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b := openPage(t, html, 1500, 950)
		b.screenshot(fmt.Sprintf("page%d-symbols", i))
		b.click("#tab-modules")
		b.click("#module-table .disclose")
		b.screenshot(fmt.Sprintf("page%d-modules", i))
		b.click("#tab-graph")
		b.screenshot(fmt.Sprintf("page%d-graph", i))
		b.click("#zoom-fit")
		b.screenshot(fmt.Sprintf("page%d-fit", i))
		b.call("Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": "dark"}}}, nil)
		b.eval(`(() => { let most = null; const n = {}; for (const p of document.querySelectorAll("#drawing path")) { n[p.dataset.from] = (n[p.dataset.from] || 0) + 1; if (!most || n[p.dataset.from] > n[most]) most = p.dataset.from; } document.querySelector('.node[data-module="' + most + '"]').dispatchEvent(new MouseEvent("click")); })()`)
		b.screenshot(fmt.Sprintf("page%d-chosen", i))
		b.click("#graph-near")
		b.screenshot(fmt.Sprintf("page%d-near", i))
	}
}

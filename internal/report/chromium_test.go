package report_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A process is a Chromium without a window and without a network, driven by
// the DevTools protocol over a pipe (--remote-debugging-pipe: messages in JSON,
// a NUL after each).
type process struct {
	cmd      *exec.Cmd
	dir      string // for its profile and the pages
	in       io.WriteCloser
	replies  chan reply
	messages strings.Builder
	last     int // number of a command or page
}

// shared is the process that all tests use, once one needs it.
var shared *process

func TestMain(m *testing.M) {
	code := m.Run()
	if shared != nil {
		shared.close()
	}
	os.Exit(code)
}

// A browser is one page.
type browser struct {
	*process
	t       *testing.T
	session string
}

type reply struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Result json.RawMessage `json:"result"`
	Params json.RawMessage `json:"params"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

// chromium returns the path of a Chromium, or skips the test.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	for _, path := range []string{"/usr/bin/chromium", "/usr/bin/google-chrome"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skip("no Chromium on this machine, to try the page in: install it (Debian: apt-get install chromium), or set CHROMIUM to its path")
	return ""
}

// start starts a Chromium.
func start(t *testing.T) *process {
	t.Helper()
	program := chromium(t)
	dir, err := os.MkdirTemp("", "report-chromium")
	if err != nil {
		t.Fatal(err)
	}
	toBrowser, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, fromBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{dir: dir, in: in, replies: make(chan reply, 256)}
	p.cmd = exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir="+filepath.Join(dir, "profile"), "--remote-debugging-pipe", "about:blank")
	p.cmd.ExtraFiles = []*os.File{toBrowser, fromBrowser}
	p.cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "XDG_CACHE_HOME="+dir)
	p.cmd.Stderr = &p.messages
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	toBrowser.Close()
	fromBrowser.Close()
	go func() {
		defer close(p.replies)
		defer out.Close()
		r := bufio.NewReader(out)
		for {
			line, err := r.ReadBytes(0)
			if err != nil {
				return
			}
			var m reply
			if json.Unmarshal(line[:len(line)-1], &m) == nil {
				p.replies <- m
			}
		}
	}()
	return p
}

func (p *process) close() {
	_, _ = io.WriteString(p.in, `{"id":1000000,"method":"Browser.close"}`+"\x00")
	p.in.Close()
	kill := time.AfterFunc(10*time.Second, func() { _ = p.cmd.Process.Kill() })
	for range p.replies {
	}
	_ = p.cmd.Wait()
	kill.Stop()
	_ = os.RemoveAll(p.dir)
}

// openPage opens a page in a window of some size.
func openPage(t *testing.T, html []byte, width, height int) *browser {
	t.Helper()
	if shared == nil {
		shared = start(t)
	}
	b := &browser{process: shared, t: t}
	b.last++
	file := filepath.Join(b.dir, fmt.Sprintf("page%d.html", b.last))
	if err := os.WriteFile(file, html, 0o666); err != nil {
		t.Fatal(err)
	}
	var target struct {
		TargetID string `json:"targetId"`
	}
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct {
		SessionID string `json:"sessionId"`
	}
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	t.Cleanup(func() {
		b.session = ""
		b.call("Target.closeTarget", target, nil)
	})
	b.call("Runtime.enable", nil, nil)
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Page.navigate", map[string]any{"url": "file://" + file}, nil)
	for deadline := time.Now().Add(30 * time.Second); b.eval(`document.readyState + location.protocol`) != "completefile:"; {
		if time.Now().After(deadline) {
			t.Fatal("the page does not load within 30 seconds")
		}
		time.Sleep(20 * time.Millisecond)
	}
	return b
}

// call sends a command and waits for its result. An exception in the page is an
// error of the test.
func (b *browser) call(method string, params any, result any) {
	b.t.Helper()
	b.last++
	id := b.last
	command := map[string]any{"id": id, "method": method}
	if params != nil {
		command["params"] = params
	}
	if b.session != "" {
		command["sessionId"] = b.session
	}
	data, err := json.Marshal(command)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(data, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	timeout := time.After(60 * time.Second)
	for {
		select {
		case r, ok := <-b.replies:
			switch {
			case !ok:
				b.t.Fatalf("%s: the browser ended: %s", method, b.messages.String())
			case r.Method == "Runtime.exceptionThrown":
				b.t.Errorf("an exception in the page: %s", r.Params)
			case r.ID != id:
			case r.Error != nil:
				b.t.Fatalf("%s: %s", method, r.Error.Message)
			default:
				if result != nil {
					if err := json.Unmarshal(r.Result, result); err != nil {
						b.t.Fatal(err)
					}
				}
				return
			}
		case <-timeout:
			b.t.Fatalf("%s: no answer within a minute", method)
		}
	}
}

// eval returns the value of a JavaScript expression as text.
func (b *browser) eval(expression string) string {
	b.t.Helper()
	var r struct {
		Result struct {
			Value any `json:"value"`
		} `json:"result"`
		ExceptionDetails json.RawMessage `json:"exceptionDetails"`
	}
	b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true}, &r)
	if r.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", expression, r.ExceptionDetails)
	}
	if r.Result.Value == nil {
		return ""
	}
	return fmt.Sprint(r.Result.Value)
}

// keys are the codes of keys that are not letters.
var keys = map[string]int{"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}

// press types keys as a person does.
func (b *browser) press(names ...string) {
	b.t.Helper()
	for _, key := range names {
		down := map[string]any{"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": keys[key]}
		switch {
		case key == "Enter":
			down["type"], down["text"] = "keyDown", "\r"
		case len(key) == 1:
			down["type"], down["text"] = "keyDown", key
		}
		b.call("Input.dispatchKeyEvent", down, nil)
		b.call("Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "windowsVirtualKeyCode": keys[key]}, nil)
	}
}

// click clicks in the middle of the first element that a selector finds.
func (b *browser) click(selector string) {
	b.t.Helper()
	var at struct{ X, Y float64 }
	place := b.eval(fmt.Sprintf(`(() => {
		const e = document.querySelector(%q);
		if (!e) return "";
		e.scrollIntoView({ block: "center", inline: "center" });
		const r = e.getBoundingClientRect();
		return JSON.stringify({ X: (r.left + r.right) / 2, Y: (r.top + r.bottom) / 2 });
	})()`, selector))
	if place == "" {
		b.t.Fatalf("no element %s to click on", selector)
	}
	if err := json.Unmarshal([]byte(place), &at); err != nil {
		b.t.Fatal(err)
	}
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		b.call("Input.dispatchMouseEvent", map[string]any{"type": kind, "x": at.X, "y": at.Y, "button": "left", "clickCount": 1}, nil)
	}
}

// screenshot writes what is seen to a folder, if REPORT_SCREENSHOTS names one.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	dir := os.Getenv("REPORT_SCREENSHOTS")
	if dir == "" {
		return
	}
	var shot struct {
		Data string `json:"data"`
	}
	b.call("Page.captureScreenshot", map[string]any{"format": "png"}, &shot)
	data, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), data, 0o666); err != nil {
		b.t.Fatal(err)
	}
}

// Command modpost compares the time of Kbuild's modpost with that of
// tools/modpost, on the same input: all modules of a Debian kernel image.
// dev/bench modpost runs it:
//
//	modpost --modules ROOT/usr/lib/modules/V/kernel \
//	    --symvers ROOT/usr/src/linux-headers-V/Module.symvers --release V \
//	    --c_modpost "LOADER --library-path LIBS .../scripts/mod/modpost.real-lsb-64" \
//	    --go_modpost MODPOST --work FOLDER
//
// The image has linked modules, modpost reads what they were linked from. So
// each .ko is unpacked, and given back the .export_symbol section that the
// final link drops, made of what Module.symvers says that it exports. Its CRCs
// go to a .cmd file beside it. The symbols, relocations, device tables and
// .modinfo are the module's own. What vmlinux exports is read with -i. The
// sources of modules with a MODULE_VERSION are not at hand: one small file
// stands for all.
//
// Both tools run with the same arguments in the same folder and write all
// .mod.c and Module.symvers; these must be the same bytes.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "modpost:", err)
		os.Exit(1)
	}
}

func run() error {
	modules := flag.String("modules", "", "`folder` of the image's modules (lib/modules/V/kernel)")
	symversFile := flag.String("symvers", "", "the kernel's Module.symvers `file`")
	release := flag.String("release", "", "the kernel's `release`")
	cTool := flag.String("c_modpost", "", "`command` that runs Kbuild's modpost")
	goTool := flag.String("go_modpost", "", "`command` that runs tools/modpost")
	work := flag.String("work", "", "`folder` for the input; used again if it is there")
	flags := flag.String("flags", "-M -m", "modpost's `flags`, those of the kernel's configuration")
	rounds := flag.Int("rounds", 5, "how often each runs; the best time of each counts")
	flag.Parse()
	if *modules == "" || *symversFile == "" || *release == "" || *cTool == "" || *goTool == "" || *work == "" {
		return fmt.Errorf("all of --modules, --symvers, --release, --c_modpost, --go_modpost and --work are needed")
	}
	input := filepath.Join(*work, "input")
	if _, err := os.Stat(filepath.Join(input, "modules.order")); err != nil {
		fmt.Fprintf(os.Stderr, "unpacking %s to %s...\n", *modules, input)
		if err := prepare(*modules, *symversFile, input); err != nil {
			return err
		}
	}
	args := append(strings.Fields(*flags), "-o", "Module.symvers", "-T", "modules.order", "-i", "vmlinux.symvers")
	c := &tool{name: "Kbuild's modpost", argv: slices.Concat(strings.Fields(*cTool), args)}
	ours := &tool{name: "tools/modpost", argv: slices.Concat(strings.Fields(*goTool), []string{"--release", *release}, args)}
	for range *rounds {
		for _, t := range []*tool{c, ours} {
			if err := t.measure(input); err != nil {
				return err
			}
		}
	}
	n, err := compare(c.outputs, ours.outputs)
	if err != nil {
		return err
	}
	for _, t := range []*tool{c, ours} {
		fmt.Printf("%-17s best %v, median %v of %d runs; cpu %v\n", t.name, slices.Min(t.times).Round(time.Millisecond), median(t.times).Round(time.Millisecond), len(t.times), slices.Min(t.cpu).Round(time.Millisecond))
	}
	fmt.Printf("%d files, the same bytes\nratio %.2f (best to best)\n", n, float64(slices.Min(c.times))/float64(slices.Min(ours.times)))
	return nil
}

// A tool is one of the two programs.
type tool struct {
	name       string
	argv       []string
	times, cpu []time.Duration
	outputs    map[string]string
}

// measure runs the tool once, on a folder without outputs of an earlier run.
func (t *tool) measure(input string) error {
	if err := removeOutputs(input); err != nil {
		return err
	}
	cmd := exec.Command(t.argv[0], t.argv[1:]...)
	cmd.Dir = input
	log, err := os.Create(filepath.Join(input, "..", strings.ReplaceAll(t.name, "/", "-")+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stderr = log
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w; its messages are in %s", t.name, err, log.Name())
	}
	t.times = append(t.times, time.Since(start))
	t.cpu = append(t.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	t.outputs, err = readOutputs(input)
	return err
}

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

// outputFiles returns the files that a run makes.
func outputFiles(input string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(input, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".mod.c") || filepath.Base(path) == "Module.symvers" {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

func removeOutputs(input string) error {
	files, err := outputFiles(input)
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	return err
}

func readOutputs(input string) (map[string]string, error) {
	files, err := outputFiles(input)
	outputs := make(map[string]string, len(files))
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		outputs[f] = string(data)
	}
	return outputs, err
}

func compare(c, ours map[string]string) (int, error) {
	for name, text := range c {
		if ours[name] != text {
			return 0, fmt.Errorf("%s is not what Kbuild's modpost writes", name)
		}
	}
	if len(c) != len(ours) || len(c) == 0 {
		return 0, fmt.Errorf("%d files, Kbuild's modpost writes %d", len(ours), len(c))
	}
	return len(c), nil
}

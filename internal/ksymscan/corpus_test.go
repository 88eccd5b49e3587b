package ksymscan_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rules-kbuild/rules_kbuild/internal/elfobj"
	"github.com/rules-kbuild/rules_kbuild/internal/ksymscan"
	"github.com/rules-kbuild/rules_kbuild/proto/ksympb"
)

// corpus returns the modules below the folder that KSYM_MODULES names, such as
// /usr/lib/modules, uncompressed.
func corpus(b *testing.B) []string {
	dir := os.Getenv("KSYM_MODULES")
	if dir == "" {
		b.Skip("set KSYM_MODULES to a folder of uncompressed modules")
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		b.Fatal(err)
	}
	var files []string
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".ko") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	if len(files) == 0 {
		b.Fatalf("no .ko below %s", dir)
	}
	return files
}

// cpuTime returns the processor time that the process has used. Unlike the
// time on the clock it says something on a machine that has other work too.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkModules compares a scan of many modules with a bare reading of
// their symbol tables: each symbol decoded, and its name found.
func BenchmarkModules(b *testing.B) {
	files := corpus(b)
	b.Run("bare", func(b *testing.B) {
		start := cpuTime(b)
		for b.Loop() {
			n := 0
			for _, file := range files {
				f, err := elfobj.Open(file)
				if err != nil {
					b.Fatal(err)
				}
				syms, err := f.Symbols()
				if err != nil {
					b.Fatal(err)
				}
				for s := range syms.All() {
					name, err := syms.Name(s)
					if err != nil {
						b.Fatal(err)
					}
					n += len(name)
				}
				if err := f.Close(); err != nil {
					b.Fatal(err)
				}
			}
			if n == 0 {
				b.Fatal("no symbol names")
			}
		}
		b.ReportMetric(float64(cpuTime(b)-start)/float64(b.N), "cpu-ns/op")
	})
	b.Run("scan", func(b *testing.B) {
		start := cpuTime(b)
		var scanner ksymscan.Scanner
		for b.Loop() {
			n := 0
			for _, file := range files {
				err := scanner.File(file, func(o *ksympb.Object) error {
					n += len(o.Imports)
					return nil
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			if n == 0 {
				b.Fatal("no imports")
			}
		}
		b.ReportMetric(float64(cpuTime(b)-start)/float64(b.N), "cpu-ns/op")
	})
}

package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// An sdk is the kernel that benchmarks over all modules of an image use.
type sdk struct {
	symvers string // its Module.symvers
	modules string // the folder lib/modules/RELEASE of its image
	root    string // the repository that it is in
}

const sdkName = "@linux_6_12//"

// openSDK builds the SDK and finds its parts.
func openSDK(w *workspace) (*sdk, error) {
	if err := w.build(sdkName+":symvers", sdkName+":modules"); err != nil {
		return nil, err
	}
	s := new(sdk)
	for target, to := range map[string]*string{":symvers": &s.symvers, ":modules": &s.modules} {
		file, err := w.file(sdkName + target)
		if err != nil {
			return nil, err
		}
		// The next build may take away the link to the repository.
		if *to, err = filepath.EvalSymlinks(file); err != nil {
			return nil, err
		}
	}
	root, _, found := strings.Cut(s.symvers, "/tree/usr/src/")
	if !found {
		return nil, fmt.Errorf("%s is not in an SDK's tree", s.symvers)
	}
	s.root = root
	return s, nil
}

func (s *sdk) release() string { return filepath.Base(s.modules) }

// program returns the command that runs a program of the SDK, given as a pattern
// of its path there: by the SDK's loader and libraries.
func (s *sdk) program(pattern string) (string, error) {
	programs, err := filepath.Glob(filepath.Join(s.root, pattern))
	if err != nil || len(programs) != 1 {
		return "", fmt.Errorf("%s: %d programs %s, one was expected", s.root, len(programs), pattern)
	}
	libraries := s.root + "/toolchain/usr/lib/x86_64-linux-gnu"
	return fmt.Sprintf("%s/ld-linux-x86-64.so.2 --library-path %s %s", libraries, libraries, programs[0]), nil
}

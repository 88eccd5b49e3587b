package main

import (
	"errors"
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
)

// A signing is how modules are signed: as Kbuild does (scripts/
// Makefile.modinst).
type signing struct{ program, hash, key, certificate string }

func (s *signing) flags(f *flag.FlagSet) {
	f.StringVar(&s.program, "sign_file", "", "the kernel's scripts/sign-file, a static `program`; none: modules are not signed")
	f.StringVar(&s.hash, "sign_hash", "", "`name` of the hash: CONFIG_MODULE_SIG_HASH")
	f.StringVar(&s.key, "sign_key", "", "`file`: the private key, as PEM")
	f.StringVar(&s.certificate, "sign_certificate", "", "`file`: its certificate, as vmlinux has it")
}

func (s *signing) check() error {
	if s.program == "" {
		return nil
	}
	if s.hash == "" || s.key == "" || s.certificate == "" {
		return errors.New("--sign_file needs --sign_hash, --sign_key and --sign_certificate")
	}
	program, err := filepath.Abs(s.program)
	s.program = program
	return err
}

// module adds a signature to a module.
func (s *signing) module(file string) error {
	if s.program == "" {
		return nil
	}
	cmd := exec.Command(s.program, s.hash, s.key, s.certificate, file)
	// What OpenSSL is to do does not depend on the machine's configuration of it.
	cmd.Env = []string{"OPENSSL_CONF=/dev/null", "PATH=/nonexistent"}
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("signing %s: %w: %s", filepath.Base(file), err, said)
	}
	return nil
}

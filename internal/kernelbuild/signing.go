package kernelbuild

import "regexp"

// What Kbuild signs modules with, besides the key (scripts/Makefile.modinst).
const (
	signFile           = "scripts/sign-file"
	signingCertificate = "certs/signing_key.x509"
)

var signingKey = regexp.MustCompile(`(?m)^CONFIG_MODULE_SIG_KEY="(.+)"$`)

// signingArgs say how `make modules_install` signs modules; none if it does
// not.
func (w *writer) signingArgs() []arg {
	m := signingKey.FindStringSubmatch(w.read(".config"))
	if m == nil || w.Modules.Config["MODULE_SIG_ALL"] != "y" {
		return nil
	}
	return []arg{
		{"sign_file", w.label("", signFile)},
		{"signing_key", w.label("", m[1])},
		{"signing_certificate", w.label("", signingCertificate)},
		{"signing_hash", w.Modules.Config["MODULE_SIG_HASH"]},
	}
}

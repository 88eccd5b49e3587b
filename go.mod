module github.com/rules-kbuild/rules_kbuild

go 1.25.0

require (
	github.com/ProtonMail/go-crypto v1.4.1
	github.com/bazelbuild/bazel-gazelle v0.47.0
	github.com/bazelbuild/buildtools v0.0.0-20260904073137-eaa4d125b423
	github.com/bazelbuild/rules_go v0.60.0
	github.com/cavaliergopher/cpio v1.0.1
	github.com/google/go-cmp v0.7.0
	github.com/klauspost/compress v1.20.3
	github.com/ulikunitz/xz v0.5.17
	golang.org/x/arch v0.26.0
	golang.org/x/sys v0.41.0
	golang.org/x/tools v0.34.0
	google.golang.org/protobuf v1.36.12
	mvdan.cc/sh/v3 v3.12.0
)

require golang.org/x/term v0.40.0

require (
	github.com/bmatcuk/doublestar/v4 v4.9.1
	github.com/cloudflare/circl v1.6.2 // indirect
	github.com/golang/protobuf v1.5.4 // indirect
	github.com/google/safeopen v0.0.0-20260327150837-43626d6f4685 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	golang.org/x/crypto v0.48.0 // indirect
	golang.org/x/mod v0.25.0 // indirect
	golang.org/x/sync v0.15.0 // indirect
	golang.org/x/tools/go/vcs v0.1.0-deprecated // indirect
)

tool (
	github.com/bazelbuild/bazel-gazelle/cmd/gazelle
	github.com/bazelbuild/buildtools/buildifier
)

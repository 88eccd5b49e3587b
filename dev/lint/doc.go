// Package lint is tests of the source tree itself: format, what the linters say, and files that follow from others.
//
//	./dev/bazel test //dev/lint:all
//	go test ./dev/lint
package lint

// Bootinit is /init in the initramfs of a kernel_boot_test: it loads the
// modules, runs the script, unloads and powers off. tools/initramfs packs it
// with the plan that it follows; tools/boottest reads what it reports.
package main

import "github.com/rules-kbuild/rules_kbuild/internal/bootinit"

func main() { bootinit.Main() }

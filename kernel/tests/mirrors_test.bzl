"""Tests of kernel/private/mirrors.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//kernel/private:mirrors.bzl", "mirrors_of", "package_urls", "parse_list", "parse_sources", "with_siblings")

_LIST = """\
# deb http://commented.example/debian trixie main
deb [arch=amd64 signed-by=/k.gpg] http://one.example/debian/ trixie main contrib
deb-src http://one.example/debian trixie main
deb http://sec.example/debian-security trixie-security main # end
deb http://tool.example/apt stable tool
deb http://node.example/node nodistro main
deb cdrom:[Debian] trixie main
"""

_SOURCES = """\
Types: deb deb-src
URIs: https://two.example/debian
  https://three.example/mirror/debian
# comment
Suites: trixie trixie-updates
Components: main

Types: deb
URIs: https://four.example/sec
Suites: trixie-security
Components: main

Types: deb
URIs: https://off.example/debian
Suites: trixie
Components: main
Enabled: no
"""

def _apt_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, [
        struct(url = "http://one.example/debian", archive = "debian"),
        struct(url = "http://sec.example/debian-security", archive = "debian-security"),
        struct(url = "https://two.example/debian", archive = "debian"),
        struct(url = "https://three.example/mirror/debian", archive = "debian"),
        struct(url = "http://node.example/node", archive = "debian"),
        struct(url = "https://four.example/sec", archive = "debian-security"),
    ], mirrors_of(parse_list(_LIST) + parse_sources(_SOURCES)))
    return unittest.end(env)

_apt_test = unittest.make(_apt_test_impl)

def _urls_test_impl(ctx):
    env = unittest.begin(ctx)
    mirrors = with_siblings([struct(url = "http://a.example/debian", archive = "debian")])
    asserts.equals(env, [
        "http://a.example/debian-security/pool/x.deb",
        "http://a.example/debian/pool/x.deb",
    ], package_urls(mirrors, struct(archive = "debian-security", path = "pool/x.deb")))
    asserts.equals(env, [
        "http://a.example/debian/pool/x.deb",
        "http://a.example/debian-security/pool/x.deb",
    ], package_urls(mirrors, struct(archive = "debian", path = "pool/x.deb")))
    return unittest.end(env)

_urls_test = unittest.make(_urls_test_impl)

def mirrors_test_suite(name):
    unittest.suite(name, _apt_test, _urls_test)

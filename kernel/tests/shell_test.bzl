"""Tests of kernel/private/shell.bzl."""

load("@bazel_skylib//lib:unittest.bzl", "asserts", "unittest")
load("//kernel/private:shell.bzl", "split_assignments", "split_commands")

def _split_test_impl(ctx):
    env = unittest.begin(ctx)
    for text, want in {
        "": [],
        "a b\tc": [["a", "b", "c"]],
        "a;b&&c||d|e&\nf": [["a"], ["b"], ["c"], ["d"], ["e"], ["f"]],
        "a 'b c' \"d e\"f": [["a", "b c", "d ef"]],
        "a '' \"\"": [["a", "", ""]],
        "-DX='\"y\"'": [["-DX=\"y\""]],
        "'it'\\''s'": [["it's"]],
        "\"a\\\"b\\$c\\d\"": [["a\"b$c\\d"]],
        "a \\\n b\\ c": [["a", "b c"]],
        "a # b\nc#d": [["a"], ["c#d"]],
        "if [ ! -f v ]; then x y; else z; fi;": [["[", "!", "-f", "v", "]"], ["x", "y"], ["z"]],
        "{ echo a; } >> f 2>/dev/null": [["echo", "a"]],
        "echo b >&2; c 1>&2 d": [["echo", "b"], ["c", "d"]],
        "x >'a b' y": [["x", "y"]],
        "set -e; trap 'rm -f x; exit' INT; cc -c": [["set", "-e"], ["trap", "rm -f x; exit", "INT"], ["cc", "-c"]],
    }.items():
        got = split_commands(text)
        asserts.equals(env, None, got.error)
        asserts.equals(env, want, got.commands)
    for text in ["a 'b", "a \"b\nc"]:
        asserts.true(env, split_commands(text).error != None)
    return unittest.end(env)

_split_test = unittest.make(_split_test_impl)

def _assignments_test_impl(ctx):
    env = unittest.begin(ctx)
    asserts.equals(env, (["A=b c", "D_1="], ["e", "F=g"]), split_assignments(["A=b c", "D_1=", "e", "F=g"]))
    asserts.equals(env, ([], ["-DX=1", "y"]), split_assignments(["-DX=1", "y"]))
    asserts.equals(env, (["A=b"], []), split_assignments(["A=b"]))
    asserts.equals(env, ([], ["1A=b"]), split_assignments(["1A=b"]))
    return unittest.end(env)

_assignments_test = unittest.make(_assignments_test_impl)

def shell_test_suite(name):
    unittest.suite(name, _split_test, _assignments_test)

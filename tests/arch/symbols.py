#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One name, one meaning: tests/arch/symbols.py

No two static libraries of the build in $TSUNAGI_BUILD (or build/ beside tests/), and no two objects of one, define the same external
symbol.  The daemon's rooms and the library may be linked into one program, where the linker would take whichever comes first.
Each library counts as one test; then the check is shown to fail.  The last line is "N passed, N failed".
"""
import os
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNDEFINED = "UuwvWV"  # nm's letters for what is not there, or may stand in several places


def archives(build):
    """Every static library below build."""
    return sorted(os.path.join(folder, name) for folder, _, files in os.walk(build) for name in files
                  if name.startswith("lib") and name.endswith(".a"))


def definitions(archive):
    """Yields (symbol, object) for every external symbol that an archive defines."""
    out = subprocess.run(["nm", "--extern-only", "--defined-only", archive], capture_output=True, text=True, check=True).stdout
    current = None
    for line in out.splitlines():
        words = line.split()
        if line.endswith(":"):
            current = os.path.basename(line[:-1])
        elif len(words) == 3 and words[1] not in UNDEFINED:
            yield words[2], current


def clashes(paths):
    """{archive: ["symbol: also in ..."]} over these archives."""
    first = {}  # symbol -> (archive, object)
    found = {path: [] for path in paths}
    for path in paths:
        for symbol, unit in definitions(path):
            if symbol in first:
                other, other_unit = first[symbol]
                found[path].append(f"{symbol} of {unit} is defined in {os.path.basename(other)} ({other_unit}) too")
            else:
                first[symbol] = (path, unit)
    return found


def compiled(folder, name, sources):
    """An archive of made-up sources (name -> text)."""
    objects = []
    for unit, text in sources.items():
        source = os.path.join(folder, unit)
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        objects.append(source.removesuffix(".c") + ".o")
        subprocess.run([*shlex.split(os.environ.get("CC", "cc")), "-c", source, "-o", objects[-1]], check=True)
    path = os.path.join(folder, name)
    subprocess.run(["ar", "rc", path, *objects], check=True)
    return path


def shown_to_fail():
    """Yields (what, whether the check said so) on made-up archives."""
    with tempfile.TemporaryDirectory() as folder:
        a = compiled(folder, "liba.a", {"a.c": "int file_read(void) { return 1; }\nstatic int own = 3;\nint a(void) { return own; }\n"})
        b = compiled(folder, "libb.a", {"b.c": "int file_read(void) { return 2; }\nint b(void) { return 0; }\n"})
        c = compiled(folder, "libc.a", {"c.c": "static int own = 4;\nint a(void);\nint c(void) { return own + a(); }\n"})
        d = compiled(folder, "libd.a", {"d1.c": "int twice = 1;\n", "d2.c": "int twice = 2;\n"})
        yield "a function of two libraries", clashes([a, b]) == {a: [], b: ["file_read of b.o is defined in liba.a (a.o) too"]}
        yield "one name twice in one library", clashes([d]) == {d: ["twice of d2.o is defined in libd.a (d1.o) too"]}
        yield "what is static, or only used, is no clash", not any(clashes([a, c]).values())


def main():
    build = os.environ.get("TSUNAGI_BUILD") or os.path.join(ROOT, "build")
    paths = archives(build)
    passed = failed = 0
    if not paths:
        print(f"{build}: holds no static library; build first, or name the build in TSUNAGI_BUILD")
        failed += 1
    for path, found in clashes(paths).items():
        for text in found:
            print(f"{os.path.relpath(path, build)}: {text}")
        passed, failed = passed + (not found), failed + bool(found)
    for what, held in shown_to_fail():
        if not held:
            print(f"not as it should be: {what}")
        passed, failed = passed + held, failed + (not held)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

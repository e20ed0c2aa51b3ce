#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""decide and apply read no clock, no randomness, no file, no network (promise P9): tests/arch/pure.py

Reads the undefined symbols of the objects that rules are made of (the libraries tsunagi-rules and tsunagi-broker-rules) out of the
build in $TSUNAGI_BUILD, or build/ beside tests/.  Outside our own code they may use a short list of libc; of our own, nothing that leads
out of the transaction at hand.  Each object counts as one test; the last line is "N passed, N failed".
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIBRARIES = ("daemon/rules/libtsunagi-rules.a", "daemon/broker/libtsunagi-broker-rules.a")

# libc that computes and allocates, what compilers add, and what generated code holds.
LIBC = re.compile(
    r"^(_?_?mem(cpy|cmp|set|move|chr)(_chk)?|str(len|cmp|ncmp|chr)|__?snprintf(_chk)?|snprintf|vsnprintf|__vsnprintf_chk|qsort|bsearch"
    r"|protobuf_c_empty_string|protobuf_c_message_descriptor_get_field_by_name"
    r"|malloc|calloc|realloc|free|abort|bcmp|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|tsan|sanitizer|gcov|llvm)_.*)$")

# Ours, and not for rules: clocks, chance, threads, logging, keys that sign, transactions that begin or end, the ledger's own pen.
CLOSED = re.compile(
    r"^(clock_(wall|mono)|random_|id_new|log_|ring_|curve_key_new|private_key_|signature_sign|certificate_(issue|root_new|request)"
    r"|seal_|note_sign|checkpoint_sign|store_|txn_(begin|commit|abort)|ledger_|batch_|writer_|broker_|outbox_|leases_|sessions_)")


def symbols(path, kind):
    """{object: set of names} of an archive; kind is "-u" (undefined) or "--defined-only"."""
    out = subprocess.run(["nm", kind, path], capture_output=True, text=True, check=True).stdout
    found, current = {}, None
    for line in out.splitlines():
        if line.endswith(":"):
            current = os.path.basename(line[:-1])
            found[current] = set()
        elif line.strip() and current is not None:
            found[current].add(line.split()[-1])
    return found


def archives(build):
    for folder, _, files in os.walk(build):
        for name in files:
            if name.startswith("libtsunagi-") and name.endswith(".a"):
                yield os.path.join(folder, name)


def breaches(undefined, own):
    """Names that rules must not use, each with why."""
    for name in sorted(undefined):
        if CLOSED.match(name):
            yield name, "leads out of the transaction at hand"
        elif name not in own and not LIBC.match(name):
            yield name, "is neither ours nor in the short list of libc"


def main():
    build = os.environ.get("TSUNAGI_BUILD") or os.path.join(ROOT, "build")
    libraries = [os.path.join(build, library) for library in LIBRARIES]
    passed = failed = 0
    for library in libraries:
        if not os.path.exists(library):
            print(f"{library}: not there; build first, or name the build in TSUNAGI_BUILD")
            print("0 passed, 1 failed")
            return 1
    own = set()
    for path in archives(build):
        for names in symbols(path, "--defined-only").values():
            own |= names
    for unit, names in sorted(item for library in libraries for item in symbols(library, "-u").items()):
        found = list(breaches(names, own))
        for name, why in found:
            print(f"{unit}: {name} {why}")
        passed, failed = passed + (not found), failed + bool(found)
    # The check can fail: what must be caught is caught.
    for name in ("clock_wall_us", "random_bytes", "getrandom", "time", "open", "socket", "txn_commit", "ledger_append"):
        if not list(breaches({name}, own)):
            print(f"{name} would pass")
            failed += 1
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows that each check of floors.py can fail, on made-up trees.  Ends with "N passed, N failed"."""
import os
import subprocess
import sys
import tempfile
import unittest

import floors

C_LICENCE = "/* " + floors.LICENCE + " */\n"
SOUND = {
    "proto/README.md": "the contract\n",
    "proto/base/README.md": "floor 0\n",
    "proto/base/err.h": C_LICENCE + "#pragma once\n",
    "proto/base/err.c": C_LICENCE + '#include "base/err.h"\n\n#include <errno.h>\n#include <sys/types.h>\n',
    "proto/crypto/README.md": "floor 1\n",
    "proto/crypto/seal.h": C_LICENCE + '#include "base/err.h"\n',
    "proto/crypto/seal.c": C_LICENCE + '#include "crypto/seal.h"\n\n#include <openssl/cms.h>\n',
    "daemon/README.md": "the broker\n",
    "daemon/store/README.md": "floor 3\n",
    "daemon/store/txn.c": C_LICENCE + '#include "base/err.h"\n#include "frame.pb-c.h"\n#include <lmdb.h>\n',
    "clients/README.md": "the agencies' side\n",
    "clients/tsunagi/README.md": "the command\n",
    "clients/tsunagi/ping.c": C_LICENCE + '#include "tsunagi/tsunagi.h"\n#include "crypto/seal.h"\n',
    "include/README.md": "the promise\n",
    "include/tsunagi/tsunagi.h": C_LICENCE + "#include <stdint.h>\n",
    "meson.build": "# " + floors.LICENCE + "\n",
    "deploy/README.md": "from a bare machine\n",
    "deploy/demo": "#!/bin/sh\n# " + floors.LICENCE + "\n",
}


def tree_of(folder, changes):
    """The sound tree with changes (path -> text, or None to leave it out), written and read."""
    for path, text in {**SOUND, **changes}.items():
        if text is None:
            continue
        os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text)
    return floors.Tree(folder)


class Floors(unittest.TestCase):
    def faults(self, check, changes, bare=False):
        """What check says of the changed tree; bare: the changes are C sources without their licence line."""
        if bare:
            changes = {path: C_LICENCE + text for path, text in changes.items()}
        with tempfile.TemporaryDirectory() as folder:
            return check(tree_of(folder, changes))

    def assert_breach(self, check, path, text, where):
        """One source more makes check fail, once, beginning with where."""
        faults = self.faults(check, {path: text}, bare=True)
        self.assertEqual(len(faults), 1, faults)
        self.assertTrue(faults[0].startswith(where), faults)

    def assert_fine(self, check, path, text):
        self.assertEqual(self.faults(check, {path: text}, bare=True), [])

    def test_a_sound_tree_holds(self):
        for check in floors.CHECKS:
            self.assertEqual(self.faults(check, {}), [], check.__doc__)

    def test_a_source_without_room(self):
        self.assert_breach(floors.check_rooms, "daemon/attic/old.c", "", "daemon/attic/old.c:1:")
        self.assert_breach(floors.check_rooms, "daemon/main_helper.c", "", "daemon/main_helper.c:1:")
        self.assert_fine(floors.check_rooms, "daemon/main.c", "")

    def test_an_include_that_is_not_from_the_root(self):
        self.assert_breach(floors.check_names, "proto/base/id.c", '#include "err.h"\n', "proto/base/id.c:2:")
        self.assert_breach(floors.check_names, "proto/base/id.c", '\n#include "../base/err.h"\n', "proto/base/id.c:3:")
        self.assert_breach(floors.check_names, "proto/base/id.c", '#include "base/gone.h"\n', "proto/base/id.c:2:")
        self.assert_breach(floors.check_names, "proto/base/id.c", '  #  include "gone.h"\n', "proto/base/id.c:2:")

    def test_one_name_for_two_files(self):
        self.assertEqual(len(self.faults(floors.check_names, {"clients/tsunagi/tsunagi.h": C_LICENCE})), 1)

    def test_an_upward_include(self):
        self.assert_breach(floors.check_floors, "proto/base/id.c", '#include "crypto/seal.h"\n', "proto/base/id.c:2:")
        self.assert_breach(floors.check_floors, "proto/base/id.h", '#include <crypto/seal.h>\n', "proto/base/id.h:2:")

    def test_an_include_of_the_same_floor(self):
        changes = {"daemon/store/txn.h": "", "daemon/config/options.c": '#include "store/txn.h"\n'}
        self.assertEqual(len(self.faults(floors.check_floors, changes, bare=True)), 1)
        changes = {"daemon/store/txn.h": "", "daemon/ledger/entry.c": '#include "store/txn.h"\n'}
        self.assertEqual(self.faults(floors.check_floors, changes, bare=True), [])
        changes = {"daemon/store/txn.h": "", "clients/libtsunagi/client.c": '#include "store/txn.h"\n'}
        self.assertEqual(len(self.faults(floors.check_floors, changes, bare=True)), 1)

    def test_an_include_that_is_closed(self):
        for room, other in (("clients/tsunagi", "daemon/broker"), ("clients/tsunagi", "daemon/front"), ("daemon/front", "clients/libtsunagi"),
                            ("clients/examples", "proto/crypto"), ("clients/examples", "clients/libtsunagi")):
            other_header = f"{other}/seen.h"
            name = other_header.split("/", 1)[1]
            changes = {other_header: "", f"{room}/sees.c": f'#include "{name}"\n'}
            faults = self.faults(floors.check_floors, changes, bare=True)
            self.assertEqual(len(faults), 1, (room, other, faults))
            self.assertTrue(faults[0].startswith(f"{room}/sees.c:2:"), faults)

    def test_what_the_command_may_use(self):
        changes = {"daemon/ledger/verify.h": "", "daemon/config/options.h": "",
                   "clients/tsunagi/ledger.c": '#include "ledger/verify.h"\n#include "config/options.h"\n#include "base/err.h"\n'}
        self.assertEqual(self.faults(floors.check_floors, changes, bare=True), [])

    def test_public_headers_are_for_clients(self):
        self.assert_breach(floors.check_floors, "daemon/store/env.c", '#include "tsunagi/tsunagi.h"\n', "daemon/store/env.c:2:")
        self.assert_breach(floors.check_floors, "proto/base/id.c", "#include <tsunagi/tsunagi.h>\n", "proto/base/id.c:2:")
        self.assert_fine(floors.check_floors, "clients/examples/send.c", "#include <tsunagi/tsunagi.h>\n")

    def test_a_public_header_sees_nothing_of_ours(self):
        self.assert_breach(floors.check_floors, "include/tsunagi/more.h", '#include "base/err.h"\n', "include/tsunagi/more.h:2:")
        self.assert_breach(floors.check_public, "include/tsunagi/more.h", "#include <jansson.h>\n", "include/tsunagi/more.h:2:")
        self.assert_breach(floors.check_public, "include/tsunagi/more.h", "#include <pthread.h>\n", "include/tsunagi/more.h:2:")
        self.assert_fine(floors.check_public, "include/tsunagi/more.h", "#include <tsunagi/tsunagi.h>\n#include <stddef.h>\n")

    def test_a_circle_of_headers(self):
        changes = {"proto/base/a.h": '#include "base/b.h"\n', "proto/base/b.h": '#include "base/a.h"\n'}
        faults = self.faults(floors.check_circles, changes, bare=True)
        self.assertEqual(len(faults), 1, faults)
        self.assertTrue(faults[0].startswith("proto/base/b.h:2:"), faults)

    def test_a_circle_by_way_of_a_source(self):
        changes = {"proto/base/a.h": "", "proto/base/a.c": '#include "base/a.h"\n#include "base/b.h"\n',
                   "proto/base/b.h": '#include "base/c.h"\n', "proto/base/c.h": "", "proto/base/c.c": '#include "base/a.h"\n'}
        faults = self.faults(floors.check_circles, changes, bare=True)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn("proto/base/a -> proto/base/b -> proto/base/c -> proto/base/a", faults[0])

    def test_no_circle_where_two_ways_meet(self):
        changes = {"proto/base/a.h": '#include "base/b.h"\n#include "base/c.h"\n', "proto/base/b.h": '#include "base/d.h"\n',
                   "proto/base/c.h": '#include "base/d.h"\n', "proto/base/d.h": "", "proto/base/d.c": '#include "base/d.h"\n'}
        self.assertEqual(self.faults(floors.check_circles, changes, bare=True), [])

    def test_a_library_outside_its_home(self):
        for path, header in (("daemon/front/zap.c", "openssl/evp.h"), ("proto/base/id.c", "protobuf-c/protobuf-c.h"),
                             ("daemon/broker/submit.c", "lmdb.h"), ("clients/tsunagi/ping.c", "zmq.h"), ("daemon/store/env.c", "zmq_utils.h"),
                             ("daemon/config/file.c", "jansson.h"), ("daemon/ledger/entry.c", "cyaml/cyaml.h"),
                             ("daemon/front/front.c", "systemd/sd-daemon.h")):
            self.assert_breach(floors.check_homes, path, f"#include <{header}>\n", f"{path}:2: <{header}> outside its home")

    def test_a_library_at_home(self):
        for path, header in (("proto/crypto/note.c", "openssl/evp.h"), ("proto/contract/codec.c", "protobuf-c/protobuf-c.h"),
                             ("daemon/front/zap.c", "zmq.h"), ("clients/libtsunagi/socket.c", "zmq.h"), ("clients/tsunagi/send.c", "jansson.h"),
                             ("daemon/config/file.c", "cyaml/cyaml.h"), ("daemon/main.c", "systemd/sd-daemon.h"),
                             ("daemon/broker/submit.c", "sys/stat.h"), ("daemon/broker/submit.c", "pthread.h")):
            self.assert_fine(floors.check_homes, path, f"#include <{header}>\n")
        self.assert_fine(floors.check_homes, "daemon/broker/submit.c", '#include "frame.pb-c.h"\n')

    def test_a_library_without_home(self):
        self.assert_breach(floors.check_homes, "proto/base/id.c", "#include <curl/curl.h>\n", "proto/base/id.c:2: <curl/curl.h> has no home")

    def test_a_source_without_licence(self):
        for path in ("proto/base/id.c", "proto/base/id.h", "proto/frame.proto", "tests/arch/more.py", "deploy/setup.sh", "deploy/site.yaml",
                     "proto/meson.build"):
            faults = self.faults(floors.check_licence, {path: "int nothing;\n"})
            self.assertEqual(faults, [f"{path}:1: no {floors.LICENCE}"])
        self.assertEqual(self.faults(floors.check_licence, {"proto/base/id.c": ""}), [f"proto/base/id.c:1: no {floors.LICENCE}"])
        self.assertEqual(self.faults(floors.check_licence, {"deploy/demo": "#!/bin/sh\nexit 0\n"}), [f"deploy/demo:2: no {floors.LICENCE}"])
        self.assertEqual(len(self.faults(floors.check_licence, {"proto/base/id.c": "int nothing;\n" + C_LICENCE})), 1)

    def test_what_needs_no_licence_line(self):
        changes = {"tests/fuzz/corpus/bad.yaml": "- 1\n", "tests/golden/directory.yaml": "- 1\n", "deploy/notes.txt": "words\n"}
        self.assertEqual(self.faults(floors.check_licence, changes), [])

    def test_a_folder_without_readme(self):
        for path in ("proto/README.md", "proto/base/README.md", "deploy/README.md"):
            faults = self.faults(floors.check_readmes, {path: None})
            self.assertEqual(len(faults), 1, faults)
            self.assertTrue(faults[0].startswith(path + ":1:"), faults)
        self.assertEqual(self.faults(floors.check_readmes, {"tests/README.md": "", "tests/unit/README.md": "", "tests/unit/base/a.c": ""}), [])

    def test_leftovers(self):
        for mark in ("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"):
            self.assert_breach(floors.check_leftovers, "proto/base/id.c", f"\n/* {mark}: later */\n", f"proto/base/id.c:3: {mark}")
        self.assertEqual(len(self.faults(floors.check_leftovers, {"deploy/README.md": "TO" + "DO\n"})), 1)
        self.assert_fine(floors.check_leftovers, "proto/base/id.c", "char code[] = \"XXXXX-XXXXC\"; /* hackathon */\n")

    def test_a_long_function(self):
        body = "\tstep();\n"
        self.assert_fine(floors.check_functions, "proto/base/id.c", "int f(void)\n{\n" + body * 100 + "}\n")
        self.assert_breach(floors.check_functions, "proto/base/id.c", "int f(void)\n{\n" + body * 101 + "}\n", "proto/base/id.c:3: a function of 101")
        self.assert_breach(floors.check_functions, "proto/base/id.c", "int f(void)\n{\n}\n\nint g(void)\n{\n" + body * 200 + "}\n",
                           "proto/base/id.c:7: a function of 200")
        self.assert_fine(floors.check_functions, "proto/base/id.c", "static const int table[] = {\n" + "\t1,\n" * 300 + "};\n")

    def test_a_long_file(self):
        self.assert_fine(floors.check_files, "proto/base/id.c", "\n" * 599)
        self.assert_breach(floors.check_files, "proto/base/id.c", "\n" * 600, "proto/base/id.c:601:")

    def test_generated_and_ignored_files_are_left_out(self):
        changes = {"proto/frame.pb-c.h": "TO" + "DO", "build/proto/left.c": "TO" + "DO", "proto/__pycache__/left.py": "TO" + "DO"}
        for check in floors.CHECKS:
            self.assertEqual(self.faults(check, changes), [], check.__doc__)

    def test_what_git_ignores_is_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["git", "init", "-q", folder], check=True)
            tree = tree_of(folder, {".gitignore": "/scratch/\n", "scratch/left.c": "TO" + "DO", "proto/base/id.c": C_LICENCE})
            self.assertNotIn("scratch/left.c", tree.files)
            self.assertIn("proto/base/id.c", tree.files)

    def run_program(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            tree_of(folder, changes)
            return subprocess.run([sys.executable, floors.__file__, folder], capture_output=True, text=True)

    def test_the_program_counts_and_exits(self):
        count = len(floors.CHECKS)
        sound = self.run_program({})
        self.assertEqual((sound.returncode, sound.stdout.split("\n")[-2]), (0, f"{count} passed, 0 failed"))
        broken = self.run_program({"proto/base/id.c": C_LICENCE + '#include "crypto/seal.h"\n#include <zmq.h>\n'})
        self.assertEqual((broken.returncode, broken.stdout.split("\n")[-2]), (1, f"{count - 2} passed, 2 failed"))
        self.assertIn("  proto/base/id.c:2: proto/base includes proto/crypto/seal.h: floor 1 seen from floor 0\n", broken.stdout)

    def test_an_empty_tree_is_no_success(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, floors.__file__, folder], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    result = unittest.TextTestRunner(stream=sys.stdout).run(unittest.defaultTestLoader.loadTestsFromTestCase(Floors))
    wrong = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - wrong} passed, {wrong} failed", flush=True)
    sys.exit(0 if result.wasSuccessful() else 1)

# SPDX-License-Identifier: Apache-2.0
"""Making a site, its directory, its agencies, its state: what an operator does before the first message."""
import json
import os
import shutil
import socket
import stat
import subprocess
import tempfile
import unittest

from harness import DIRECTORY, TSUNAGI, TSUNAGID, Site, run


class Init(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="tsunagi-test-")
        self.home = os.path.join(self.work, "home")
        self.addCleanup(shutil.rmtree, self.work)

    def init(self, *words):
        return run([TSUNAGI, "--home", self.home, "init", *words])

    def test_makes_a_private_home_once(self):
        made = self.init("--site", "chiba-city", "--code", "121002", "--endpoint", "tcp://127.0.0.1:7999", "--json")
        self.assertEqual(made.code, 0, made)
        self.assertEqual(made.json()["endpoints"], ["tcp://127.0.0.1:7999"])
        self.assertRegex(made.json()["verification_key"], r"^chiba-city/1\+[0-9a-f]{8}\+A")
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.home, "keys")).st_mode), 0o700)
        for name in ("curve.key", "checkpoint.key", "site.key"):
            self.assertEqual(stat.S_IMODE(os.stat(os.path.join(self.home, "keys", name)).st_mode), 0o600)
        before = {name: open(os.path.join(self.home, "keys", name), "rb").read() for name in os.listdir(os.path.join(self.home, "keys"))}
        again = self.init("--site", "chiba-city", "--code", "121002", "--json")
        self.assertEqual((again.code, again.json()["error"]["code"]), (1, "HOME_EXISTS"))
        for name, content in before.items():
            self.assertEqual(open(os.path.join(self.home, "keys", name), "rb").read(), content)

    def test_refuses_what_is_no_site(self):
        for words in (["--site", "Chiba City", "--code", "121002"], ["--site", "chiba-city", "--code", "121003"], ["--site", "chiba-city", "--code", "12100"],
                      ["--site", "chiba-city", "--code", "121002", "--endpoint", "http://x"]):
            with self.subTest(words):
                self.assertEqual(self.init(*words).code, 2)
                self.assertFalse(os.path.exists(os.path.join(self.home, "tsunagid.yaml")))

    def test_without_a_daemon(self):
        self.init("--site", "chiba-city", "--code", "121002")
        for words in (["status"], ["queue"], ["directory", "show"], ["ledger", "checkpoint"], ["agency", "list"]):
            with self.subTest(words):
                outcome = run([TSUNAGI, "--home", self.home, *words, "--json"])
                self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (4, "NO_DAEMON"))
        outcome = run([TSUNAGI, "--home", self.home, "status", "--wait", "0.2", "--json"])
        self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (3, "NOT_READY"))
        outcome = run([TSUNAGI, "--home", self.work + "/none", "status", "--json"])
        self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (3, "NO_HOME"))
        self.assertEqual(run([TSUNAGI, "--home", self.home, "ledger", "verify"]).code, 3)
        self.assertEqual(run([TSUNAGI, "--home", self.home, "site", "key"]).out.count("\n"), 1)

    def test_two_options_that_disagree_are_told_with_their_line(self):
        self.init("--site", "chiba-city", "--code", "121002")
        path = os.path.join(self.home, "tsunagid.yaml")
        with open(path, "a", encoding="utf-8") as file:
            file.write("ring_slots: 64\n")
        with open(path, encoding="utf-8") as file:
            line = len(file.readlines())
        outcome = run([TSUNAGID, "--home", self.home, "--check"])
        self.assertEqual(outcome.code, 78, outcome)
        self.assertIn(f"line={line} ", outcome.err)
        self.assertIn(f"ring_reserve must be less than ring_slots; they are 128 (default) and 64 (line {line})", outcome.err)

    def test_a_key_that_others_can_read_is_refused(self):
        self.init("--site", "chiba-city", "--code", "121002")
        os.chmod(os.path.join(self.home, "keys", "checkpoint.key"), 0o644)
        outcome = run([TSUNAGI, "--home", self.home, "site", "key", "--json"])
        self.assertEqual((outcome.code, outcome.json()["error"]["code"]), (1, "PERMISSION"))

    @unittest.skipIf(os.geteuid() != 0, "becoming another user needs root")
    def test_a_stranger_may_not(self):
        with Site(site="chiba-city") as site:
            os.chmod(site.work, 0o755)
            os.chmod(site.home, 0o755)
            os.chmod(os.path.join(site.home, "run"), 0o755)
            process = subprocess.run([TSUNAGI, "--home", site.home, "status", "--json"], capture_output=True, text=True, user=65534, group=65534,
                                     extra_groups=[], env={"LANG": "C.UTF-8", "PATH": os.environ["PATH"]}, check=False)
            self.assertEqual(process.returncode, 1, process)
            self.assertIn('"PERMISSION"', process.stdout)


class Directory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(directory=DIRECTORY)
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def changed(self, edit):
        path = os.path.join(self.site.work, "changed.yaml")
        with open(DIRECTORY, encoding="utf-8") as source, open(path, "w", encoding="utf-8") as file:
            file.write(edit(source.read()))
        return path

    def test_check_names_lines(self):
        self.assertEqual(self.site.must("directory", "check", DIRECTORY, "--json").json()["agencies"], 95)
        path = self.changed(lambda text: text.replace("sector: anshin_care", "sectr: anshin_care", 1).replace("coordinator: korei-fukushi", "coordinator: nobody", 1))
        outcome = self.site.command("directory", "check", path)
        self.assertEqual(outcome.code, 1)
        self.assertRegex(outcome.err, r"changed\.yaml:\d+: .*sectr")
        self.assertRegex(outcome.err, r"changed\.yaml:\d+: .*nobody")
        report = self.site.command("directory", "check", path, "--json").json()
        self.assertFalse(report["ok"])
        self.assertTrue(all(problem["line"] > 0 for problem in report["problems"]))
        before = self.site.must("directory", "show", "--json").json()["version"]
        self.assertEqual(self.site.command("directory", "load", path).code, 1)
        self.assertEqual(self.site.must("directory", "show", "--json").json()["version"], before)
        self.assertEqual(self.site.command("directory", "check", path + ".none").code, 3)

    def test_diff_then_load(self):
        path = self.changed(lambda text: text.replace("sector: anshin_care", "sector: care", 1))
        diff = self.site.must("directory", "diff", path, "--json").json()
        self.assertEqual((diff["added"], diff["changed"], diff["removed"]), (0, 1, 0))
        self.assertEqual(diff["changes"][0]["fields"], ["sector"])
        self.assertIn("anshin-chuo: sector", self.site.must("directory", "diff", path).out)
        loaded = self.site.must("directory", "load", path, "--json").json()
        self.assertTrue(loaded["loaded"])
        again = self.site.must("directory", "load", path, "--json").json()
        self.assertEqual((again["loaded"], again["seq"]), (False, loaded["seq"]))
        self.site.must("directory", "load", DIRECTORY)

    def test_another_sites_directory_is_refused(self):
        path = self.changed(lambda text: text.replace("site: chiba-city", "site: other-city", 1))
        outcome = self.site.command("directory", "load", path, "--json")
        self.assertEqual(outcome.code, 1, outcome)

    def test_show(self):
        self.assertIn("95 agencies of chiba-city", self.site.must("directory", "show").out)
        one = self.site.must("directory", "show", "kokoro", "--json").json()
        self.assertEqual((one["id"], one["state"]["state"]), ("kokoro", "not_enrolled"))
        self.assertIn("こころの健康センター", self.site.must("directory", "show", "kokoro@chiba-city", env={"LANG": "ja_JP.UTF-8"}).out)
        self.assertEqual(self.site.command("directory", "show", "nobody").code, 3)
        self.assertEqual(self.site.command("directory", "show", "kokoro@elsewhere").code, 3)

    def test_an_entry_is_read_by_people(self):
        entry = self.site.must("directory", "show", "anshin-hanamigawa").out
        self.assertRegex(entry, r"hours +Mon-Sat 08:30-17:30\n +also on public holidays")
        self.assertRegex(entry, r"services +consultation  Consultation for older people\n +rights  ")
        self.assertNotIn("{", entry)
        entry = self.site.must("directory", "show", "chukaku", env={"LANG": "ja_JP.UTF-8"}).out
        self.assertRegex(entry, r"開所時間 +24 時間・365 日")

    def test_agencies_look_it_up_as_well(self):
        """Whom one may write to: with the bundle alone, and from what was last seen while the broker is away."""
        with Site(agencies=["link"]) as site:
            whole = site.as_agency("link", "directory", "show")
            self.assertIn("94 agencies of chiba-city", whole.out)  # one that must stay hidden is not among them
            self.assertRegex(whole.out, r"link +.* enrolled\n")
            told = site.as_agency("link", "directory", "show", "--json").json()
            self.assertEqual((told["type"], told["current"], told["enrolled"]), ("directory_show", True, ["link"]))
            self.assertEqual(site.as_agency("link", "directory", "show", "kokoro@chiba-city", "--json").json()["enrolled"], False)
            for nobody in ("nobody", "kokoro@elsewhere"):
                told = site.as_agency("link", "directory", "show", nobody, "--json")
                self.assertEqual((told.code, told.json()["error"]["code"]), (3, "UNKNOWN_AGENCY"))
            site.stop()
            away = site.as_agency("link", "directory", "show", "--timeout", "1")
            self.assertEqual(away.code, 0, away)
            self.assertIn("As it was last seen", away.out)
            self.assertIn("phone", site.as_agency("link", "directory", "show", "kokoro", "--timeout", "1").out)


class Agencies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=["link"])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def path(self, name):
        return os.path.join(self.site.work, name)

    def fingerprint(self, agency):
        return self.site.must("agency", "show", agency, "--json").json()["devices"][-1]["fingerprint"]

    def test_invitation(self):
        invitation, bundle = self.path("hikikomori.invitation"), self.path("hikikomori.bundle")
        made = self.site.must("agency", "add", "hikikomori", "--out", invitation, "--expires", "1h", "--json").json()
        self.assertEqual(made["invitation"], invitation)
        self.assertEqual(stat.S_IMODE(os.stat(invitation).st_mode), 0o600)
        self.assertEqual(self.site.must("agency", "show", "hikikomori", "--json").json()["state"], "invited")
        self.assertEqual(self.site.command("agency", "add", "hikikomori", "--out", invitation).code, 1)
        enrolled = run([TSUNAGI, "enrol", invitation, "--device", "desk-7", "--as", bundle, "--json"])
        self.assertEqual(enrolled.code, 0, enrolled)
        self.assertEqual(stat.S_IMODE(os.stat(bundle).st_mode), 0o600)
        self.assertEqual(enrolled.json()["fingerprint"], self.fingerprint("hikikomori"))
        self.assertIn(enrolled.json()["fingerprint"], self.site.must("agency", "show", "hikikomori").out)
        self.assertEqual(run([TSUNAGI, "enrol", invitation, "--as", self.path("second.bundle")]).code, 4)  # used: no longer admitted
        os.chmod(bundle, 0o644)
        outcome = run([TSUNAGI, "ping", "--as", bundle, "--json"])
        self.assertNotEqual(outcome.code, 0)
        os.chmod(bundle, 0o600)
        self.assertEqual(run([TSUNAGI, "ping", "--as", bundle]).code, 0)

    def test_where_the_file_goes_and_what_it_leads_to(self):
        self.site.must("agency", "add", "bengoshi", "--endpoint", "tcp://broker.example.jp:7411", cwd=self.site.work)
        with open(self.path("bengoshi.invitation"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["endpoints"], ["tcp://broker.example.jp:7411"])
        self.assertEqual(self.site.command("agency", "add", "kokoro", "--endpoint", "http://x", cwd=self.site.work).code, 2)

    def test_a_site_that_listens_everywhere_must_say_where_it_is(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with Site(endpoint=f"tcp://0.0.0.0:{port}") as site:
            refused = site.command("agency", "add", "link", "--out", os.path.join(site.work, "i"))
            self.assertEqual(refused.code, 2, refused)
            self.assertIn("--endpoint", refused.err)
            site.must("agency", "add", "link", "--out", os.path.join(site.work, "i"), "--endpoint", f"tcp://127.0.0.1:{port}")
            self.assertEqual(run([TSUNAGI, "enrol", os.path.join(site.work, "i"), "--as", site.bundle("link")]).code, 0)
            self.assertEqual(site.as_agency("link", "ping").code, 0)

    def test_request_by_hand(self):
        request, answer, bundle = self.path("kakei.request"), self.path("kakei.answer"), self.path("kakei.bundle")
        asked = run([TSUNAGI, "enrol", "--request", request, "--agency", "kakei@chiba-city", "--as", bundle, "--json"])
        self.assertEqual(asked.code, 0, asked)
        self.assertNotEqual(run([TSUNAGI, "ping", "--as", bundle]).code, 0)
        wrong = self.site.command("agency", "add", "link", "--request", request, "--out", answer, "--json")
        self.assertEqual((wrong.code, wrong.json()["error"]["code"]), (1, "OTHER_AGENCY"))
        given = self.site.must("agency", "add", "kakei", "--request", request, "--out", answer, "--json").json()
        self.assertEqual(given["request_fingerprint"], asked.json()["fingerprint"])
        enrolled = run([TSUNAGI, "enrol", "--answer", answer, "--as", bundle, "--json"])
        self.assertEqual(enrolled.code, 0, enrolled)
        self.assertEqual(enrolled.json()["fingerprint"], given["fingerprint"])
        self.assertEqual(run([TSUNAGI, "ping", "--as", bundle]).code, 0)
        self.assertEqual(self.site.command("agency", "add", "kakei", "--request", DIRECTORY, "--out", answer + "2").code, 1)

    def test_a_further_device_and_new_keys(self):
        """The agency's own word, without the operator: what is sealed from then on opens at both."""
        self.site.enrol("kenko-chuo")
        first, second, request, answer = self.site.bundle("kenko-chuo"), *(self.path(name) for name in ("two.bundle", "two.request", "two.answer"))
        asked = self.site.must("enrol", "--request", request, "--agency", "kenko-chuo@chiba-city", "--device", "desk-2", "--as", second, "--json").json()
        self.assertEqual(self.site.command("device", "add", request, "--as", first, "--json").code, 2)  # where to?
        added = self.site.must("device", "add", request, "--out", answer, "--as", first, "--json").json()
        self.assertEqual((added["type"], added["device_name"]), ("device_added", "desk-2"))
        self.site.must("enrol", "--answer", answer, "--as", second)
        self.assertTrue(asked["fingerprint"])
        devices = lambda: self.site.must("agency", "show", "kenko-chuo", "--json").json()["devices"]  # noqa: E731
        self.assertEqual([row["device_name"] for row in devices() if row["in_force"]].count("desk-2"), 1)
        before = open(first, encoding="utf-8").read()
        told = self.site.command("rotate", "--as", first)
        self.assertEqual(told.code, 0, told)
        self.assertNotEqual(open(first, encoding="utf-8").read(), before)
        self.assertIn([row["fingerprint"] for row in devices() if row["in_force"] and row["device_name"] != "desk-2"][0], told.out)
        for bundle in (first, second):
            self.assertEqual(self.site.command("ping", "--as", bundle).code, 0)
        rotated = self.site.must("rotate", "--as", second, "--json").json()
        self.assertIn(rotated["fingerprint"], [row["fingerprint"] for row in devices() if row["in_force"]])

    def test_unknown_agency(self):
        outcome = self.site.command("agency", "add", "nobody", "--out", self.path("n.invitation"))
        self.assertEqual(outcome.code, 3, outcome)
        self.assertFalse(os.path.exists(self.path("n.invitation")))
        self.assertEqual(self.site.command("agency", "show", "nobody").code, 3)
        self.assertEqual(self.site.command("agency", "revoke", "nobody", "--closed").code, 3)

    def test_list(self):
        rows = {row["agency"]: row for row in self.site.must("agency", "list", "--json").json()["agencies"]}
        self.assertEqual(rows["link"]["state"], "enrolled")
        self.assertNotIn("kokoro", rows)
        self.assertIn("kokoro", self.site.must("agency", "list", "--all").out)
        self.assertNotIn("kokoro", self.site.must("agency", "list").out)

    def test_revoke_shows_its_effect_first(self):
        self.site.enrol("shakyo")
        shown = self.site.command("agency", "revoke", "shakyo", "--compromised")
        self.assertEqual(shown.code, 2)
        self.assertIn("desk-1", shown.out)
        self.assertIn("--yes", shown.err)
        for words in (["--yes"], ["--reason", "x"], ["--yes", "--reason", ""]):
            self.assertEqual(self.site.command("agency", "revoke", "shakyo", "--compromised", *words).code, 2)
        self.assertEqual(run([TSUNAGI, "ping", "--as", self.site.bundle("shakyo")]).code, 0)
        self.site.must("agency", "revoke", "shakyo", "--compromised", "--yes", "--reason", "laptop stolen")
        state = self.site.must("agency", "show", "shakyo", "--json").json()
        self.assertEqual((state["state"], state["devices"][0]["compromised"]), ("revoked", True))
        refused = run([TSUNAGI, "ping", "--as", self.site.bundle("shakyo"), "--timeout", "3", "--json"])
        self.assertEqual(refused.code, 4, refused)

    def test_rotate_invites_anew(self):
        self.site.enrol("minsei")
        old, invitation = self.fingerprint("minsei"), self.path("minsei.again")
        self.assertEqual(self.site.command("agency", "rotate", "minsei", "--out", invitation).code, 2)
        self.assertFalse(os.path.exists(invitation))
        self.site.must("agency", "rotate", "minsei", "--out", invitation, "--yes", "--reason", "desk replaced")
        self.assertEqual(run([TSUNAGI, "ping", "--as", self.site.bundle("minsei"), "--timeout", "3"]).code, 4)
        bundle = self.path("minsei-new.bundle")
        self.assertEqual(run([TSUNAGI, "enrol", invitation, "--as", bundle]).code, 0)
        self.assertEqual(run([TSUNAGI, "ping", "--as", bundle]).code, 0)
        self.assertNotEqual(self.fingerprint("minsei"), old)


class NewKeys(unittest.TestCase):
    def test_what_waited_for_the_old_keys_is_sealed_to_the_new(self):
        """An agency that gets new keys is not an agency that closed: what nobody can open any more comes again from its sender."""
        with Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
            site.as_agency("link", "send", site.sheet())
            invitation, bundle = os.path.join(site.work, "new.invitation"), os.path.join(site.work, "new.bundle")
            site.must("agency", "rotate", "jiritsu-hanamigawa", "--out", invitation, "--yes", "--reason", "desk replaced")
            self.assertEqual(run([TSUNAGI, "enrol", invitation, "--as", bundle]).code, 0)
            self.assertEqual(site.as_agency("link", "receive", "--out", os.path.join(site.work, "link")).code, 0) # seals, unseen
            folder = os.path.join(site.work, "in")
            self.assertEqual(run([TSUNAGI, "receive", "--out", folder, "--wait", "60", "--max", "1", "--as", bundle]).code, 0)
            stored, = [name for name in os.listdir(folder) if name != "notices"]
            with open(os.path.join(folder, stored, "message.json"), encoding="utf-8") as file:
                self.assertIn("sheet", json.load(file))
            legs = run([TSUNAGI, "request", "list", "--json", "--as", bundle]).json()["legs"]
            self.assertEqual([leg["state"] for leg in legs], ["RECEIVED"])
            self.assertEqual(site.command("ledger", "verify").code, 0)


class Quarantine(unittest.TestCase):
    def items(self, site, *words):
        return site.must("queue", "--json", *words).json()["items"]

    def test_what_was_closed_can_later_be_called_compromised(self):
        with Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
            sent = site.as_agency("link", "send", site.sheet(), "--json").json()["message_id"]
            site.must("agency", "revoke", "link", "--closed", "--yes", "--reason", "moved away")
            ended = site.must("agency", "show", "link", "--json").json()["devices"][0]
            self.assertEqual(ended["compromised"], False)
            self.assertIn("is called compromised now", site.command("agency", "revoke", "link", "--compromised").out)
            site.must("agency", "revoke", "link", "--compromised", "--yes", "--reason", "the old laptop was found open")
            shown, = site.must("agency", "show", "link", "--json").json()["devices"]
            self.assertEqual(shown, {**ended, "compromised": True})
            self.assertEqual([item["message_id"] for item in self.items(site, "--state", "quarantined")], [sent])
            again = site.command("agency", "revoke", "link", "--compromised", "--yes", "--reason", "again")
            self.assertNotEqual(again.code, 0)
            site.stop()
            self.assertEqual(run([TSUNAGID, "--home", site.home, "--rebuild"]).code, 0)
            site.start()
            self.assertEqual(site.must("agency", "show", "link", "--json").json()["devices"], [shown])
            self.assertEqual(site.command("ledger", "verify").code, 0)

    def test_what_a_compromised_agency_sent_waits_for_the_operator(self):
        with Site(agencies=["link", "jiritsu-hanamigawa", "hikikomori"]) as site:
            desk = site.as_agency
            first, second = [desk("link", "send", site.sheet(), "--json").json()["message_id"] for _ in range(2)]
            other = desk("hikikomori", "send", site.sheet(), "--json").json()["message_id"]
            self.assertIn("goes into quarantine", site.command("agency", "revoke", "link", "--compromised").out)
            site.must("agency", "revoke", "link", "--compromised", "--yes", "--reason", "laptop stolen")
            self.assertEqual({item["message_id"] for item in self.items(site, "--state", "quarantined")}, {first, second})
            shown, = self.items(site, "--state", "waiting")
            self.assertEqual(shown["message_id"], other)
            text = site.must("queue").out
            self.assertIn("in quarantine", text)
            self.assertIn("revoked as compromised", text)
            self.assertEqual(site.status()["quarantined"], 2)
            self.assertIn("2 item(s) in quarantine", site.must("status").out)
            self.assertIn("隔離中の項目 2 件", site.must("status", env={"LANG": "ja_JP.UTF-8"}).out)
            folder = os.path.join(site.work, "in")
            desk("jiritsu-hanamigawa", "receive", "--out", folder)
            self.assertEqual(os.listdir(folder), [other])
            site.stop()
            self.assertEqual(run([TSUNAGID, "--home", site.home, "--rebuild"]).code, 0)
            site.start()
            self.assertEqual(len(self.items(site, "--state", "quarantined")), 2)
            site.must("queue", "thaw", first, "--reason", "link vouched for it by telephone")
            site.must("queue", "expire", second, "--yes", "--reason", "nobody at link wrote it")
            self.assertEqual(desk("jiritsu-hanamigawa", "receive", "--out", folder).code, 0)
            self.assertEqual(sorted(os.listdir(folder)), sorted([first, other]))
            messages = [item for item in self.items(site) if item.get("what", "MESSAGE") == "MESSAGE"] # link's own notices wait for it
            self.assertEqual((messages, site.status().get("quarantined", 0)), ([], 0))
            self.assertEqual(site.command("ledger", "verify").code, 0)


class Status(unittest.TestCase):
    def test_one_screen(self):
        with Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
            text = site.must("status").out
            self.assertIn("chiba-city", text)
            self.assertIn("accepting", text)
            self.assertIn("2 enrolled", text)
            self.assertLessEqual(len(text.splitlines()), 24)
            self.assertIn("受付中", site.must("status", env={"LANG": "ja_JP.UTF-8"}).out)
            status = site.status()
            for name in ("site", "version", "epoch", "entries", "lanes", "leased", "frozen", "dead", "sessions", "accepting", "conditions", "ok", "store_bytes"):
                self.assertIn(name, status)
            self.assertEqual(site.must("status", "--check").out, "chiba-city: ok\n")
            site.must("send", site.sheet(), "--as", site.bundle("link"))
            status = site.status()
            self.assertEqual(sum(lane["waiting"] for lane in status["lanes"]), 1)
            self.assertIn("no_reader", [condition["code"] for condition in status["conditions"]])
            self.assertIn("nobody connected", site.must("status").out)
            site.stop()
            self.assertEqual(site.command("status").code, 4)


if __name__ == "__main__":
    unittest.main()

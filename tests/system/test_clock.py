# SPDX-License-Identifier: Apache-2.0
"""Holidays, and a test site's clock that is sent ahead. (Clocks that jump are tried under the unit tests' own.)"""
import os
import tempfile
import unittest

from harness import ROOT, Site

HOLIDAYS = os.path.join(ROOT, "deploy", "chiba", "holidays.csv")


def codes(status):
    return [condition["code"] for condition in status["conditions"]]


class Holidays(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site().__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def test_load_and_show(self):
        self.assertIn("holidays_none", codes(self.site.status()))
        self.assertEqual(self.site.command("calendar", "show").code, 3)
        first = self.site.must("calendar", "load", HOLIDAYS, "--json").json()
        self.assertEqual((first["loaded"], first["first_year"], first["last_year"]), (True, 2026, 2027))
        self.assertFalse(self.site.must("calendar", "load", HOLIDAYS, "--json").json()["loaded"])
        shown = self.site.must("calendar", "show", "--json").json()
        self.assertIn({"date": "2026-05-06", "name": "休日"}, shown["holidays"])
        self.assertEqual(shown["warns_on"], "2027-10-03")
        self.assertNotIn("holidays_none", codes(self.site.status()))

    def test_every_problem_with_its_line(self):
        with open(HOLIDAYS, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
        lines[3] = "2026/2/31,どこにもない日"
        lines[5] = "no day at all"
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as bad:
            bad.write("\r\n".join(lines) + "\r\n")
            bad.flush()
            told = self.site.command("calendar", "load", bad.name)
            self.assertEqual(told.code, 1)
            for line in (4, 6):
                self.assertIn(f"{bad.name}:{line}: ", told.err)
            problems = self.site.command("calendar", "load", bad.name, "--json").json()["problems"]
            self.assertTrue({4, 6} <= {problem["line"] for problem in problems})
        self.assertEqual(self.site.command("calendar", "load", "/nonexistent").code, 3)

    def test_a_real_sites_clock_stays(self):
        refused = self.site.command("dev", "clock", "+3h", "--json")
        self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "REAL_SITE"))
        self.assertIn("did not jump", self.site.must("clock", "confirm").out)


class TestSite(unittest.TestCase):
    def test_ahead(self):
        sheet = os.path.join(ROOT, "deploy", "chiba", "sheets", "hanamigawa-referral.json")
        with Site(agencies=["link", "jiritsu-hanamigawa"], options={"test_site": 1}) as site:
            site.must("calendar", "load", HOLIDAYS)
            site.as_agency("link", "send", sheet)
            moved = site.must("dev", "clock", "+10d", "--json").json()
            self.assertTrue(moved["test"])
            self.assertAlmostEqual(moved["ahead_s"], 10 * 86400, delta=1)
            status = site.status()
            self.assertIn("unread", codes(status))  # nobody looked into the mailbox for a week
            self.assertNotIn("clock_ahead", codes(status))
            site.stop()
            site.start()
            again = site.must("dev", "clock", "+1s", "--json").json()
            self.assertAlmostEqual(again["ahead_s"], 10 * 86400 + 1, delta=1)
            self.assertEqual(site.command("dev", "clock", "+6").code, 2)
            self.assertEqual(site.command("dev", "clock", "+401d").code, 1)
            site.must("ledger", "verify")

    def test_days_go_by_the_sites_clock(self):
        """A tool that is tried against a site sent ahead says what was done on the site's days, not on this machine's."""
        sheet = os.path.join(ROOT, "deploy", "chiba", "sheets", "hanamigawa-referral.json")
        with Site(agencies=["link", "jiritsu-hanamigawa"], options={"test_site": 1}) as site:
            desk = lambda *words: site.as_agency("jiritsu-hanamigawa", "request", *words, "--json")
            site.must("dev", "clock", "+10d")
            today = site.status()["now"][:10]
            request = site.as_agency("link", "send", sheet, "--json").json()["message_id"]
            self.assertEqual(desk("accept", request).code, 0)
            self.assertEqual(desk("start", request, "--on", "2099-01-01").json()["error"]["code"], "MESSAGE")
            started = desk("start", request, "--on", today)
            self.assertEqual((started.code, started.json().get("leg", {}).get("state")), (0, "ACTIVE"), started)

    def test_an_option_makes_no_real_site_one(self):
        with Site() as site:
            site.stop()
            with open(os.path.join(site.home, "tsunagid.yaml"), "a", encoding="utf-8") as file:
                file.write("test_site: 1\n")
            site.start()
            self.assertEqual(site.command("dev", "clock", "+3h").code, 1)
            self.assertIn("test_site_ignored", site.log())


class Invitations(unittest.TestCase):
    """They run out by the site's own clock, wherever that was sent."""

    def test_made_and_used_while_the_clock_is_ahead(self):
        with Site(agencies=[], options={"test_site": 1}) as site:
            site.must("dev", "clock", "+30d")
            site.enrol("link")
            invitation = os.path.join(site.work, "late.invitation")
            site.must("agency", "add", "hikikomori", "--out", invitation, "--expires", "7d")
            self.assertIn("invited", site.must("agency", "show", "hikikomori").out)
            site.must("dev", "clock", "+8d")
            self.assertNotIn("invited", site.must("agency", "show", "hikikomori").out)
            refused = site.command("enrol", invitation, "--as", site.bundle("hikikomori"), "--timeout", "3", "--json")
            self.assertNotEqual(refused.code, 0)


if __name__ == "__main__":
    unittest.main()

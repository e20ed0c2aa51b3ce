# SPDX-License-Identifier: Apache-2.0
"""An agency closes while others work with it: who goes on in its place, and how it says for whom."""
import datetime
import json
import os
import re
import unittest

from harness import DIRECTORY, Site

LINK, CHUO, HANAMIGAWA, COORDINATOR = "link", "anshin-chuo", "anshin-hanamigawa", "korei-fukushi"
JA = {"LANG": "ja_JP.UTF-8"}


def without(site, *agencies, **changes):
    """The sample network as a file of the site's own, without those agencies and with texts replaced; its path."""
    with open(DIRECTORY, encoding="utf-8") as file:
        text = file.read().split("\nrules:")[0] + "\n"  # which lead to some of them
    for agency in agencies:
        text, count = re.subn(rf"  - id: {agency}\n(?:    .*\n)+", "", text)
        assert count == 1, agency
    for old, new in changes.items():
        text = text.replace(f"coordinator: {old}", f"coordinator: {new}" if new else "services: []")
    path = os.path.join(site.work, f"without-{len(agencies)}.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


class Two(unittest.TestCase):
    """Two agencies with one coordinator, on one request."""

    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=[LINK, CHUO, HANAMIGAWA, COORDINATOR])
        cls.site.__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)
        with open(cls.site.sheet(), encoding="utf-8") as file:
            cls.sheet = dict(json.load(file), to=[CHUO, HANAMIGAWA], take="ALL")
        cls.sheet.pop("blobs", None)
        cls.request = cls.do(LINK, "send", "-", input=json.dumps(cls.sheet))["message_id"]
        for agency in (CHUO, HANAMIGAWA):
            cls.do(agency, "request", "accept", cls.request)
        cls.site.must("directory", "load", without(cls.site, CHUO, HANAMIGAWA))
        cls.do(COORDINATOR, "receive", "--out", os.path.join(cls.site.work, "in"), "--wait", "20", "--max", "2", lines=True)

    @classmethod
    def do(cls, agency, *words, code=0, input=None, env=None, lines=False):
        outcome = cls.site.as_agency(agency, *words, "--json", input=input, env=env)
        assert outcome.code == code, f"{agency} {words}: {outcome!r}"
        return outcome.lines() if lines else outcome.json()

    def states(self):
        return {leg["to"].split("@")[0]: leg["state"] for leg in self.do(LINK, "request", "show", self.request)["legs"]}

    def test_it_says_for_whom(self):
        start = ["request", "start", self.request, "--on", datetime.date.today().isoformat()]
        for env, hint in ((None, "--for AGENCY"), (JA, "閉鎖した機関に代わる")):
            error = self.do(COORDINATOR, *start, code=1, env=env)["error"]
            self.assertEqual(error["code"], "WHICH_LEG")
            for name in (CHUO, HANAMIGAWA):
                self.assertIn(f"{name}@chiba-city", error["message"])
            self.assertIn(hint, error["hint"])
        self.assertEqual(self.do(COORDINATOR, *start, "--for", LINK, code=3)["error"]["code"], "NO_LEG")
        self.assertEqual(self.states(), {CHUO: "ACCEPTED", HANAMIGAWA: "ACCEPTED"})
        self.do(COORDINATOR, *start, "--for", HANAMIGAWA)
        self.assertEqual(self.states(), {CHUO: "ACCEPTED", HANAMIGAWA: "ACTIVE"})
        withdraw = ["request", "withdraw", self.request, "--reason", "NO_LONGER_NEEDED"]
        error = self.do(LINK, *withdraw, code=1)["error"]
        self.assertEqual((error["code"], "--to AGENCY" in error["hint"]), ("WHICH_LEG", True))
        self.do(LINK, *withdraw, "--to", CHUO)
        self.assertEqual(self.states(), {CHUO: "WITHDRAWN", HANAMIGAWA: "ACTIVE"})
        self.do(COORDINATOR, "request", "complete", self.request, "--outcome", "RESOLVED")  # the only one left
        self.assertEqual(self.states(), {CHUO: "WITHDRAWN", HANAMIGAWA: "COMPLETED"})


if __name__ == "__main__":
    unittest.main()

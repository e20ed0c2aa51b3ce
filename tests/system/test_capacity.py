# SPDX-License-Identifier: Apache-2.0
"""What agencies say of themselves, and what everyone's routing makes of it."""
import json
import unittest

from harness import Site

NEED = json.dumps({"facts": ["POVERTY"], "ward": "hanamigawa", "at": "2026-11-18T10:00:00+09:00"})
DESK = "jiritsu-hanamigawa"


class Capacity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=["link", DESK]).__enter__()
        cls.addClassCleanup(cls.site.__exit__, None, None, None)

    def say(self, *words):
        return self.site.as_agency(DESK, "capacity", *words, "--json")

    def first_choice(self):
        answer = self.site.as_agency("link", "route", "--need", "-", "--json", input=NEED)
        self.assertEqual(answer.code, 0, answer)
        return answer.json()["choices"][0]["agency"]

    def fetch(self):
        """The library learns of a newer directory when it talks to the broker; routing itself stays at the desk."""
        self.assertEqual(self.site.as_agency("link", "capacity").code, 0)

    def test_places(self):
        self.fetch()
        self.assertEqual(self.first_choice(), DESK)
        said = self.say("*=full").json()
        self.assertEqual((said["type"], said["agency"], said["places"]), ("standing", DESK + "@chiba-city", "FULL"))
        self.fetch()
        self.assertNotEqual(self.first_choice(), DESK)
        said = self.say("*=open", "consultation=waitlist").json()
        self.assertEqual({row["service"]: row["places"] for row in said["services"]}, {"consultation": "WAITLIST", "housing-benefit": "OPEN"})
        self.fetch()
        self.assertEqual(self.first_choice(), DESK)
        shown = self.site.must("agency", "show", DESK, "--json").json()["standing"]
        self.assertEqual({row.get("service", ""): row["places"] for row in shown["places"]}, {"": "OPEN", "consultation": "WAITLIST"})
        self.assertIn("consultation: waitlist", self.site.must("directory", "show", DESK).out)
        self.assertIn("待機あり", self.site.must("agency", "show", DESK, env={"LANG": "ja_JP.UTF-8"}).out)

    def test_refused(self):
        version = self.site.status()["directory_version"]
        refused = self.say("yoga=full")
        self.assertEqual((refused.code, refused.json()["error"]["code"]), (1, "UNKNOWN_SERVICE"))
        self.assertIn("yoga", refused.json()["error"]["message"])
        for word in ("consultation", "consultation=closed", "consultation=FULL=open"):
            self.assertEqual(self.say(word).code, 2, word)
        self.assertEqual(self.site.status()["directory_version"], version)

    def test_confirm(self):
        before = self.site.as_agency("link", "capacity", "--json").json()
        said = self.site.as_agency("link", "confirm", "--json").json()
        self.assertGreater(said["confirmed_on"], before["confirmed_on"])
        self.assertEqual(self.site.must("agency", "show", "link", "--json").json()["standing"]["confirmed_on"], said["confirmed_on"])


if __name__ == "__main__":
    unittest.main()

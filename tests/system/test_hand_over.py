# SPDX-License-Identifier: Apache-2.0
"""One referral from sheet to proof, through the command alone; what TSan watches too."""
import json
import os
import unittest

from harness import Site


class HandOver(unittest.TestCase):
    def test_a_sheet_is_sent_received_acknowledged_and_proved(self):
        with Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
            receipt = site.must("send", site.sheet(), "--as", site.bundle("link"), "--json").json()
            self.assertEqual(receipt["state"], "accepted")
            self.assertFalse(receipt["duplicate"])
            inbox = os.path.join(site.work, "inbox")
            site.must("receive", "--as", site.bundle("jiritsu-hanamigawa"), "--out", inbox, "--wait", "60", "--max", "1")
            with open(os.path.join(inbox, receipt["message_id"], "message.json"), encoding="utf-8") as file:
                received = json.load(file)
            with open(site.sheet(), encoding="utf-8") as file:
                sent = json.load(file)
            self.assertIn(sent["sheet"]["person"]["name"], json.dumps(received, ensure_ascii=False))
            trace = json.dumps(site.must("trace", receipt["message_id"], "--json").json())
            for station in ("SUBMIT", "HANDOUT", "ACKNOWLEDGE"):
                self.assertIn(station, trace.upper())
            evidence = os.path.join(site.work, "evidence.json")
            with open(evidence, "w", encoding="utf-8") as file:
                file.write(site.must("receipt", receipt["message_id"], "--as", site.bundle("link")).out)
            key = site.must("ledger", "site", "key").out.strip()
            proved = site.command("verify", evidence, "--trust", key)
            self.assertEqual(proved.code, 0, repr(proved))
            self.assertIn("PROVED", proved.out)
            self.assertEqual(site.command("ledger", "verify").code, 0)
            self.assertEqual(site.stop(), 0)

    def test_queued_while_the_recipient_is_away_and_the_broker_restarts(self):
        with Site(agencies=["link", "jiritsu-hanamigawa"]) as site:
            sent = [site.must("send", site.sheet(), "--as", site.bundle("link"), "--json").json()["message_id"] for _ in range(3)]
            site.kill()
            site.start()
            inbox = os.path.join(site.work, "inbox")
            site.must("receive", "--as", site.bundle("jiritsu-hanamigawa"), "--out", inbox, "--wait", "60", "--max", "3")
            self.assertEqual(sorted(os.listdir(inbox)), sorted(sent))


if __name__ == "__main__":
    unittest.main()

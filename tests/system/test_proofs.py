# SPDX-License-Identifier: Apache-2.0
"""What a site publishes holds for tools that are not ours: signed notes and proofs in Go, parts with OpenSSL's command."""
import base64
import glob
import json
import os
import subprocess
import unittest

import wire
from harness import ROOT, Site, run

GO_PACKAGES = "/usr/share/gocode"


class Proofs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = Site(agencies=["link", "jiritsu-hanamigawa"])
        cls.site.__enter__()
        cls.old = cls.site.must("ledger", "checkpoint").out
        cls.receipts = [cls.site.must("send", cls.site.sheet(), "--as", cls.site.bundle("link"), "--json").json() for _ in range(5)]
        cls.checkpoint = cls.site.must("ledger", "checkpoint").out
        cls.key = cls.site.must("ledger", "site", "key").out.strip()

    @classmethod
    def tearDownClass(cls):
        cls.site.__exit__(None, None, None)

    def consistency(self, old_size):
        """From an older size to a checkpoint, asked for over the wire: (hashes, checkpoint)."""
        with wire.Connection(wire.Bundle(self.site.bundle("link"))) as connection:
            connection.welcome()
            connection.send(wire.pack((5, wire.pack((1, 1), (8, old_size)))))
            answer = connection.receive_kind(4)
        proof = answer[8][0]
        return [proof[at:at + 32] for at in range(0, len(proof), 32)], answer[10][0].decode()

    def evidence(self):
        records, checkpoint = [], None
        for seq in range(int(self.receipts[-1]["seq"]) + 1):
            proof = self.site.must("ledger", "prove", seq, "--json").json()["proof"]
            path = base64.b64decode(proof.get("inclusion", ""))
            data = base64.b64decode(proof["header"]) + base64.b64decode(proof["body_hash"])
            records.append({"seq": seq, "data": base64.b64encode(data).decode(), "checkpoint": proof["checkpoint"],
                            "inclusion": [base64.b64encode(path[at:at + 32]).decode() for at in range(0, len(path), 32)]})
            checkpoint = proof["checkpoint"]
        old_size = int(self.old.split("\n")[1])
        hashes, newest = self.consistency(old_size)
        records = [record for record in records if record["checkpoint"] == checkpoint]
        return {"key": self.key, "checkpoint": checkpoint, "records": records}, \
               {"key": self.key, "checkpoint": newest, "old_checkpoint": self.old,
                "consistency": [base64.b64encode(one).decode() for one in hashes]}

    def go(self, evidence):
        return run(["go", "run", os.path.join(ROOT, "tests", "system", "other", "verify.go")], input=json.dumps(evidence), timeout=300,
                   env={"GO111MODULE": "off", "GOPATH": GO_PACKAGES, "GOFLAGS": "",
                        "GOCACHE": os.path.join(self.site.work, "go-cache")})

    def test_checkpoints_and_proofs_in_go(self):
        records, continued = self.evidence()
        self.assertGreater(len(records["records"]), 5)
        for evidence in (records, continued):
            outcome = self.go(evidence)
            self.assertEqual(outcome.code, 0, repr(outcome))
        self.assertIn("continues that of", outcome.out)

    def test_the_go_check_can_fail(self):
        records, _ = self.evidence()
        data = bytearray(base64.b64decode(records["records"][3]["data"]))
        data[7] ^= 1
        records["records"][3]["data"] = base64.b64encode(bytes(data)).decode()
        outcome = self.go(records)
        self.assertEqual(outcome.code, 1, repr(outcome))
        self.assertIn("FAILED record", outcome.out)

    def test_openssl_opens_a_delivered_part_and_verifies_its_signer(self):
        inbox = os.path.join(self.site.work, "inbox")
        bundle = wire.Bundle(self.site.bundle("jiritsu-hanamigawa"))
        self.site.must("receive", "--as", self.site.bundle("jiritsu-hanamigawa"), "--out", inbox, "--wait", "60", "--max", "1")
        part, = glob.glob(os.path.join(inbox, "*", "part-0.cms"))
        files = {"key.pem": bundle.json["sealing"][0]["key"], "certificate.pem": bundle.json["sealing"][0]["certificate"],
                 "site.pem": {**bundle.json, **bundle.json.get("broker", {})}["site_certificate"]}
        for name, text in files.items():
            with open(os.path.join(self.site.work, name), "w", encoding="ascii") as file:
                file.write(text)
        opened = subprocess.run(["openssl", "cms", "-decrypt", "-inform", "DER", "-in", part, "-inkey", "key.pem", "-recip",
                                 "certificate.pem", "-out", "signed.der", "-binary"], cwd=self.site.work, capture_output=True)
        self.assertEqual(opened.returncode, 0, opened.stderr)
        verified = subprocess.run(["openssl", "cms", "-verify", "-inform", "DER", "-in", "signed.der", "-CAfile", "site.pem", "-purpose",
                                   "any", "-out", "content", "-signer", "signer.pem", "-binary"], cwd=self.site.work, capture_output=True)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        with open(self.site.sheet(), encoding="utf-8") as file:
            name = json.load(file)["sheet"]["person"]["name"]
        with open(os.path.join(self.site.work, "content"), "rb") as file:
            self.assertIn(name.encode(), file.read())
        signer = run(["openssl", "x509", "-in", os.path.join(self.site.work, "signer.pem"), "-noout", "-subject"])
        self.assertIn("link@chiba-city", signer.out)


if __name__ == "__main__":
    unittest.main()

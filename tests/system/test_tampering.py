# SPDX-License-Identifier: Apache-2.0
"""What an operator, a broker or another agency changes is noticed: by the recipient's library, or by the agency's own.

The broker of these tests holds every key of the site.  It lacks the agencies' own, and that is what they rely on.
"""
import base64
import glob
import hashlib
import json
import os
import subprocess
import time
import unittest

import harness
import library
import wire
from evil import EvilBroker, Message

WELCOME, REPLIES, HANDOUT = 1, 2, 3
LINK, DESK = "link", "jiritsu-hanamigawa"


def flip(data, at=-1):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def sheet():
    with open(os.path.join(harness.SHEETS, "hanamigawa-referral.json"), encoding="utf-8") as file:
        return json.load(file)


class Tampering(unittest.TestCase):
    def setUp(self):
        self.site = harness.Site(agencies=[LINK, DESK, "hikikomori"])
        self.site.__enter__()
        self.addCleanup(self.site.__exit__, None, None, None)

    def send(self):
        with library.Client(self.site.bundle(LINK)) as client:
            result, receipt = client.send(sheet())
            self.assertEqual(result, library.OK, client.error())
            return receipt

    def nothing_arrives(self, change, warning="not_authentic"):
        """The desk's library, behind a broker that changes hand-outs, delivers nothing, refuses and warns."""
        self.send()
        with EvilBroker(self.site, DESK) as evil:
            touched = []

            def from_broker(message, data):
                if message.has(HANDOUT):
                    handout = Message(message.get(HANDOUT))
                    data = change(handout, data)
                    message.set(HANDOUT, handout.bytes())
                    touched.append(True)
                return message, data

            evil.from_broker = from_broker
            with library.Client(evil.bundle) as client:
                warned = lambda: any(warning in (row.get("code"), row.get("warning")) for row in client.status()["warnings"])
                harness.wait_until(lambda: self.nothing_comes(client) and touched and warned(), f"a changed hand-out comes by, and {warning} is told")

    def nothing_comes(self, client):
        """While the library works for a moment."""
        self.assertNotEqual(client.next(100)[0], library.OK, "delivered although it was changed")
        return True

    # ---- commands altered on the broker ----

    def test_a_changed_view(self):
        def change(handout, data):
            item = Message(handout.get(2))
            item.edit([3, 1, 7], lambda urgency: 4)  # statement, view, urgency: danger to life
            handout.set(2, item.bytes())
            return data

        self.nothing_arrives(change)

    def test_another_sender(self):
        def change(handout, data):
            item = Message(handout.get(2))
            item.edit([3, 1, 3], lambda sender: b"hikikomori@chiba-city")
            handout.set(2, item.bytes())
            return data

        self.nothing_arrives(change)

    def test_a_changed_batch_signature(self):
        def change(handout, data):
            handout.edit([1, 2], flip)
            return data

        self.nothing_arrives(change)

    def test_a_changed_part(self):
        self.nothing_arrives(lambda handout, data: flip(data, len(data) // 2))

    def test_the_same_command_is_delivered_unchanged(self):
        """The evil broker, when it does no evil, is not noticed: the tests above fail for what they change alone."""
        receipt = self.send()
        with EvilBroker(self.site, DESK) as evil, library.Client(evil.bundle) as client:
            result, delivery = client.next(harness.PATIENCE * 1000)
            self.assertEqual(result, library.OK, client.error())
            self.assertEqual(delivery.json()["message_id"], receipt["message_id"])
            self.assertEqual(delivery.ack(), library.OK)
            delivery.free()

    # ---- a part moved into another message ----

    def test_a_part_moved_into_another_message(self):
        """Another agency received nothing, but the operator gave it link's sealed part; it sends that as its own."""
        self.send()
        inbox = os.path.join(self.site.work, "inbox")
        self.site.must("receive", "--as", self.site.bundle(DESK), "--out", inbox, "--wait", "60", "--max", "1")
        with open(glob.glob(os.path.join(inbox, "*", "part-0.cms"))[0], "rb") as file:
            part = file.read()
        thief, desk = wire.Bundle(self.site.bundle("hikikomori")), wire.Bundle(self.site.bundle(DESK))
        sealed_to = [wire.sha256(desk.sealing_certificate), wire.sha256(thief.sealing_certificate)]
        fields = wire.view(thief.address, desk.address, sealed_to, part)
        with wire.Connection(thief) as connection:
            connection.welcome()
            connection.send(wire.batch(thief, [[wire.statement_of_view(fields)]]), part)
            self.assertEqual(wire.refusal_codes(connection.receive_kind(REPLIES)), [0], "the broker cannot know")
        with library.Client(self.site.bundle(DESK)) as client:
            dead = lambda: self.site.must("queue", "--state", "dead", "--json").out
            harness.wait_until(lambda: self.nothing_comes(client) and "NOT_AUTHENTIC" in dead(), "its part was made for another message, which is told")

    # ---- receipts and history ----

    def test_a_receipt_that_the_ledger_does_not_hold(self):
        with EvilBroker(self.site, LINK) as evil:
            def from_broker(message, data):
                if message.has(REPLIES):
                    message.edit([REPLIES, 5, 2], flip)  # run, body hashes
                return message, data

            evil.from_broker = from_broker
            with library.Client(evil.bundle, timeout_ms=2000) as client:
                result, _ = client.send(sheet())
                self.assertNotEqual(result, library.OK, "a receipt was believed that proves nothing")
                harness.wait_until(lambda: client.dispatch(50) is not None and REPLIES in evil.seen, "a reply came by")

    def test_a_history_that_was_rewritten(self):
        """The same tree size, another root, signed with the site's real key."""
        with EvilBroker(self.site, LINK) as evil:
            with library.Client(evil.bundle) as client:
                self.assertEqual(client.send(sheet())[0], library.OK)
            self.send()

            def from_broker(message, data):
                if message.has(WELCOME):
                    message.edit([WELCOME, 7], lambda note: self.forge(note.decode()).encode())
                return message, data

            evil.from_broker = from_broker
            with library.Client(evil.bundle, timeout_ms=2000) as client:
                result, _ = client.send(sheet())
                self.assertNotEqual(result, library.OK, "a forked ledger was believed")
                harness.wait_until(lambda: client.dispatch(50) is not None and "ledger_fork" in json.dumps(client.status()), "the fork is told")

    def forge(self, note):
        """Another root in a checkpoint, signed with the site's key as the operator could."""
        origin, size, root = note.split("\n")[:3]
        raw = flip(base64.b64decode(root))
        text = f"{origin}\n{size}\n{base64.b64encode(raw).decode()}\n"
        with open(os.path.join(self.site.work, "note"), "w", encoding="utf-8") as file:
            file.write(text)
        key = os.path.join(self.site.home, "keys", "checkpoint.key")
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", os.path.join(self.site.work, "note")],
                                   capture_output=True, check=True).stdout
        line = note.rstrip("\n").split("\n")[-1]
        prefix, name, blob = line.split(" ")
        key_id = base64.b64decode(blob)[:4]
        return f"{text}\n{prefix} {name} {base64.b64encode(key_id + signature).decode()}\n"

    # ---- certificates ----

    def test_a_certificate_that_the_operator_bound_to_an_agency(self):
        """The operator binds keys of its own to the desk: the desk's library is told of a binding that it did not make."""
        with EvilBroker(self.site, DESK) as evil:
            def from_broker(message, data):
                if message.has(WELCOME):
                    welcome = Message(message.get(WELCOME))
                    forged = Message(welcome.get(10))  # a binding
                    forged.set(2, 2)
                    for field in (4, 5):
                        forged.set(field, self.own_certificate())
                    welcome.add(10, forged.bytes())
                    message.set(WELCOME, welcome.bytes())
                return message, data

            evil.from_broker = from_broker
            with library.Client(evil.bundle, timeout_ms=3000) as client:
                harness.wait_until(lambda: client.next(100) is not None and "unknown_binding" in json.dumps(client.status()), "the binding is told")

    def own_certificate(self):
        """For the desk's address, issued with the site's real key to a key of the operator's."""
        work, keys = self.site.work, os.path.join(self.site.home, "keys")
        key, request, made = (os.path.join(work, name) for name in ("op.key", "op.csr", "op.der"))
        with open(os.path.join(work, "op.ext"), "w", encoding="ascii") as file:
            file.write("keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n")
        for words in (["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key],
                      ["req", "-new", "-key", key, "-subj", f"/CN={DESK}@chiba-city/OU=desk-1", "-out", request],
                      ["x509", "-req", "-in", request, "-CA", os.path.join(keys, "site.crt"), "-CAkey", os.path.join(keys, "site.key"),
                       "-set_serial", "99", "-days", "30", "-extfile", os.path.join(work, "op.ext"), "-outform", "DER", "-out", made]):
            subprocess.run(["openssl", *words], capture_output=True, check=True)
        with open(made, "rb") as file:
            return file.read()

    def test_a_sealing_certificate_swapped_in_the_directory(self):
        """The operator shows link another certificate for the desk, so that it could read what link seals.  The View that link signs
        names what it was sealed to: the desk's library sees that it is none of its own."""
        swapped = self.own_sealing_certificate()
        with EvilBroker(self.site, LINK) as evil:
            captured = {}

            def from_broker(message, data):
                if message.has(4) and data and Message(message.get(4)).has(3):  # a read's result with a piece of the directory
                    data = self.swap(data, swapped)
                    message.edit([4, 3], lambda size: len(data))
                return message, data

            def from_client(message, data):
                if message.has(2) and b"link@chiba-city" in message.get(2):
                    captured["batch"], captured["data"] = message.get(2), data
                return message, data

            evil.from_broker, evil.from_client = from_broker, from_client
            with library.Client(evil.bundle, timeout_ms=2000) as client:
                result, _ = client.send(sheet())
                self.assertNotEqual(result, library.OK, "an honest broker refuses what is sealed to a certificate not in force")
                harness.wait_until(lambda: client.dispatch(50) is not None and captured, "what link sealed comes by")
        self.assertTrue(captured, "link did not seal to the swapped certificate: this test shows nothing")
        batch = Message(captured["batch"])
        statement = Message(batch.get(4)).get(1)
        self.assertIn(hashlib.sha256(swapped).digest(), wire.unpack(wire.unpack(statement)[1][0])[16])

        def hand_out_the_captured(handout, _):
            """What an evil broker would do: take it, and hand it to the desk after having read it."""
            handout.set(1, wire.pack((1, batch.get(2)), (2, batch.get(3)), (3, 1)))
            handout.set(2, wire.pack((1, Message(handout.get(2)).get(1)), (3, statement), (5, 1), (9, 1),
                                     (10, int(time.time() * 1e6))))
            return captured["data"]

        self.nothing_arrives(hand_out_the_captured, "foreign_certificate")

    def own_sealing_certificate(self):
        der = self.own_certificate()
        work, keys = self.site.work, os.path.join(self.site.home, "keys")
        with open(os.path.join(work, "op.ext"), "w", encoding="ascii") as file:
            file.write("keyUsage=critical,keyAgreement\nbasicConstraints=critical,CA:FALSE\n")
        made = os.path.join(work, "op2.der")
        subprocess.run(["openssl", "x509", "-req", "-in", os.path.join(work, "op.csr"), "-CA", os.path.join(keys, "site.crt"), "-CAkey",
                        os.path.join(keys, "site.key"), "-set_serial", "100", "-days", "30", "-extfile", os.path.join(work, "op.ext"),
                        "-outform", "DER", "-out", made], capture_output=True, check=True)
        with open(made, "rb") as file:
            swapped = file.read()
        self.assertNotEqual(swapped, der)
        return swapped

    def swap(self, signed, certificate):
        """The signed snapshot with the desk's sealing certificate replaced, signed anew with the site's key."""
        outer = Message(signed)
        snapshot = Message(outer.get(1))
        for row in snapshot.fields:
            if row[0] == 2 and Message(row[1]).get(1) == DESK.encode():
                binding = Message(row[1])
                binding.set(5, certificate)
                row[1] = binding.bytes()
        content = snapshot.bytes()
        digest = hashlib.sha256(b"tsunagi-directory-v1\0chiba-city\0" + content).digest()
        path = os.path.join(self.site.work, "digest")
        with open(path, "wb") as file:
            file.write(digest)
        key = os.path.join(self.site.home, "keys", "checkpoint.key")
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", path], capture_output=True,
                                   check=True).stdout
        outer.set(1, content)
        outer.set(2, signature)
        return outer.bytes()


if __name__ == "__main__":
    unittest.main()

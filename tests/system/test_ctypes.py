# SPDX-License-Identifier: Apache-2.0
"""The library's core driven from Python, over real sockets to a real daemon."""
import hashlib
import json
import os
import random
import select
import unittest

import harness
import library
from library import Client, IN_OUTBOX, IO, NOT_AUTHENTIC, NOT_FOUND, OK, REFUSED, TIMEOUT, UNDECIDED, UNREACHABLE, USAGE

SENDER, RECIPIENT, THIRD = "link", "jiritsu-hanamigawa", "hikikomori"


def sheet(**more):
    with open(os.path.join(harness.SHEETS, "hanamigawa-referral.json"), encoding="utf-8") as file:
        return dict(json.load(file), **more)


class WithSite(unittest.TestCase):
    agencies, options = (SENDER, RECIPIENT), {}

    def setUp(self):
        self.site = harness.Site(agencies=self.agencies, options=self.options)
        self.site.__enter__()

    def tearDown(self):
        self.site.__exit__(None, None, None)

    def client(self, agency, **more):
        client = Client(self.site.bundle(agency), **more)
        self.addCleanup(client.close)
        self.assertEqual(client.opened, OK, client.open_error)
        return client

    def sent(self, client, **more):
        result, receipt = client.send(sheet(**more))
        self.assertEqual(result, OK, client.error())
        return receipt

    def noted(self, client):
        """A note: no leg of a request, so that nothing but its delivery is at stake."""
        result, receipt = client.send({"kind": "NOTE", "to": [RECIPIENT], "urgency": "ROUTINE", "basis": sheet()["basis"],
                                       "note": {"text": "来週うかがいます", "text_classes": ["HEALTH"]}})
        self.assertEqual(result, OK, client.error())
        return receipt

    def received(self, client, ms=harness.PATIENCE * 1000):
        result, delivery = client.next(ms)
        self.assertEqual(result, OK, client.error())
        self.addCleanup(delivery.free)
        return delivery


class HandOver(WithSite):
    def test_what_is_sent_is_what_arrives(self):
        sender, recipient = self.client(SENDER), self.client(RECIPIENT)
        receipt = self.sent(sender)
        self.assertEqual(receipt["state"], "accepted")
        self.assertFalse(receipt["duplicate"])
        self.assertEqual([row["address"] for row in receipt["recipients"]], [RECIPIENT + "@chiba-city"])
        delivery = self.received(recipient)
        message = delivery.json()
        self.assertEqual(message["message_id"], receipt["message_id"])
        self.assertEqual(message["sender"], SENDER + "@chiba-city")
        self.assertEqual(message["sheet"]["person"]["name"], sheet()["sheet"]["person"]["name"])
        self.assertEqual(delivery.field("sheet.person.name"), sheet()["sheet"]["person"]["name"])
        self.assertNotIn("undeclared_classes", message)
        self.assertFalse(message["redelivered"])
        self.assertEqual(delivery.ack(), OK, recipient.error())
        self.assertEqual(delivery.ack(), USAGE)
        self.assertEqual(recipient.next(200)[0], TIMEOUT)
        self.assertEqual(recipient.inbox(), (OK, {"type": "inbox", "items": []}))

    def test_the_inbox_shows_and_counts_nothing(self):
        sender, recipient = self.client(SENDER), self.client(RECIPIENT)
        receipt = self.sent(sender, urgency="URGENT")
        for _ in range(3):
            result, inbox = recipient.inbox()
            self.assertEqual(result, OK, recipient.error())
            self.assertEqual([(row["message_id"], row["urgency"]) for row in inbox["items"]], [(receipt["message_id"], "URGENT")])
        self.assertEqual(self.received(recipient).json()["attempts"], 0)

    def test_a_receipt_proves_and_a_changed_one_does_not(self):
        sender = self.client(SENDER)
        receipt = self.sent(sender)
        result, evidence = sender.receipt(receipt["message_id"])
        self.assertEqual(result, OK, sender.error())
        key = self.site.must("ledger", "site", "key", "--json").json()
        key = key["key"] if "key" in key else key["keys"][0]["key"]
        result, verdict = library.verify(evidence, key)
        self.assertEqual((result, verdict["result"]), (OK, "PROVED"), verdict)
        self.assertEqual(verdict["summary"]["author"], SENDER + "@chiba-city")
        self.assertEqual(library.verify(evidence)[0], UNDECIDED)
        seeds = random.Random(7)
        for _ in range(60):
            changed = json.loads(json.dumps(evidence))
            field = seeds.choice([name for name, value in changed["proof"].items() if isinstance(value, str) and len(value) > 20])
            text = changed["proof"][field]
            at = seeds.randrange(0, len(text) - 4)
            swap = "A" if text[at] != "A" else "B"
            changed["proof"][field] = text[:at] + swap + text[at + 1:]
            self.assertNotEqual(library.verify(changed, key)[0], OK, (field, at))

    def test_a_stranger_gets_no_receipt(self):
        sender, recipient = self.client(SENDER), self.client(RECIPIENT)
        receipt = self.sent(sender)
        self.assertEqual(recipient.receipt("01960000-0000-7000-8000-000000000000")[0], NOT_FOUND)
        self.assertIn(recipient.receipt(receipt["message_id"])[0], (OK, NOT_FOUND, REFUSED))

    def test_the_trace_tells_every_station(self):
        sender, recipient = self.client(SENDER), self.client(RECIPIENT)
        receipt = self.sent(sender)
        self.assertEqual(self.received(recipient).ack(), OK)
        result, trace = sender.act("trace", message_id=receipt["message_id"])
        self.assertEqual(result, OK, sender.error())
        self.assertEqual(len(trace["stations"]), 3, trace)

    def test_refusing_puts_it_back_or_ends_it(self):
        sender, recipient = self.client(SENDER), self.client(RECIPIENT)
        self.sent(sender)
        first = self.received(recipient)
        self.assertEqual(first.refuse("NO_SUCH", "x"), USAGE)
        self.assertEqual(first.refuse("RETRY_LATER", "disk full"), OK, recipient.error())
        again = self.received(recipient)
        self.assertEqual(again.json()["attempts"], 1)
        self.assertTrue(again.json()["redelivered"])
        self.assertEqual(again.refuse("NOT_UNDERSTOOD", "no such form"), OK)
        self.assertEqual(recipient.next(300)[0], TIMEOUT)
        harness.wait_until(lambda: sender.dispatch(50) == OK and any(row["code"] == "dead_letter" for row in sender.status()["warnings"]),
                           "the sender hears of the dead letter")

    def test_many_travel_together_and_are_acknowledged_together(self):
        sender, recipient = self.client(SENDER), self.client(RECIPIENT)
        ids = set()
        for number in range(150):
            result, row = sender.enqueue(sheet(key=f"row-{number}"))
            self.assertEqual(result, OK, sender.error())
            ids.add(row["message_id"])
        receipts = [sender.next_receipt(harness.PATIENCE * 1000) for _ in ids]
        self.assertEqual({row["message_id"] for result, row in receipts if result == OK}, ids)
        self.assertTrue(all(row["state"] == "accepted" for _, row in receipts))
        self.assertEqual(sender.outbox(), [])
        got = []
        for _ in ids:
            delivery = self.received(recipient)
            got.append(delivery.json()["message_id"])
            self.assertEqual(delivery.ack_later(), OK)
        self.assertEqual(set(got), ids)
        self.assertEqual(len(got), len(ids))
        harness.wait_until(lambda: recipient.dispatch(20) == OK and recipient.unanswered() == 0, "all acknowledgements are answered")
        self.assertEqual(recipient.inbox()[1]["items"], [])

    def test_the_descriptor_wakes_a_poller(self):
        sender, recipient = self.client(SENDER), self.client(RECIPIENT)
        self.assertEqual(recipient.next(300)[0], TIMEOUT)
        poller = select.poll()
        poller.register(recipient.fd(), select.POLLIN)
        self.sent(sender)
        delivery = None
        while delivery is None:
            self.assertTrue(poller.poll(harness.PATIENCE * 1000), "the descriptor never became readable")
            delivery = recipient.next(0)[1]
        self.assertIsNotNone(delivery)
        self.assertEqual(delivery.ack(), OK)
        delivery.free()


class Attachments(WithSite):
    def attach(self, size, name):
        path = os.path.join(self.site.work, name)
        with open(path, "wb") as file:
            file.write(random.Random(size).randbytes(size))
        return path

    def test_sixteen_mebibytes_and_a_single_byte(self):
        sender, recipient = self.client(SENDER, timeout_ms=60000), self.client(RECIPIENT)
        large, small = self.attach(16 * 1024 * 1024, "診断書 1.pdf"), self.attach(1, "note.txt")
        before = resident()
        self.sent(sender, attach=[{"path": large, "media_type": "application/pdf", "classes": ["HEALTH"]},
                                  {"path": small, "media_type": "text/plain", "classes": ["FINANCE"]}])
        delivery = self.received(recipient)
        rows = delivery.json()["sheet"]["attachments"]
        self.assertEqual([row["size"] for row in rows], [16 * 1024 * 1024, 1])
        self.assertNotIn("key", rows[0])
        store = os.path.join(self.site.work, "store")
        self.assertEqual(delivery.save(store), OK, recipient.error())
        if not harness.SANITIZED:
            self.assertLess(resident() - before, 24 * 1024, "KiB more than before: an attachment is not held in memory")
        saved = os.path.join(store, delivery.json()["message_id"], "attachments")
        self.assertEqual(sorted(os.listdir(saved)), ["1-診断書 1.pdf", "2-note.txt"])
        for name, path in (("1-診断書 1.pdf", large), ("2-note.txt", small)):
            self.assertEqual(digest(os.path.join(saved, name)), digest(path))
        self.assertEqual(delivery.save(store), OK)
        self.assertEqual(delivery.ack(), OK)

    def test_what_cannot_be_attached(self):
        sender = self.client(SENDER)
        for attach, word in (([{"path": "/no/such/file"}], "attach.path"), ([{"path": self.attach(16 * 1024 * 1024 + 1, "big")}], "attach.path"),
                             ([{"path": self.attach(0, "empty")}], "attach.path"), ([{}], "attach.path"),
                             ([{"path": self.attach(5, "x"), "classes": ["NO_SUCH"]}], "classes")):
            result, _ = sender.send(sheet(attach=attach))
            self.assertEqual(result, REFUSED)
            self.assertIn(word, sender.error()["message"])
        self.assertEqual(sender.outbox(), [])

    def test_it_survives_a_restart_in_the_outbox(self):
        with Client(self.site.bundle(SENDER)) as sender:
            self.sent(sender)
        self.site.stop()
        path = self.attach(700000, "later.bin")
        with Client(self.site.bundle(SENDER)) as sender:
            self.assertEqual(sender.send(sheet(attach=[{"path": path, "classes": ["HEALTH"]}], key="later"))[0], IN_OUTBOX)
        os.unlink(path)
        self.site.start()
        with Client(self.site.bundle(SENDER)) as sender:
            self.assertEqual(sender.flush(harness.PATIENCE * 1000)[0], OK, sender.error())
        recipient = self.client(RECIPIENT)
        deliveries = [self.received(recipient), self.received(recipient)]
        self.assertEqual(deliveries[1].save(os.path.join(self.site.work, "store")), OK, recipient.error())


class Outbox(WithSite):
    def test_safe_while_the_broker_is_away_and_sent_once(self):
        sender = self.client(SENDER)
        self.sent(sender)
        self.site.stop()
        result, receipt = sender.send(sheet(key="k"))
        self.assertEqual((result, receipt["state"]), (IN_OUTBOX, "outbox"))
        self.assertEqual(sender.send(sheet(key="k"))[1]["message_id"], receipt["message_id"])
        self.assertEqual(sender.send(sheet(key="k", urgency="URGENT"))[0], REFUSED)
        self.assertEqual(sender.error()["code"], "KEY_CONFLICT")
        self.assertEqual([row["message_id"] for row in sender.outbox()], [receipt["message_id"]])
        self.site.start()
        result, later = sender.next_receipt(harness.PATIENCE * 1000)
        self.assertEqual((result, later["message_id"], later["state"]), (OK, receipt["message_id"], "accepted"))
        again = sender.send(sheet(key="k"))
        self.assertEqual((again[0], again[1]["message_id"], again[1]["duplicate"]), (OK, receipt["message_id"], True))
        self.assertEqual(len(self.client(RECIPIENT).inbox()[1]["items"]), 2)

    def test_a_message_never_sent_can_be_taken_back(self):
        with Client(self.site.bundle(SENDER)) as sender:
            self.sent(sender)
        self.site.stop()
        sender = self.client(SENDER)
        result, receipt = sender.send(sheet())
        self.assertEqual(result, IN_OUTBOX)
        self.assertEqual(sender.discard(receipt["message_id"])[0], OK, sender.error())
        self.assertEqual(sender.discard(receipt["message_id"])[0], NOT_FOUND)
        self.assertEqual(sender.outbox(), [])

    def test_one_process_at_a_time(self):
        with Client(self.site.bundle(SENDER)):
            second = Client(self.site.bundle(SENDER))
            self.assertEqual((second.opened, second.open_error["error"]["code"]), (IO, "OUTBOX_LOCKED"))
            self.assertIn(str(os.getpid()), second.open_error["error"]["message"])

    def test_a_damaged_file_is_set_aside_and_told(self):
        with Client(self.site.bundle(SENDER)) as sender:
            self.sent(sender)
        self.site.stop()
        with Client(self.site.bundle(SENDER)) as sender:
            message_id = sender.send(sheet())[1]["message_id"]
        path = os.path.join(self.site.bundle(SENDER) + ".outbox", "messages", message_id + ".message")
        with open(path, "r+b") as file:
            file.seek(200)
            byte = file.read(1)
            file.seek(200)
            file.write(bytes([byte[0] ^ 1]))
        with Client(self.site.bundle(SENDER)) as sender:
            self.assertEqual(sender.outbox(), [])
            self.assertEqual([row["code"] for row in sender.status()["warnings"]], ["outbox_damaged"])
        self.assertTrue(os.path.exists(path + ".damaged"))

    def test_many_waiting_survive_a_crash_of_the_broker(self):
        sender = self.client(SENDER)
        self.sent(sender)
        ids = set()
        for number in range(60):
            ids.add(sender.enqueue(sheet(key=str(number)))[1]["message_id"])
            if number in (20, 40):
                self.site.kill()
                self.site.start()
        found = set()
        while found != ids:
            result, receipt = sender.next_receipt(harness.PATIENCE * 1000)
            self.assertEqual(result, OK, sender.error())
            self.assertEqual(receipt["state"], "accepted")
            found.add(receipt["message_id"])
        result, inbox = self.client(RECIPIENT).inbox()
        self.assertEqual(result, OK)
        self.assertEqual(len(inbox["items"]), 61)


class Faults(WithSite):
    def fails_at(self, bundle):
        """The steps of a ping that fail; some are told only when its time is over, which is short."""
        result, answer = library.ping(bundle, 3000)
        self.assertEqual(result, UNREACHABLE, answer)
        return [row["step"] for row in answer["steps"] if not row["ok"]]

    def test_each_failing_step_is_named(self):
        bundle = self.site.bundle(SENDER)
        with open(bundle, encoding="utf-8") as file:
            good = json.load(file)

        def with_changes(**changes):
            path = os.path.join(self.site.work, "changed.bundle")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(dict(good, **changes), file)
            os.chmod(path, 0o600)
            return path

        result, answer = library.ping(bundle)
        self.assertEqual((result, answer["ok"]), (OK, True), answer)
        other_key = "AAAA" + good["broker_key"][4:]
        for changes, step in (({"endpoints": ["tcp://no-such-host.invalid:7411"]}, "name"), ({"endpoints": ["tcp://127.0.0.1:1"]}, "connection"),
                              ({"endpoints": ["ipc:///no/such/socket"]}, "connection"), ({"broker_key": other_key}, "broker_key"),
                              ({"curve_secret_key": good["curve_public_key"], "curve_public_key": good["curve_secret_key"]}, None)):
            path = with_changes(**changes)
            harness.wait_until(lambda: self.fails_at(path) == [step] or step is None, f"it fails at {step}")
        self.assertEqual(library.ping("/no/such/bundle")[0], NOT_FOUND)
        os.chmod(bundle, 0o644)
        self.assertEqual(library.ping(bundle)[1]["error"]["code"], "BUNDLE_OPEN_TO_OTHERS")

    def test_a_revoked_device_is_told_so(self):
        sender = self.client(SENDER)
        self.sent(sender)
        self.site.must("agency", "revoke", SENDER, "--closed", "--yes", "--reason", "test")
        harness.wait_until(lambda: self.fails_at(self.site.bundle(SENDER)) == ["enrolment"], "it fails at enrolment")
        self.assertEqual(sender.send(sheet())[0], IN_OUTBOX)

    def test_a_ledger_that_went_back_stops_everything(self):
        sender = self.client(SENDER)
        self.sent(sender)
        sender.close()
        note = os.path.join(self.site.bundle(SENDER) + ".outbox", "checkpoint")
        with open(note, encoding="utf-8") as file:
            kept = file.read()
        self.site.stop()
        store = os.path.join(self.site.home, "store")
        copy = os.path.join(self.site.work, "store-before")
        self.assertIn("chiba-city/1", kept)
        os.rename(store, copy)
        os.mkdir(store, 0o700)
        sender.pointer = None
        self.site.start()  # an empty ledger under the same keys: history rewritten
        with Client(self.site.bundle(SENDER), timeout_ms=3000) as again:
            self.assertIn(again.send(sheet())[0], (IN_OUTBOX, NOT_AUTHENTIC))
        self.site.stop()

    def test_wrong_calls_are_refused_not_crashed(self):
        client = self.client(SENDER)
        for message in (b"", b"{", b"[]", b"null", b"{}", b'{"kind":"REQUEST"}', b"\xff\xfe", b'{"kind":"REQUEST","to":[1]}', b'{"to":{"a":1},"kind":5}',
                        b'{"kind":"NOTE","to":["link"],"note":{"text":"' + b"x" * 200000 + b'","text_classes":["IDENTITY"]}}'):
            self.assertIn(client.send(message)[0], (USAGE, REFUSED), message[:40])
        for action in ("", "no_such", "receipt", "trace", "refuse", "acknowledge_warning", "device_add", "dry_run"):
            self.assertIn(client.act(action)[0], (USAGE, REFUSED), action)
        self.assertEqual(client.discard("nonsense")[0], NOT_FOUND)
        self.assertEqual(client.receipt("nonsense")[0], USAGE)
        for text in (b"", b"{}", b"[1]", b'{"type":"tsunagi-receipt","version":1,"proof":{}}', b'{"type":"tsunagi-receipt","version":1,"proof":5}'):
            self.assertNotEqual(library.verify(text, "x+00000000+AA==")[0], OK)

    def test_problems_are_told_by_field_offline(self):
        message = sheet(kind="REQUEST", urgency="NO_SUCH", nonsense=1)
        message["sheet"]["person"]["birth_date"] = "昭和99年1月1日"
        result, answer = library.check(message)
        self.assertEqual((result, answer["ok"]), (REFUSED, False))
        fields = {row["field"] for row in answer["problems"]}
        self.assertTrue({"urgency", "nonsense", "sheet.person.birth_date"} <= fields, fields)
        self.assertEqual(library.check(sheet())[0], OK)


class Devices(WithSite):
    def test_new_keys_and_nothing_lost(self):
        recipient, sender = self.client(RECIPIENT), self.client(SENDER)
        self.sent(sender)
        result, told = recipient.act("rotate")
        self.assertEqual(result, OK, recipient.error())
        self.assertEqual(told["state"], "rotated")
        self.assertEqual(self.received(recipient).ack(), OK, recipient.error())  # sealed to the old key
        self.sent(sender)  # sealed to a stale key, refused, sealed again
        self.assertEqual(self.received(recipient).ack(), OK, recipient.error())
        recipient.close()
        recipient.pointer = None
        again = self.client(RECIPIENT)
        self.sent(sender)
        self.assertEqual(self.received(again).ack(), OK, again.error())
        self.assertEqual([row["code"] for row in again.status()["warnings"]], [])

    def test_a_further_device_is_admitted_and_known(self):
        first = self.client(RECIPIENT)
        bundle, request, answer = (os.path.join(self.site.work, name) for name in ("second.bundle", "request", "answer"))
        self.site.must("enrol", "--request", request, "--agency", RECIPIENT + "@chiba-city", "--device", "second", "--as", bundle)
        result, told = first.act("device_add", request_file=request, answer_file=answer)
        self.assertEqual(result, OK, first.error())
        self.site.must("enrol", "--answer", answer, "--as", bundle)
        first.dispatch(300)
        with Client(bundle) as second:
            sender = self.client(SENDER)
            sender.dispatch(100)
            self.sent(sender)
            delivery = self.received(second)
            self.assertEqual(delivery.ack(), OK, second.error())
            second.dispatch(100)
            for client in (first, second):
                self.assertEqual([row["code"] for row in client.status()["warnings"]], [], told)

    def nothing_comes(self, client):
        """While the library works for a moment."""
        self.assertEqual(client.next(100)[0], TIMEOUT)
        return True

    def queue(self):
        return self.site.must("queue", "--json").json()["items"]

    def late_device(self, first):
        """A further device of the recipient; its bundle."""
        bundle, request, answer = (os.path.join(self.site.work, name) for name in ("late.bundle", "late.request", "late.answer"))
        self.site.must("enrol", "--request", request, "--agency", RECIPIENT + "@chiba-city", "--device", "late", "--as", bundle)
        self.assertEqual(first.act("device_add", request_file=request, answer_file=answer)[0], OK, first.error())
        self.site.must("enrol", "--answer", answer, "--as", bundle)
        return bundle

    def test_what_a_late_device_cannot_open_waits_for_one_that_can(self):
        sender, first = self.client(SENDER), self.client(RECIPIENT)
        sent = [self.sent(sender)["message_id"] for _ in range(2)]
        with Client(self.late_device(first)) as late:
            # It says so of both, and hears of neither again.
            harness.wait_until(lambda: self.nothing_comes(late) and [row.get("reason") for row in self.queue()] == ["CANNOT_OPEN"] * 2,
                               "both were refused")
            late.next(2500)
            for row in self.queue():
                self.assertEqual((row["state"], row["attempts"], row["next"]), ("waiting", 0, "waits_for_device"))
            self.assertIn("waits for another device", self.site.must("queue").out)
            for _ in sent:  # those that can open them get them, though the late device asks as well
                delivery = self.received(first)
                self.assertIn(delivery.json()["message_id"], sent)
                self.assertEqual(delivery.ack(), OK, first.error())
            self.assertEqual(self.queue(), [])

    def test_what_no_device_can_open_any_more_is_a_dead_letter(self):
        sender = self.client(SENDER)
        message = self.noted(sender)["message_id"]
        self.site.must("agency", "revoke", RECIPIENT, "--closed", "--yes", "--reason", "a new machine")
        bundle = os.path.join(self.site.work, "new.bundle")
        self.site.enrol(RECIPIENT, bundle=bundle)
        with Client(bundle) as new:
            harness.wait_until(lambda: self.nothing_comes(new) and self.queue()[0]["state"] == "dead", "it is a dead letter")
        row, = self.queue()
        self.assertEqual((row["attempts"], row["reason"]), (1, "CANNOT_OPEN"))
        self.assertIn("dead_letters", [condition["code"] for condition in self.site.status()["conditions"]])
        told = lambda: [row for row in sender.status()["warnings"] if row["code"] == "dead_letter"]
        harness.wait_until(lambda: sender.dispatch(50) == OK and told(), "the sender hears of the dead letter")
        self.assertIn(message, json.dumps(told()))

    def test_a_certificate_that_our_people_did_not_make_is_an_alarm(self):
        """The operator enrols a device of his own for an agency whose device he revoked; a device that comes back notices."""
        sender = self.client(SENDER)
        self.noted(sender)
        self.site.must("agency", "revoke", RECIPIENT, "--compromised", "--yes", "--reason", "swap")
        self.site.enrol(RECIPIENT, bundle=os.path.join(self.site.work, "impostor.bundle"))
        with open(self.site.bundle(RECIPIENT), encoding="utf-8") as file:
            victim = json.load(file)
        with open(os.path.join(self.site.work, "impostor.bundle"), encoding="utf-8") as file:
            impostor = json.load(file)
        # The victim's device is let in again (its CURVE key bound to the new binding), so that the swap would go unseen.
        mixed = dict(victim, curve_public_key=impostor["curve_public_key"], curve_secret_key=impostor["curve_secret_key"])
        path = os.path.join(self.site.work, "mixed.bundle")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(mixed, file)
        os.chmod(path, 0o600)
        with Client(path) as client:
            self.received(client)  # sealed before the swap: still ours to open
            codes = {row["code"] for row in client.status()["warnings"]}
            self.assertTrue({"unknown_binding", "binding_missing"} <= codes, codes)
            self.noted(sender)
            harness.wait_until(lambda: self.nothing_comes(client) and "foreign_certificate" in {row["code"] for row in client.status()["warnings"]},
                               "sealed to the impostor: never delivered, and told")


class Enrolment(WithSite):
    agencies = ()

    def path(self, name):
        return os.path.join(self.site.work, name)

    def test_the_answer_was_lost(self):
        """The keys were bound, but the device never heard: the same call again finds them admitted and ends the enrolment."""
        bundle, request, answer = self.path("link.bundle"), self.path("request"), self.path("answer")
        self.site.must("enrol", "--request", request, "--agency", "link@chiba-city", "--device", "desk", "--as", bundle)
        self.site.must("agency", "add", "link", "--request", request, "--out", answer)
        with open(answer, encoding="utf-8") as file:
            told = json.load(file)
        invitation = dict({name: told[name] for name in ("version", "site", "epoch", "agency", "endpoints", "broker_key", "checkpoint_key", "site_certificate")},
                          type="tsunagi-invitation", curve_secret_key="A" * 43 + "=", expires_at="2999-01-01T00:00:00Z")
        with open(self.path("invitation"), "w", encoding="utf-8") as file:
            json.dump(invitation, file)
        result, told = library.enrol(self.path("invitation"), "desk", bundle)
        self.assertEqual((result, told["state"]), (OK, "enrolled"), told)
        self.assertEqual(library.ping(bundle)[0], OK)

    def test_invitations_that_cannot_be_used(self):
        self.site.must("agency", "add", "link", "--out", self.path("good"))
        with open(self.path("good"), encoding="utf-8") as file:
            good = json.load(file)
        other = "AAAA" + good["checkpoint_key"][4:]
        for name, changes, code in (("expired", {"expires_at": "2001-01-01T00:00:00Z"}, "INVITATION_EXPIRED"), ("no_agency", {"agency": "x"}, None),
                                    ("no_endpoint", {"endpoints": []}, "INVITATION"), ("other_root", {"checkpoint_key": other}, "ANSWER"),
                                    ("nobody", {"endpoints": ["ipc:///no/such"]}, "CONNECT"), ("key", {"broker_key": other}, None)):
            with open(self.path(name), "w", encoding="utf-8") as file:
                json.dump(dict(good, **changes), file)
            result, told = library.enrol(self.path(name), "desk", self.path(name + ".bundle"), 2000 if code != "ANSWER" else harness.PATIENCE * 1000)
            self.assertNotEqual(result, OK, name)
            if code is not None:
                self.assertEqual(told["error"]["code"], code, told)
            client = Client(self.path(name + ".bundle"))
            self.assertNotEqual(client.opened, OK)

    def test_an_invitation_enrols_once_and_an_existing_bundle_is_kept(self):
        self.site.must("agency", "add", "link", "--out", self.path("invitation"))
        result, told = library.enrol(self.path("invitation"), "desk", self.path("bundle"))
        self.assertEqual(result, OK, told)
        self.assertEqual(os.stat(self.path("bundle")).st_mode & 0o777, 0o600)
        result, told = library.enrol(self.path("invitation"), "desk", self.path("bundle"))
        self.assertEqual((result, told["error"]["code"]), (REFUSED, "BUNDLE_EXISTS"))
        self.assertNotEqual(library.enrol(self.path("invitation"), "desk", self.path("second"), 2000)[0], OK)
        self.assertEqual(library.ping(self.path("bundle"))[0], OK)


def resident():
    """KiB of this process's memory."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


if __name__ == "__main__":
    unittest.main()

# SPDX-License-Identifier: Apache-2.0
"""Promise P8 for what agencies do: every field of every act takes values that no library would send; each is answered, and nothing of it hurts."""
import json
import unittest

import wire
from hostile import CLOSED, NOTICE, READ_RESULT, TOO_LARGE, TOO_MANY, Hostile

INTERNAL = 63
NUMBERS = (1, 2, 31, 32, 33, 63, 64, 99, (1 << 31) - 1, 1 << 31, (1 << 32) - 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
TEXTS = (b"", b"x", b"x" * 63, b"x" * 64, b"x" * 127, b"x" * 128, b"x" * 50000, b"\xff\xfe", b"a\0b", b"@", b"nobody@chiba-city", b"2026-02-30", b"9999-12-31")
COUNTS = (1, 8, 16, 17, 64, 65, 256, 257, 5000)
REQUEST, CONFERENCE, CONSENT, ANNOUNCEMENT = 1, 2, 3, 5
LEG_ACT, CLOSE, REPORT_DAYS, CONFERENCE_ACT, CONSENT_ACT, ANNOUNCEMENT_ACT = 20, 21, 22, 23, 24, 25
DUTY = {"basis": "PUBLIC_DUTY", "law": "SELF_RELIANCE_9", "reason": "support plan"}


def spoilt(base, numbers=(), texts=(), lists=(), element=None):
    """Messages in which one field is spoilt and the others are as in base, a list of (field, value)."""
    rest = lambda field: [row for row in base if row[0] != field]
    for field in numbers:
        yield from (wire.pack(*rest(field), (field, value)) for value in NUMBERS)
    for field in texts:
        yield from (wire.pack(*rest(field), (field, value)) for value in TEXTS)
    for field in lists:
        for count in COUNTS:
            yield wire.pack(*rest(field), *[(field, element)] * count)
        yield from (wire.pack(*rest(field), (field, value)) for value in TEXTS)


class Acts(Hostile):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(cls.site.sheet(), encoding="utf-8") as file:
            sheet = json.load(file)
        cls.request = cls.of_library("send", dict(sheet, to=["jiritsu-hanamigawa"]))
        cls.talk = cls.of_library("conference propose", {"to": ["jiritsu-hanamigawa"], "basis": DUTY,
                                                         "conference": {"title": "x", "agenda": "y", "text_classes": ["EMPLOYMENT"]}})

    @classmethod
    def of_library(cls, command, message):
        outcome = cls.site.as_agency("hikikomori", *command.split(), "-", "--json", input=json.dumps(message))
        assert outcome.code == 0, outcome
        return {name: bytes.fromhex(outcome.json()[name].replace("-", "")) for name in ("message_id", "case_id")}

    def tearDown(self):
        super().tearDown()
        ledger = self.site.command("ledger", "verify")
        self.assertEqual(ledger.code, 0, ledger)

    # ---- how it is said, and answered ----

    def act(self, device, to, kind, field, value, thread=None):
        """A View without parts that does something."""
        fields = wire.view(device.address, to.address, [], b"", f2=kind)
        for number in (8, 9, 10, 14, 16):
            del fields[number]
        if kind == ANNOUNCEMENT:
            del fields[5]  # it is of no case
        if thread is not None:
            fields.update({5: thread["case_id"], 6: thread["message_id"]})
        return wire.statement_of_view({**fields, field: value})

    def answered(self, device, statements, must_refuse=False):
        """Each order gets its answer, whose bound is really passed by its value; gives the codes."""
        codes = []
        with wire.Connection(device) as connection:
            connection.welcome()
            for statement in statements:  # each alone: one that cannot be read voids its batch
                connection.send(wire.batch(device, [[statement]]))
                codes += self.checked(self.replies(connection), 1)
        self.assertNotIn(INTERNAL, codes)
        if must_refuse:
            self.assertNotIn(0, codes)
        self.assertGreater(len(codes), 0)
        return codes

    def checked(self, replies, count):
        for reply in replies.get(2, []):
            outcome = wire.unpack(reply)
            refusal = wire.unpack(outcome[2][0]) if 2 in outcome else {}
            if refusal.get(1, [0])[0] in (TOO_LARGE, TOO_MANY):
                self.assertGreater(refusal[4][0], 0)
                self.assertGreater(refusal[3][0], refusal[4][0], refusal)
                self.assertTrue(refusal[2][0])
        codes = wire.refusal_codes(replies)
        self.assertEqual(len(codes), count)
        return codes

    # ---- acts ----

    def test_acts_on_a_request(self):
        bases = [[(1, action), (5, b"link@chiba-city")] for action in range(0, 26)]
        values = [value for base in bases for value in spoilt(base, numbers=(2, 3), texts=(4, 5))]
        values += list(spoilt([], numbers=(1, 6, 7)))
        values = self.random.sample(values, 250) + [wire.pack((1, 8), (5, b"x" * 50000)), wire.pack((1, 10), (4, b"9" * 50000))]
        self.answered(self.desk, [self.act(self.desk, self.attacker, REQUEST, LEG_ACT, value, self.request) for value in values])
        codes = self.answered(self.attacker, [self.act(self.attacker, self.desk, REQUEST, LEG_ACT, value, self.request) for value in values[-2:]])
        self.assertEqual(codes, [TOO_LARGE, TOO_LARGE])
        self.answered(self.attacker, [self.act(self.attacker, self.attacker, REQUEST, CLOSE, value, self.request) for value in NUMBERS])
        self.answered(self.attacker, [self.act(self.attacker, self.desk, REQUEST, REPORT_DAYS, value) for value in NUMBERS], must_refuse=True)

    def test_acts_on_a_conference(self):
        item = wire.pack((1, 1), (3, b"jiritsu-hanamigawa@chiba-city"), (4, b"2027-01-05"))
        values = list(spoilt([(1, 2)], numbers=(1, 2, 3, 4, 5, 6, 8), texts=(7,), lists=(9,), element=item))
        values += [wire.pack((1, action), (9, one)) for action in range(0, 12) for one in spoilt([(1, 1)], numbers=(1, 2, 5), texts=(3, 4))]
        values = self.random.sample(values, 250) + [wire.pack((1, 7), *[(9, item)] * 17)]
        codes = self.answered(self.attacker, [self.act(self.attacker, self.desk, CONFERENCE, CONFERENCE_ACT, value, self.talk) for value in values])
        self.assertEqual(codes[-1], TOO_MANY)
        self.answered(self.desk, [self.act(self.desk, self.attacker, CONFERENCE, CONFERENCE_ACT, value, self.talk) for value in values])

    def test_acts_on_a_consent(self):
        base = [(1, 1), (2, 1), (3, 1), (6, b"\x01"), (7, self.desk.address)]
        values = list(spoilt(base, numbers=(1, 2, 3, 4, 5, 6), lists=(7, 8), element=b"y" * 9))
        values += [wire.pack(*base[:3], (6, bytes([number] * count)), base[4]) for number in (0, 1, 12, 13, 31, 32, 127) for count in COUNTS]
        codes = self.answered(self.attacker, [self.act(self.attacker, self.attacker, CONSENT, CONSENT_ACT, value) for value in values])
        self.assertIn(TOO_MANY, codes)
        self.assertIn(TOO_LARGE, codes)

    def test_acts_on_an_announcement(self):
        values = list(spoilt([], numbers=(2, 3, 4), lists=(1,), element=b"y" * 9))
        codes = self.answered(self.attacker, [self.act(self.attacker, self.desk, ANNOUNCEMENT, ANNOUNCEMENT_ACT, value) for value in values])
        self.assertIn(TOO_MANY, codes)
        self.assertIn(TOO_LARGE, codes)

    # ---- what is no message ----

    def test_standings_marks_and_purges(self):
        places = wire.pack((1, b"consultation"), (2, 1))
        said = list(spoilt([(3, 1)], numbers=(3,), texts=(2,), lists=(1,), element=places))
        said += [wire.pack((1, one)) for one in spoilt([], numbers=(2,), texts=(1,))]
        marks = list(spoilt([(1, self.request["case_id"]), (2, 1)], numbers=(2, 4), texts=(1,), lists=(3,), element=b"nobody@chiba-city"))
        purged = [wire.pack(*[(1, value)] * count) for value in NUMBERS for count in COUNTS]
        for field, values in ((6, said), (7, marks), (8, purged)):
            with self.subTest(statement=field):
                codes = self.answered(self.attacker, [wire.pack((field, value)) for value in values if len(value) < 60000])
                self.assertIn(TOO_MANY, codes)
        self.assertNotIn(0, self.answered(self.attacker, [wire.pack((8, value)) for value in purged]))

    def result_or_end(self, connection):
        """A read's result; None when the question was no message at all, and that ended the session."""
        while True:
            frames = connection.receive()
            self.assertIsNotNone(frames, "neither an answer nor an end")
            message = wire.unpack(frames[0])
            if READ_RESULT in message:
                return wire.unpack(message[READ_RESULT][0])
            if NOTICE in message and wire.unpack(message[NOTICE][0])[1][0] == CLOSED:
                return None

    def test_questions(self):
        """What is asked for in numbers that no list has."""
        queries = [*spoilt([], numbers=(3, 4, 5, 6, 7), texts=(1, 2)), wire.pack((5, 1), (7, (1 << 32) - 1))]
        questions = [(11, query) for query in queries] + [(field, text) for field in (3, 5, 7, 9, 12, 13, 14, 30) for text in TEXTS]
        questions += [(field, number) for field in (2, 4, 6, 8, 15) for number in NUMBERS]
        for start in range(0, len(questions), 40):
            with wire.Connection(self.attacker) as connection:
                connection.welcome()
                for number, question in enumerate(questions[start:start + 40], 1):
                    connection.send(wire.pack((5, wire.pack((1, number), question, (10, NUMBERS[number % len(NUMBERS)])))))
                    result = self.result_or_end(connection)
                    if result is None:
                        break
                    self.assertEqual(result[1][0], number)
                    self.assertNotEqual(wire.unpack(result[2][0]).get(1, [0])[0] if 2 in result else 0, INTERNAL, question)


if __name__ == "__main__":
    unittest.main()

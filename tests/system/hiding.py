# SPDX-License-Identifier: Apache-2.0
"""What the hunts for those in hiding share: the network, agencies at work, and what stands inside of what they see."""
import base64
import os
import re
import unittest

from harness import DIRECTORY

JA = {"LANG": "ja_JP.UTF-8"}
ENTITLED = {"basis": "PROTECT_LIFE", "law": "PERSONAL_INFORMATION_27_1_2", "reason": "生命の危険"}
TALK = {"title": "避難", "agenda": "次の一歩", "text_classes": ["EMPLOYMENT"]}


class Asking(unittest.TestCase):
    """Agencies of the class's site at work."""

    @classmethod
    def do(cls, agency, *words, code=0, input=None):
        outcome = cls.site.as_agency(agency, *words, "--json", input=input)
        assert code is None or outcome.code == code, f"{agency} {words}: {outcome!r}"
        return outcome.json() if outcome.out and code is not None else outcome


def opened(data):
    """With what stands in it as base64 taken out of it: certificates tell their subject."""
    found = [data]
    for token in re.findall(rb"[A-Za-z0-9+/]{40,}={0,2}", data.replace(b"\n", b"").replace(b"\\n", b"").replace(b"\\/", b"/")):
        found.append(base64.b64decode(token[:len(token) // 4 * 4]))
    return b"\0".join(found)


def conferring(site):
    """The sample network with a proxy that confers, as one may."""
    with open(DIRECTORY, encoding="utf-8") as file:
        text = file.read()
    assert text.count("kinds: [REQUEST, CONSENT, NOTE]") == 1
    site.directory = os.path.join(site.work, "directory.yaml")
    with open(site.directory, "w", encoding="utf-8") as file:
        file.write(text.replace("kinds: [REQUEST, CONSENT, NOTE]", "kinds: [REQUEST, CONFERENCE, CONSENT, NOTE]"))

# SPDX-License-Identifier: Apache-2.0
"""The printed sheet, as a desk prints it: a browser makes the pages, and what stands on them is read back.  No daemon."""
import json
import os
import re
import subprocess
import tempfile
import unicodedata
import unittest

from harness import SHEETS, TSUNAGI, run

A4 = (595, 842)  # points


def plain(text):
    """What a reader reads: without white space, line ends and variation selectors, compatibility characters as one."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\u3000\ufe00-\ufe0f\U000e0100-\U000e01ef]", "", text)


class Printed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = cls.temporary.name
        codes = run([TSUNAGI, "codes", "--json"]).json()
        cls.words = {name.split(".")[-1]: {row["word"]: row["ja"] for row in rows} for name, rows in codes.items()}
        cls.words["knows_date"] = cls.words["can_come"] = {"YES": "はい", "NO": "いいえ"}

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def tool(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "ASAN_OPTIONS")}
        process = subprocess.run(arguments, capture_output=True, env=environment, timeout=120)
        self.assertEqual(process.returncode, 0, process.stderr.decode(errors="replace")[-2000:])
        return process.stdout.decode(errors="replace")

    def pages(self, source):
        """Prints a sheet; gives the PDF's path and its number of pages."""
        html = os.path.join(self.folder, "sheet.html")
        pdf = os.path.join(self.folder, "sheet.pdf")
        for path in (html, pdf):
            if os.path.exists(path):
                os.remove(path)
        outcome = run([TSUNAGI, "request", "print", source, "--out", html])
        self.assertEqual((outcome.code, outcome.err), (0, ""))
        self.tool("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                  f"--user-data-dir={self.folder}/profile", f"--print-to-pdf={pdf}", f"file://{html}")
        information = self.tool("pdfinfo", pdf)
        self.assertRegex(information, r"Page size: +59[45]\S* x 84[12]\S* pts \(A4\)")
        return pdf, int(re.search(r"Pages: +(\d+)", information).group(1))

    def texts(self, value, name=""):
        """Every text that the sheet's fields have, as the form shows it."""
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from self.texts(inner, key)
        elif isinstance(value, list):
            for inner in value:
                yield from self.texts(inner, name)
        elif name in self.words and value in self.words[name]:
            yield self.words[name][value]
        elif name in ("birth_date", "received_on"):
            year = re.match(r"(\d{4})-(\d\d)-(\d\d)$", value)
            yield f"{int(year.group(2))}月{int(year.group(3))}日({year.group(1)}年)" if year else value
        else:
            yield str(value)

    def check_all_there(self, pdf, message):
        read = plain(self.tool("pdftotext", "-raw", pdf, "-"))
        for text in self.texts(message["sheet"]):
            self.assertIn(plain(text), read)
        for name in ("ask", "urgency", "basis"):
            self.assertIn(plain(next(self.texts({name: message[name]}))), read)

    def check_inside(self, pdf):
        boxes = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', self.tool("pdftotext", "-bbox", pdf, "-"))
        self.assertGreater(len(boxes), 50)
        for box in boxes:
            left, top, right, bottom = map(float, box)
            self.assertTrue(15 < left <= right < A4[0] - 15 and 10 < top <= bottom < A4[1] - 5, box)

    def test_each_sample_sheet_is_one_page_with_all_its_fields(self):
        for name in sorted(os.listdir(SHEETS)):
            with self.subTest(name):
                path = os.path.join(SHEETS, name)
                pdf, pages = self.pages(path)
                self.assertEqual(pages, 1)
                with open(path, encoding="utf-8") as file:
                    self.check_all_there(pdf, json.load(file))
                self.check_inside(pdf)
                self.assertIn("返信票", plain(self.tool("pdftotext", "-raw", pdf, "-")))

    def test_long_texts_go_on_and_nothing_is_cut_off(self):
        with open(os.path.join(SHEETS, "debt-and-rubbish-house.json"), encoding="utf-8") as file:
            message = json.load(file)
        long = ["".join(chr(0x4e00 + (line * 97 + i * 31) % 8000) for i in range(70)) for line in range(140)]
        message["sheet"]["history"] = "\n".join(long)
        message["sheet"]["risk"] = "<b>&amp;</b>" + "Z" * 400
        path = os.path.join(self.folder, "long.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(message, file, ensure_ascii=False)
        pdf, pages = self.pages(path)
        self.assertGreater(pages, 1)
        read = plain(self.tool("pdftotext", "-raw", pdf, "-"))
        for line in long:
            self.assertTrue(all(plain(line[i:i + 10]) in read for i in range(0, 20, 10)), line)
        self.assertEqual(read.count("Z"), 400)
        self.assertIn("<b>&amp;</b>", read)
        self.check_inside(pdf)

    def test_a_crowded_sheet_is_set_smaller_and_stays_one_page(self):
        with open(os.path.join(SHEETS, "hanamigawa-referral.json"), encoding="utf-8") as file:
            message = json.load(file)
        message["sheet"]["history"] *= 3
        message["sheet"]["wishes"] *= 3
        path = os.path.join(self.folder, "crowded.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(message, file, ensure_ascii=False)
        pdf, pages = self.pages(path)
        self.assertEqual(pages, 1)
        self.check_all_there(pdf, message)


if __name__ == "__main__":
    unittest.main()

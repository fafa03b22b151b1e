"""The same export in every encoding: the same bill, and failed.csv with the cells as a person reads them."""
import csv
import io
import json
import random
import subprocess
import unittest

from support import BUILD, EndToEnd, billing, installation

HEADER = "InstalledAddOnSid,BillingSid,Amount,InvoiceLineId,Kunde,Größe"
# Name -> how the text is written, what is given beside the file.
ENCODINGS = {
    "utf-8": ("utf-8", "", []),
    "utf-8 with mark": ("utf-8", "\ufeff", []),
    "utf-16le with mark": ("utf-16-le", "\ufeff", []),
    "utf-16be with mark": ("utf-16-be", "\ufeff", []),
    "utf-16le by option": ("utf-16-le", "", ["--encoding", "utf-16le"]),
    "utf-16be by option": ("utf-16-be", "", ["--encoding", "utf-16be"]),
    "windows-1252": ("cp1252", "", ["--encoding", "windows-1252"]),
    "iso-8859-1": ("iso-8859-1", "", ["--encoding", "iso-8859-1"]),
}


def export(rows):
    return "".join(line + "\r\n" for line in [HEADER] + rows)


def row(n, kunde="Müller & Söhne", size="½ ×\n\"\"²\"\""):
    return f'{installation(n)},{billing(n)},{n}.50,RÄ-{n},{kunde} {n},"{size}"'


def cells(text):
    return list(csv.reader(io.StringIO(text)))


class Encodings(EndToEnd):
    def write(self, text, encoding, mark="", name="export.csv"):
        path = self.folder / name
        path.write_bytes((mark + text).encode(encoding))
        return path

    def corrections(self, name="failed.csv"):
        """Its columns, and its rows without what the program put before them."""
        text = (self.out / name).read_bytes().decode("utf-8-sig")
        header, *rows = cells(text)
        begin = next(i for i, column in enumerate(header) if not column.startswith("usage_"))
        return header[begin:], [row[begin:] for row in rows]

    def start_again(self):
        self.tearDown()
        self.setUp()

    def reconciled(self):
        keep = ["line", "installed_add_on_sid", "billing_sid", "quantity", "reference", "status", "reason", "attempts", "request"]
        return [[row[column] for column in keep] for row in self.reconciliation()]

    def test_the_same_bill_and_the_same_results_from_every_encoding(self):
        text = export([row(n) for n in range(1, 6)])
        seen = {}
        for name, (encoding, mark, options) in ENCODINGS.items():
            with self.subTest(encoding=name):
                self.start_again()
                sandbox = self.sandbox({"installations": {installation(n): {"faults": ["404"]} for n in (2, 4)}})
                path = self.write(text, encoding, mark)
                result = self.upload(path, sandbox, "--concurrency", "1", *options, status=1)
                journal = [(request["installation"], request["billed"]) for request in sandbox.requests()]
                seen[name] = (journal, self.reconciled())
                self.assertEqual(len(journal), 5)
                self.assertEqual(seen[name], seen["utf-8"])
                self.assertEqual(self.corrections(), (cells(text)[0], [cells(text)[2], cells(text)[4]]))
                bom = (self.out / "failed.csv").read_bytes().startswith(b"\xef\xbb\xbf")
                self.assertEqual(bom, name != "utf-8")
                spoken = name.split()[0]
                file = json.loads((self.out / "summary.json").read_text())["files"][0]
                self.assertEqual((file["encoding"], file["bytes"]), (spoken, path.stat().st_size))
                self.assertEqual(f" in {spoken}," in result.stderr, spoken != "utf-8", result.stderr)

    def test_failed_csv_goes_up_again_under_the_same_options(self):
        for name, (encoding, mark, options) in ENCODINGS.items():
            with self.subTest(encoding=name):
                self.start_again()
                sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404", "ok"]}}})
                self.upload(self.write(export([row(1), row(2)]), encoding, mark), sandbox, *options, status=1)
                again = self.folder / "again.csv"
                again.write_bytes((self.out / "failed.csv").read_bytes())
                self.out = self.folder / "second"
                self.upload(again, sandbox, *options, status=0)
                self.assertEqual(self.reconciled()[0][4], "RÄ-2")
                self.assertEqual(sum(sandbox.billed().values()), 2)

    def test_after_a_kill_resume_writes_the_original_cells_of_a_file_in_utf_16(self):
        for gone in (False, True):
            with self.subTest(gone=gone):
                self.start_again()
                slow = {"faults": [{"fault": "slow", "delay_ms": 300}]}
                faults = {installation(n): slow for n in range(3, 20)} | {installation(n): {"faults": ["404"]} for n in (2, 19)}
                sandbox = self.sandbox({"installations": faults})
                text = export([row(n) for n in range(1, 20)])
                path = self.write(text, "utf-16-le", "\ufeff")
                self.run_program("init", "--ledger", self.ledger, status=0)
                process = subprocess.Popen(
                    [BUILD / "usage-uploader", "upload", path, "--period", "p", "--new-period", "--yes", "--ledger", self.ledger,
                     "--out", self.out, "--base-url", sandbox.url, "--concurrency", "2"],
                    env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.wait_for(process, lambda: len(sandbox.requests()) >= 5)
                process.kill()
                process.wait()
                if gone:
                    path.unlink()
                self.run_program("resume", "--ledger", self.ledger, status=6)
                header, rows = self.corrections()
                if gone:
                    self.assertEqual(header[0], "line")
                    self.assertEqual([row[5] for row in rows], ["RÄ-2", "RÄ-19"])
                else:
                    self.assertEqual(header, cells(text)[0])
                    self.assertEqual(rows, [cells(text)[2], cells(text)[19]])
                    doubtful = [i for i, status in enumerate(self.statuses(), 1) if status == "unknown"]
                    self.assertEqual(self.corrections("unknown.csv"), (cells(text)[0], [cells(text)[i] for i in doubtful]))

    def test_standard_input_in_utf_16(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}}})
        text = export([row(n) for n in range(1, 4)])
        self.run_program("init", "--ledger", self.ledger, status=0)
        result = subprocess.run(
            [BUILD / "usage-uploader", "upload", "-", "--period", "p", "--new-period", "--yes", "--ledger", self.ledger, "--out",
             self.out, "--base-url", sandbox.url], env=self.environment, input=text.encode("utf-16"), capture_output=True,
            cwd=self.folder, timeout=300)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(self.corrections(), (cells(text)[0], [cells(text)[2]]))

    def test_what_is_not_certain_is_asked_for(self):
        text = export([row(1)])
        for encoding, remedy in (("cp1252", "--encoding windows-1252"), ("utf-16-le", "--encoding utf-16le"),
                                 ("utf-16-be", "--encoding utf-16be")):
            with self.subTest(encoding=encoding):
                path = self.write(text, encoding)
                error = json.loads(self.run_program("validate", path, "--json", status=3).stdout)["error"]
                self.assertIn(remedy, error["remedy"])
                self.run_program("validate", path, "--encoding", remedy.split()[-1], status=0)


class AgainstPython(EndToEnd):
    """Python's codecs are the judge; its iso-8859-1 takes 0x80 to 0x9F for text, ours does not."""

    def refused_cells(self, text, encoding, mark, options):
        """All rows are invalid, so failed.csv repeats every cell as UTF-8."""
        path = self.folder / "all.csv"
        path.write_bytes((mark + text).encode(encoding))
        self.upload(path, self.sandbox(), *options, status=3)
        return cells((self.out / "failed.csv").read_bytes().decode("utf-8-sig"))

    def check_characters(self, characters, encoding, mark, options):
        groups = ["".join(characters[i:i + 64]) for i in range(0, len(characters), 64)]
        text = "InstalledAddOnSid,BillingSid,Amount,Text\n" + "".join(
            f'{installation(i)},{billing(1)},x,"{group}"\n' for i, group in enumerate(groups))
        found = self.refused_cells(text, encoding, mark, options)
        self.assertEqual([row[-1] for row in found[1:]], groups)

    def test_every_character_of_every_encoding(self):
        no_text = {0, 0x0A, 0x0D, 0x22} | set(range(0xD800, 0xE000))
        wide = [chr(c) for c in range(0x10000) if c not in no_text] + [chr(c) for c in range(0x10000, 0x110000, 251)]
        for encoding, mark, options in (("utf-16-le", "\ufeff", []), ("utf-16-be", "", ["--encoding", "utf-16be"])):
            with self.subTest(encoding=encoding):
                self.check_characters(wide, encoding, mark, options)
        for encoding, option, undefined in (("cp1252", "windows-1252", {0x81, 0x8D, 0x8F, 0x90, 0x9D}),
                                            ("iso-8859-1", "iso-8859-1", set(range(0x80, 0xA0)))):
            with self.subTest(encoding=encoding):
                narrow = [bytes([c]).decode(encoding) for c in range(256) if c not in no_text | undefined]
                self.check_characters(narrow, encoding, "", ["--encoding", option])

    def first_fault(self, data, encoding):
        """The offset of the first byte that is no text, or None."""
        try:
            text, end = data.decode(encoding), None
        except UnicodeDecodeError as error:
            text, end = data[:error.start].decode(encoding), error.start
        for i, c in enumerate(text):
            if c == "\0" or (encoding == "iso-8859-1" and 0x80 <= ord(c) <= 0x9F):
                return len(text[:i].encode(encoding))
        return end

    def test_damaged_bytes_are_refused_where_python_finds_them(self):
        seed = 20261124
        dice = random.Random(seed)
        options = {"utf-16-le": "utf-16le", "utf-16-be": "utf-16be", "cp1252": "windows-1252", "iso-8859-1": "iso-8859-1"}
        faults = 0
        for turn in range(120):
            encoding = dice.choice(list(options))
            text = export([row(n, "äöü€" if encoding.startswith("utf") else "äöü", "x" * dice.randrange(40)) for n in range(1, 6)])
            data = bytearray(text.encode(encoding))
            for _ in range(dice.randrange(3)):
                data[dice.randrange(len(data))] = dice.choice([0, 0x81, 0x90, 0x93, 0xD8, 0xDC, 0xDF])
            if dice.randrange(4) == 0:
                del data[-1]
            with self.subTest(seed=seed, turn=turn, encoding=encoding):
                path = self.folder / "in.csv"
                path.write_bytes(data)
                result = self.run_program("validate", path, "--encoding", options[encoding], "--json")
                error = json.loads(result.stdout).get("error")
                expected = self.first_fault(bytes(data), encoding)
                if expected is None:
                    self.assertNotIn((error or {}).get("name"), ("input-encoding", "input-nul"))
                    continue
                faults += 1
                self.assertEqual(result.returncode, 3)
                self.assertIn(error["name"], ("input-encoding", "input-nul"))
                line = 1 + data[:expected].decode(encoding).count("\n")
                self.assertIn(f"in.csv:{line}: ", error["message"])
                self.assertIn(f"(byte {expected})", error["message"])
        self.assertGreater(faults, 40)


if __name__ == "__main__":
    unittest.main()

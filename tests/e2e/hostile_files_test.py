"""Files that want all memory: what they cost stays within bounds, whatever they hold. The bounds, in MiB, are about twice what was measured
with sanitizers; without, it is a little less."""
import os
import subprocess
import unittest

from support import EndToEnd, billing, installation

MIB = 1 << 20
LARGEST = 16 * MIB if os.environ.get("USAGE_TEST_LONG") == "yes" else 4 * MIB  # a record may have 16 MiB
HEADER = b"InstalledAddOnSid,BillingSid,Amount,Memo\n"
ROW = f"{installation(1)},{billing(1)},5.00,".encode()


class HostileFiles(EndToEnd):
    def validate(self, write, status):
        """Peak memory in MiB, and what was said."""
        path = self.folder / "hostile.csv"
        with open(path, "wb") as file:
            write(file)
        out, said = self.folder / "stdout", self.folder / "stderr"
        environment = {**self.environment, "ASAN_OPTIONS": "quarantine_size_mb=1"}
        with open(out, "wb") as stdout, open(said, "wb") as stderr:
            child = subprocess.Popen([self.program(), "validate", path], env=environment, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        _, ended, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(ended)
        text = out.read_text() + said.read_text()
        self.assertEqual(child.returncode, status, text[:2000])
        self.assertLess(len(text), 1 * MIB, "the terminal is flooded")
        peak = usage.ru_maxrss / 1024
        print(f"{self.id().split('.')[-1]}: {path.stat().st_size / MIB:,.0f} MiB file, {peak:,.0f} MiB peak", flush=True)
        return peak, text

    @staticmethod
    def program():
        return os.path.join(os.environ["USAGE_BUILD"], "usage-uploader")

    def test_a_line_of_two_gigabytes_is_refused_where_it_gets_too_long(self):
        def write(file):
            file.write(HEADER + b"x" * (64 * MIB))
            file.truncate(2048 * MIB)  # the rest is a hole: nothing may read that far
        peak, text = self.validate(write, 3)
        self.assertIn("hostile.csv:2: the row here is longer than 16 MiB", text)
        self.assertLess(peak, 400)

    def test_an_input_without_end_is_refused_at_its_first_nul(self):
        for device in ("/dev/zero", "/dev/full"):
            ended = subprocess.run([self.program(), "validate", device], env=self.environment, stdin=subprocess.DEVNULL,
                                   capture_output=True, text=True, timeout=60)
            self.assertEqual(ended.returncode, 3, ended.stderr)
            self.assertIn(f"{device}:1: a NUL byte stands here", ended.stderr)
            with open(device, "rb") as endless:
                ended = subprocess.run([self.program(), "validate", "-"], env=self.environment, stdin=endless, capture_output=True,
                                       text=True, timeout=60)
            self.assertEqual(ended.returncode, 3, ended.stderr)

    def test_a_first_line_of_two_gigabytes_is_refused_too(self):
        def write(file):
            file.write(b"x" * (64 * MIB))
            file.truncate(2048 * MIB)
        peak, text = self.validate(write, 3)
        self.assertIn("hostile.csv:1: the row here is longer than 16 MiB", text)
        self.assertLess(peak, 400)

    def test_a_quote_never_closed_takes_no_more_than_a_record_may(self):
        def write(file):
            file.write(HEADER + ROW + b'"never closed\n')
            for _ in range(64):
                file.write((ROW + b"x" * 944 + b"\n") * 1024)
        peak, text = self.validate(write, 3)
        self.assertIn("hostile.csv:2: the row here is longer than 16 MiB", text)
        self.assertIn("quote that is never closed", text)
        self.assertLess(peak, 400)

    def test_a_quote_never_closed_in_the_last_row_names_its_line(self):
        def write(file):
            file.write(HEADER + (ROW + b"\n") * 100_000 + ROW + b'"never closed\n' + ROW + b"\n")
        peak, text = self.validate(write, 3)
        self.assertIn("hostile.csv:100002: the quote that opens here is never closed", text)
        self.assertLess(peak, 400)

    def test_a_hundred_thousand_columns_are_read_and_more_are_refused(self):
        def write(file):
            file.write(HEADER.rstrip() + b"," * 99_996 + b"\n")
            file.write((ROW + b"," * 99_996 + b"\n") * 100)
        peak, _ = self.validate(write, 0)
        self.assertLess(peak, 400)

        def write_more(file):
            file.write(HEADER.rstrip() + b"," * 99_997 + b"\n" + ROW + b"," * 99_997 + b"\n")
        _, text = self.validate(write_more, 3)
        self.assertIn("hostile.csv:1: the header has more than 100000 columns", text)

    def test_a_row_of_millions_of_columns_is_one_problem(self):
        def write(file):
            file.write(HEADER + ROW + b"\nx" + b"," * (LARGEST - 3) + b"\n" + ROW + b"\n")
        peak, text = self.validate(write, 3)
        self.assertIn(f"line 3: the row has {LARGEST - 2:,} columns", text)
        self.assertLess(peak, 900)

    def test_a_header_of_mebibytes_is_read(self):
        def write(file):
            file.write(HEADER.rstrip() + b',"' + b"y" * (LARGEST - 100) + b'"\n' + ROW + b",\n")
        peak, _ = self.validate(write, 0)
        self.assertLess(peak, 500)

    def test_a_file_of_nothing_but_problems_is_refused_at_a_million(self):
        def write(file):
            file.write(HEADER + b"x,x,x,x\n" * 1_000_000)
        peak, text = self.validate(write, 3)
        self.assertIn("there are more than 1,000,000 problems, the first at line 2", text)
        self.assertLess(peak, 2000)


if __name__ == "__main__":
    unittest.main()

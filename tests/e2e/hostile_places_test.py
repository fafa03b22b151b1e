"""What lies where the program writes: links, pipes, results of others; and many programs that want the same place."""
import json
import os
import shlex
import subprocess
import threading
import time
import unittest
from collections import Counter

from support import BUILD, EndToEnd, billing, installation

RESULTS = ("reconciliation.csv", "failed.csv", "unknown.csv", "report.html", "summary.json")
STARTS = 50


def wait_until(reached):
    while not reached():
        time.sleep(0.01)


class HostilePlaces(EndToEnd):
    def setUp(self):
        super().setUp()
        self.box = self.sandbox()
        self.path = self.file([(installation(n), billing(n), f"{n}.25", f"L{n}") for n in range(1, 9)])
        self.victim = self.folder / "victim"
        self.victim.write_text("mine")

    def refused(self, *more, name):
        result = self.upload(self.path, self.box, "--json", *more, status=2)
        self.assertEqual(json.loads(result.stdout)["error"]["name"], name)
        self.assertEqual(self.box.requests(), [])
        self.assertEqual(self.victim.read_text(), "mine")

    def test_an_out_folder_that_is_a_link_a_pipe_or_a_file_is_refused_before_anything_is_sent(self):
        elsewhere = self.folder / "elsewhere"
        elsewhere.mkdir()
        self.out.symlink_to(elsewhere)
        self.refused(name="out-not-folder")
        self.assertEqual(list(elsewhere.iterdir()), [])
        for make in (os.mkfifo, lambda path: path.write_text("x"), lambda path: path.symlink_to("/no/such/place")):
            self.out.unlink()
            make(self.out)
            self.refused(name="out-not-folder")

    def test_links_in_the_results_places_are_replaced_not_followed(self):
        self.out.mkdir()
        for name in RESULTS[:4]:
            (self.out / name).symlink_to(self.victim)
        self.upload(self.path, self.box, status=0)
        self.assertEqual(self.victim.read_text(), "mine")
        for name in ("reconciliation.csv", "report.html", "summary.json"):
            self.assertTrue((self.out / name).is_file() and not (self.out / name).is_symlink(), name)
            self.assertEqual((self.out / name).stat().st_mode & 0o777, 0o600)
        self.check_books(self.box, self.path)

    def test_a_pipe_in_a_results_place_is_refused_and_not_waited_for(self):
        self.out.mkdir()
        for name in RESULTS[:4]:
            os.mkfifo(self.out / name)
            self.refused(name="out-not-writable")
            self.assertIn(f"{name} in it is no file", self.upload(self.path, self.box, status=2).stderr)
            (self.out / name).unlink()

    def test_results_that_cannot_be_written_when_all_was_sent_are_left_to_write(self):
        self.box = self.sandbox({"default": {"faults": [{"fault": "slow", "delay_ms": 500}]}})
        self.path = self.file([(installation(1), billing(1), "1.25", "L1")])
        taker = threading.Thread(target=self.take_the_place_of_the_reconciliation)
        taker.start()
        result = self.upload(self.path, self.box, "--json", status=2)  # and JSON says the same: run_program looks
        taker.join()
        step, = json.loads(result.stdout)["next_steps"]
        self.assertEqual(step["text"], "write the result files")
        self.assertIn("could not be written", result.stderr)
        command = shlex.split(step["command"])[1:]
        self.out = self.folder / "rescued"
        self.run_program(*[self.out if word == "DIR" else word for word in command], status=0)
        self.check_books(self.box, self.path)

    def take_the_place_of_the_reconciliation(self):
        wait_until((self.out / "summary.json").exists)
        (self.out / "reconciliation.csv" / "x").mkdir(parents=True)

    def upload_while(self, do, status):
        """Does that as soon as the run has begun, and before its one request is answered."""
        self.box = self.sandbox({"default": {"faults": [{"fault": "slow", "delay_ms": 800}]}})
        self.path = self.file([(installation(1), billing(1), "1.25", "L1")])
        begun = self.out / "summary.json"
        doer = threading.Thread(target=lambda: (wait_until(begun.exists), do()))
        doer.start()
        result = self.upload(self.path, self.box, "--json", status=status)
        doer.join()
        return json.loads(result.stdout), result.stderr

    def results_of_another_ledger(self, folder):
        own = self.ledger, self.out
        self.ledger, self.out = self.folder / "other.db", folder
        self.upload(self.path, self.box, status=0)
        (folder / "failed.csv").write_text("corrected by a person")
        self.ledger, self.out = own
        return self.results_in(folder)

    def test_results_go_into_no_folder_that_took_the_place_of_the_one_that_was_looked_at(self):
        other = self.folder / "other"
        before = self.results_of_another_ledger(other)
        take_place = lambda: (self.out.rename(self.folder / "moved"), self.out.symlink_to(other))
        summary, said = self.upload_while(take_place, status=2)
        self.assertEqual(self.results_in(other), before)
        self.assertIn("something else has taken its place meanwhile; the ledger holds every outcome", said)
        self.assertEqual((summary["result_files"], summary["totals"]["submitted"]["rows"]), ({}, 1))
        step, = summary["next_steps"]
        self.out = self.folder / "rescued"
        self.run_program(*[self.out if word == "DIR" else word for word in shlex.split(step["command"])[1:]], status=0)
        self.assertEqual(self.statuses(), ["submitted"])

    def test_a_link_on_the_way_to_the_results_that_is_turned_leads_them_nowhere_else(self):
        current, october, november = (self.folder / name for name in ("current", "october", "november"))
        october.mkdir()
        before = self.results_of_another_ledger(november / "results")
        current.symlink_to("october")
        self.out = current / "results"
        turn = lambda: (current.unlink(), current.symlink_to("november"))
        summary, _ = self.upload_while(turn, status=0)
        self.out = october / "results"
        self.assertEqual(summary["result_files"]["summary"], str(self.out / "summary.json"))
        self.assertEqual(self.results_in(november / "results"), before)
        self.assertEqual(self.statuses(), ["submitted"])

    def test_links_pipes_and_strangers_results_beside_the_folder_are_neither_followed_nor_waited_for(self):
        self.results_of_another_ledger(self.folder / "usage-of-another")
        self.out = self.folder / "usage-2026-10-1"
        self.upload(self.path, self.box, status=0)
        # As one that knows more than this ledger, where it is only reached by links.
        newer = self.folder / "elsewhere"
        newer.mkdir()
        (newer / "summary.json").write_text((self.out / "summary.json").read_text().replace('"ledger_run_count": 1', '"ledger_run_count": 9'))
        (self.folder / "usage-link").symlink_to(newer)
        (self.folder / "usage-loop").symlink_to("usage-loop")
        os.mkfifo(self.folder / "usage-pipe")
        for name, make in (("a", os.mkfifo), ("b", lambda path: path.symlink_to(newer / "summary.json")), ("c", os.mkdir),
                           ("d", lambda path: path.write_text("{"))):
            (self.folder / f"usage-{name}").mkdir()
            make(self.folder / f"usage-{name}" / "summary.json")
        november = self.file([(installation(1), billing(1), "7.25", "N1")], name="november.csv")
        self.out = self.folder / "usage-2026-11-1"
        self.upload(november, self.box, status=0, period="2026-11")
        newer.rename(self.folder / "usage-newer")
        self.out = self.folder / "usage-2026-12-1"
        december = self.file([(installation(1), billing(1), "8.25", "D1")], name="december.csv")
        refused = self.upload(december, self.box, "--json", status=2, period="2026-12")
        self.assertEqual(json.loads(refused.stdout)["error"]["name"], "ledger-older")

    def test_a_summary_that_is_a_link_or_a_pipe_is_nobodys_we_know(self):
        self.out.mkdir()
        for make in (os.mkfifo, lambda path: path.symlink_to(self.victim)):
            make(self.out / "summary.json")
            self.refused(name="out-foreign-summary")
            (self.out / "summary.json").unlink()

    def results_in(self, folder):
        return {name: (folder / name).read_bytes() for name in RESULTS if (folder / name).exists()}

    def test_the_results_of_another_run_are_set_aside(self):
        self.upload(self.path, self.box, status=0)
        (self.out / "failed.csv").write_text("changed by a person")
        before = self.results_in(self.out)
        moved = self.upload(self.path, self.box, status=0).stderr
        self.assertIn(f"Earlier results in {self.out} were moved into its folder usage-2026-10-1.", moved)
        self.assertEqual(self.results_in(self.out / "usage-2026-10-1"), before)
        self.assertEqual(self.summary()["run"], "2026-10-2")
        # They are written again where they are; and nothing in a folder's place is written over.
        self.run_program("reconcile", "2026-10-1", "--ledger", self.ledger, status=0)
        self.assertEqual(self.summary()["run"], "2026-10-2")
        self.assertNotEqual((self.out / "usage-2026-10-1" / "failed.csv").read_bytes(), before["failed.csv"])
        self.assertEqual((self.out / "usage-2026-10-1" / "failed.kept-1.csv").read_bytes(), before["failed.csv"])
        (self.out / "usage-2026-10-2").symlink_to(self.folder)
        self.upload(self.path, self.box, status=2)
        self.assertEqual(self.summary()["run"], "2026-10-2")

    def test_the_results_of_an_open_run_or_of_another_ledger_are_not_written_over(self):
        self.box = self.sandbox({"default": {"faults": ["401"]}})
        self.upload(self.path, self.box, status=5)
        before = self.results_in(self.out)
        sent = len(self.box.requests())
        other = self.file([(installation(20), billing(20), "1.5", "M1")], name="other.csv")
        for period, ledger, name in (("2026-11", self.ledger, "out-other-run"), ("2026-10", self.folder / "new.db", "out-unknown-run")):
            self.ledger = ledger
            result = self.upload(other, self.box, "--json", status=2, period=period)
            self.assertEqual(json.loads(result.stdout)["error"]["name"], name)
        self.assertEqual(self.results_in(self.out), before)
        self.assertEqual(len(self.box.requests()), sent)

    def test_results_do_not_take_the_place_of_the_failed_csv_that_is_uploaded(self):
        rows = [(installation(1), billing(1), "bad", "L1"), (installation(2), billing(2), "worse", "L2")]
        arguments = ("--period", "2026-10", "--new-period", "--yes", "--base-url", self.box.url, "--ledger", self.ledger)
        self.run_program("init", "--ledger", self.ledger, status=0)
        self.run_program("upload", self.file(rows), *arguments, status=3)
        failed = self.folder / "usage-2026-10-refused" / "failed.csv"
        corrected = failed.read_text().replace("bad", "12.50", 1)
        failed.write_text(corrected)
        self.run_program("upload", failed, *arguments, status=3)
        self.assertEqual(failed.read_text(), corrected)
        self.assertIn("worse", (self.folder / "usage-2026-10-refused-2" / "failed.csv").read_text())
        for command in (("upload", failed, *arguments, "--skip-invalid"), ("validate", failed)):
            refused = self.run_program(*command, "--out", failed.parent, "--json", status=2)
            self.assertEqual(json.loads(refused.stdout)["error"]["name"], "out-is-input")
        self.assertEqual(failed.read_text(), corrected)
        self.assertEqual(self.box.requests(), [])

    def test_a_log_or_credentials_file_that_is_a_link_or_a_pipe_does_no_harm(self):
        link, pipe = self.folder / "link", self.folder / "pipe"
        link.symlink_to(self.victim)
        os.mkfifo(pipe)
        self.refused("--log-file", link, name="log-file")
        self.refused("--log-file", pipe, name="log-file")
        self.assertIn("not a regular file", self.upload(self.path, self.box, "--credentials", pipe, status=2).stderr)
        self.assertEqual(self.box.requests(), [])

    def test_a_ledger_that_is_a_pipe_or_a_folder_does_not_hang(self):
        self.run_program("init", "--ledger", self.ledger, status=0)
        for make in (os.mkfifo, os.mkdir):
            self.ledger = self.folder / make.__name__
            make(self.ledger)
            for command in (["runs"], ["upload", self.path, "--period", "2026-10", "--new-period", "--yes", "--base-url", self.box.url, "--out", self.out]):
                self.run_program(*command, "--ledger", self.ledger, status=4)
        self.assertEqual(self.box.requests(), [])

    def test_line_breaks_and_nul_in_sids_and_credentials_reach_no_request(self):
        for sid in (f"{installation(1)}\\r\\nX: 1", f"{installation(1)}\\n", f"\\r{installation(1)}", installation(1).replace("0", "\\n", 1)):
            for row in ([f'"{sid}"', billing(1)], [installation(1), f'"{sid.replace("XE", "BI")}"']):
                path = self.file([(*row, "1.5", "L")], name="broken.csv")
                path.write_bytes(path.read_bytes().replace(b"\\r", b"\r").replace(b"\\n", b"\n"))
                self.upload(path, self.box, status=3)
        path = self.file([(installation(1) + "\0", billing(1), "1.5", "L")], name="nul.csv")
        self.assertIn("NUL", self.upload(path, self.box, status=3).stderr)
        secret = self.folder / "credentials"
        good = self.environment.copy()
        for ending in ("\r\nX: 1", "\n", "\r"):
            for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
                self.environment = {**good, name: good[name] + ending}
                result = self.upload(self.path, self.box, status=2)
                self.assertNotIn(good["TWILIO_AUTH_TOKEN"], result.stdout + result.stderr)
        self.environment = good
        for token in ("to\0ken", "to\rken"):
            secret.write_text(f"TWILIO_ACCOUNT_SID={good['TWILIO_ACCOUNT_SID']}\nTWILIO_AUTH_TOKEN={token}\n")
            secret.chmod(0o600)
            self.upload(self.path, self.box, "--credentials", secret, status=2)
        self.assertEqual(self.box.requests(), [])

    def test_of_fifty_starts_at_once_one_sends_and_every_charge_is_billed_once(self):
        self.run_program("init", "--ledger", self.ledger, status=0)
        self.box.stop()
        self.sandboxes.clear()
        self.box = self.sandbox({"latency_ms": 300})
        gate = self.folder / "gate"
        os.mkfifo(gate)
        # Each waits at the gate, and all pass when it is opened.
        script = 'read -r _ < "$0"; exec "$@"'
        children = [subprocess.Popen(["sh", "-c", script, gate, BUILD / "usage-uploader", "upload", self.path, "--period", "2026-10", "--new-period", "--yes",
                                      "--base-url", self.box.url, "--ledger", self.ledger, "--out", self.folder / f"out{n}", "--json"],
                                     env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
                    for n in range(STARTS)]
        with open(gate, "w") as opened:
            opened.write("go\n" * STARTS)
            opened.flush()
            said = [child.communicate(timeout=120)[0] for child in children]
        ended = Counter(child.returncode for child in children)
        self.assertEqual(set(ended), {0, 4}, ended)
        sent = [json.loads(text) for child, text in zip(children, said) if child.returncode == 0]
        refused = [json.loads(text) for child, text in zip(children, said) if child.returncode == 4]
        self.assertEqual(sum(summary["attempts"] for summary in sent if summary.get("run")), 8)
        self.assertEqual({answer["error"]["name"] for answer in refused}, {"ledger-in-use"})
        self.assertEqual(set(self.box.billed().values()), {1})
        self.assertEqual(len(self.box.billed()), 8)
        print(f"{STARTS} starts: {ended[0]} ended with 0, {ended[4]} found the ledger in use", flush=True)


if __name__ == "__main__":
    unittest.main()

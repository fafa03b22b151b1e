"""Billing runs from file to result files, against the sandbox over real sockets."""
import csv
import json
import os
import pathlib
import random
import signal
import subprocess
import unittest

from support import ACCOUNT, BUILD, SECRET, EndToEnd, billing, installation

# Faults after which nobody can know whether the request was billed.
DOUBTFUL = ["close_after_billing", "reset_after_billing", "half_status_line_after_billing", "headers_cut_after_billing",
            "body_cut_after_billing", "garbled", "cut_json", "500_after_billing", "500_before_billing", "redirect",
            "redirect_after_billing", "item_missing", "item_extra", "no_submitted_flag", "wrong_total", "nested_json",
            {"fault": "503"}]
# Faults that leave no doubt, and the status they lead to.
CLEAR = {"items_reordered": "submitted", "numbers_reformatted": "submitted", "total_in_doubles": "submitted",
         "no_total": "submitted", "429": "submitted", "404": "failed", "403": "failed", "400": "failed",
         "not_submitted": "not_submitted", "interim_100": "submitted", "chunked": "submitted"}


class BillingRun(EndToEnd):
    def test_the_first_step_after_init_goes_where_init_was_told(self):
        rules = self.folder / "rules.toml"
        rules.write_text("require-approval = true\n")
        said = self.run_program("init", "--ledger", self.ledger, "--base-url", "http://127.0.0.1:9", "--config", rules, status=0).stdout
        self.assertIn(f"--ledger {self.ledger} --base-url http://127.0.0.1:9 --config {rules}\n", said)
        self.assertIn("the ledger holds no run yet", self.run_program("show", "--ledger", self.ledger, status=2).stderr)

    def test_a_clean_file_is_billed_once_with_the_digits_of_the_file(self):
        sandbox = self.sandbox()
        quantities = ["0.001", "44.02", "999999999999.999", "0.0000001", "10.50", "7"]
        path = self.file([(installation(i), billing(i), q, f"L{i}") for i, q in enumerate(quantities, 1)])
        self.upload(path, sandbox)
        self.assertEqual(self.statuses(), ["submitted"] * 6)
        self.check_books(sandbox, path)
        sent = [item["quantity"] for request in sandbox.requests() for item in request["billed"]]
        self.assertEqual(sorted(sent), sorted(quantities))

    def test_every_fault_ends_as_the_table_says(self):
        names = [f if isinstance(f, str) else f["fault"] for f in DOUBTFUL]
        scenario, rows = {"installations": {}}, []
        for i, fault in enumerate(DOUBTFUL + list(CLEAR), 2):
            scenario["installations"][installation(i)] = {"faults": [fault]}
            rows += [(installation(i), billing(1), f"{i}.10", f"A{i}"), (installation(i), billing(2), f"{i}.25", f"B{i}")]
        path = self.file([(installation(1), billing(1), "1.00", "A1")] + rows)
        sandbox = self.sandbox(scenario)
        self.upload(path, sandbox, "--max-unknown", "1000", status=6)
        by_installation = {}
        for row in self.check_books(sandbox, path):
            by_installation.setdefault(row["installed_add_on_sid"], set()).add(row["status"])
        expected = ["unknown"] * len(names) + list(CLEAR.values())
        for i, (fault, status) in enumerate(zip(names + list(CLEAR), expected), 2):
            with self.subTest(fault=fault):
                self.assertEqual(by_installation[installation(i)], {status})

    def test_a_reused_connection_that_ends_without_a_reply_bills_once_and_is_unknown(self):
        for fault in ("close_after_billing", "reset_after_billing", "half_status_line_after_billing", "redirect_after_billing"):
            with self.subTest(fault=fault):
                self.tearDown(), self.setUp()
                sandbox = self.sandbox({"installations": {installation(3): {"faults": [fault]}}})
                path = self.file([(installation(i), billing(1), f"{i}.5", f"L{i}") for i in range(1, 7)])
                self.upload(path, sandbox, "--concurrency", "1", status=6)
                seen = [r for r in sandbox.requests() if r["installation"] == installation(3)]
                self.assertEqual(len(seen), 1)
                self.assertEqual(self.statuses(), ["submitted"] * 2 + ["unknown"] + ["submitted"] * 3)
                self.check_books(sandbox, path)

    def test_the_first_request_goes_alone(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": [{"fault": "slow", "delay_ms": 300}]}}})
        path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 9)])
        self.upload(path, sandbox)
        self.assertEqual(sandbox.requests()[0]["installation"], installation(1))
        first_done = [row["completed_at"] for row in self.reconciliation()][0]
        self.assertTrue(all(row["sent_at"] >= first_done for row in self.reconciliation()[1:]))

    def test_invalid_rows_refuse_the_whole_file(self):
        sandbox = self.sandbox()
        path = self.file([(installation(1), billing(1), "1.5", "L1"), ("XE12", billing(1), "2.5", "L2"),
                          (installation(3), billing(1), "1e3", "L3"), (installation(4), "", "-4", "L4")])
        result = self.upload(path, sandbox, status=3)
        self.assertEqual(sandbox.requests(), [])
        self.assertEqual(self.statuses(), ["not_sent", "invalid", "invalid", "invalid"])
        for line in ("line 3", "line 4", "line 5"):
            self.assertIn(line, result.stdout + result.stderr)
        with open(self.out / "failed.csv") as file:
            self.assertEqual(len(list(csv.reader(file))), 5)

    def test_skip_invalid_holds_back_the_whole_installation(self):
        sandbox = self.sandbox()
        path = self.file([(installation(10), billing(1), "1.5", "L1"), (installation(10).upper().replace("XE", "XE"), billing(2), "0", "L2"),
                          (installation(2), billing(1), "2.5", "L3")])
        self.upload(path, sandbox, "--skip-invalid", status=1)
        self.assertEqual(self.statuses(), ["not_sent", "invalid", "submitted"])
        self.assertEqual(len(sandbox.requests()), 1)

    def test_control_totals_that_differ_send_nothing(self):
        sandbox = self.sandbox()
        path = self.file([(installation(1), billing(1), "1.5", "L1"), (installation(2), billing(1), "2.25", "L2")])
        self.upload(path, sandbox, "--expect-rows", "3", status=3)
        self.upload(path, sandbox, "--expect-total", "3.76", status=3)
        self.assertEqual(sandbox.requests(), [])
        self.upload(path, sandbox, "--expect-rows", "2", "--expect-total", "3.75", status=0)

    def test_the_same_file_again_sends_nothing(self):
        sandbox = self.sandbox()
        path = self.file([(installation(1), billing(1), "1.5", "L1")])
        self.upload(path, sandbox)
        self.upload(path, sandbox)
        self.assertEqual(self.statuses(), ["duplicate"])
        self.assertEqual(len(sandbox.requests()), 1)

    def test_a_dry_run_sends_and_records_nothing(self):
        sandbox = self.sandbox()
        path = self.file([(installation(1), billing(1), "1.5", "L1")])
        self.upload(path, sandbox, "--dry-run")
        self.assertEqual(sandbox.requests(), [])
        self.upload(path, sandbox)

    def test_items_not_submitted_are_posted_again_alone_when_allowed(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": [{"fault": "not_submitted", "items": [1]}, "ok"]}}})
        path = self.file([(installation(1), billing(1), "1.5", "L1"), (installation(1), billing(2), "2.5", "L2")])
        self.upload(path, sandbox, "--repost-unsubmitted", "1")
        self.assertEqual(self.statuses(), ["submitted", "submitted"])
        self.assertEqual([len(r["billed"]) for r in sandbox.requests()], [1, 1])
        self.check_books(sandbox, path)

    def test_a_lost_repost_leaves_the_billed_items_submitted(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": [{"fault": "not_submitted", "items": [0]}, "close_after_billing"]}}})
        path = self.file([(installation(1), billing(1), "1.5", "L1"), (installation(1), billing(2), "2.5", "L2")])
        self.upload(path, sandbox, "--repost-unsubmitted", "1", status=6)
        self.assertEqual(self.statuses(), ["unknown", "submitted"])
        self.check_books(sandbox, path)

    def test_refused_credentials_stop_the_run_and_leave_everything_not_sent(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["401"]}}})
        path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 5)])
        self.upload(path, sandbox, status=5)
        self.assertEqual(self.statuses(), ["not_sent"] * 4)
        result = self.run_program("resume", "--ledger", self.ledger, status=0)
        self.assertIn("submitted", result.stdout)
        self.assertEqual(self.statuses(), ["submitted"] * 4)
        self.check_books(sandbox, path)

    def test_an_unreachable_host_stops_the_run_with_nothing_in_doubt(self):
        path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 4)])
        self.run_program("init", "--ledger", self.ledger, status=0)
        result = self.run_program("upload", path, "--period", "p", "--new-period", "--yes", "--ledger", self.ledger, "--out", self.out,
                                  "--base-url", "http://127.0.0.1:9", "--max-attempts", "2", status=7)
        self.assertEqual(self.statuses(), ["not_sent"] * 3)
        self.assertIn("resume", result.stdout)

    def test_sigterm_finishes_what_is_in_flight_and_stays_open(self):
        sandbox = self.sandbox({"installations": {installation(i): {"faults": [{"fault": "slow", "delay_ms": 700}]} for i in range(2, 40)}})
        path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 40)])
        self.run_program("init", "--ledger", self.ledger, status=0)
        process = subprocess.Popen([BUILD / "usage-uploader", "upload", path, "--period", "p", "--new-period", "--yes", "--ledger", self.ledger,
                                    "--out", self.out, "--base-url", sandbox.url, "--concurrency", "4"], env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.wait_for(process, lambda: sandbox.requests())
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143, output)
        self.assertNotIn("unknown", self.statuses())
        self.assertIn("not_sent", self.statuses())
        self.run_program("resume", "--ledger", self.ledger, status=0)
        self.assertEqual(set(self.statuses()), {"submitted"})
        self.check_books(sandbox, path)

    def test_a_killed_run_resumes_from_the_ledger_alone(self):
        sandbox = self.sandbox({"installations": {installation(i): {"faults": [{"fault": "slow", "delay_ms": 400}]} for i in range(2, 40)}})
        path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 40)])
        copy = path.read_text()
        self.run_program("init", "--ledger", self.ledger, status=0)
        process = subprocess.Popen([BUILD / "usage-uploader", "upload", path, "--period", "p", "--new-period", "--yes", "--ledger", self.ledger,
                                    "--out", self.out, "--base-url", sandbox.url, "--concurrency", "4"], env=self.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for(process, lambda: len(sandbox.requests()) >= 6)
        process.kill()
        process.wait()
        self.run_program("reconcile", "last", "--ledger", self.ledger, status=6)  # what was under way is in doubt already
        self.check_books(sandbox, path)
        path.unlink()
        self.run_program("resume", "--ledger", self.ledger, status=6)
        path.write_text(copy)
        self.assertLessEqual(self.statuses().count("unknown"), 8)
        self.check_books(sandbox, path)

    def test_a_second_start_is_refused_while_the_first_runs(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": [{"fault": "slow", "delay_ms": 1500}]}}})
        path = self.file([(installation(1), billing(1), "1.5", "L1")])
        self.run_program("init", "--ledger", self.ledger, status=0)
        arguments = ["upload", path, "--period", "p", "--new-period", "--yes", "--ledger", self.ledger, "--base-url", sandbox.url]
        first = subprocess.Popen([BUILD / "usage-uploader", *arguments, "--out", self.out], env=self.environment,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait_for(first, lambda: sandbox.requests())
        second = self.run_program(*arguments, "--out", self.folder / "other", status=4)
        self.assertIn(f"process {first.pid}", second.stderr)
        self.assertEqual(first.wait(30), 0)

    def test_max_unknown_stops_before_harm_spreads(self):
        sandbox = self.sandbox({"chance": [{"fault": "close_after_billing", "probability": "1"}]})
        path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 30)])
        self.upload(path, sandbox, "--concurrency", "1", "--max-unknown", "3", status=6)
        self.assertEqual(len(sandbox.requests()), 3)
        self.assertEqual(self.statuses().count("not_sent"), 26)

    def test_tls_with_a_certificate_made_on_the_fly(self):
        key, certificate = self.folder / "key.pem", self.folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        sandbox = self.sandbox(tls=(certificate, key))
        path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 4)])
        self.upload(path, sandbox, status=7)  # unknown root: stopped, nothing sent
        self.assertEqual(self.statuses(), ["not_sent"] * 3)
        self.assertEqual(sandbox.requests(), [])
        self.run_program("resume", "--ledger", self.ledger, "--ca-file", certificate, status=0)
        self.check_books(sandbox, path)

    def test_no_run_leaves_a_secret_anywhere(self):
        import base64
        import urllib.parse
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["500_after_billing"]}, installation(3): {"faults": ["401"]}}})
        path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 4)])
        result = self.upload(path, sandbox, "--log-level", "debug", "--log-file", self.folder / "run.log", "--concurrency", "1", status=None)
        pair = base64.b64encode(f"{ACCOUNT}:{SECRET}".encode()).decode()
        forms = [SECRET, pair, base64.b64encode(SECRET.encode()).decode(), urllib.parse.quote(SECRET), urllib.parse.quote_plus(SECRET)]
        texts = [result.stdout.encode(), result.stderr.encode()]
        texts += [p.read_bytes() for p in self.folder.rglob("*") if p.is_file()]
        for form in forms:
            for text in texts:
                self.assertNotIn(form.encode(), text)

    def test_json_is_one_object_also_for_errors(self):
        sandbox = self.sandbox()
        path = self.file([(installation(1), billing(1), "1.5", "L1")])
        self.assertEqual(json.loads(self.upload(path, sandbox, "--json").stdout)["exit_status"], 0)
        self.assertEqual(json.loads(self.run_program("upload", path, "--json", status=2).stdout)["exit_status"], 2)
        self.assertEqual(json.loads(self.run_program("validate", path, "--json", status=0).stdout)["plan"]["rows"], 1)
        self.assertEqual(json.loads(self.run_program("validate", self.folder / "none.csv", "--json", status=3).stdout)["exit_status"], 3)

    def test_a_full_disk_stops_before_anything_is_sent(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to mount a small file system")
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", small], capture_output=True).returncode != 0:
            self.skipTest("cannot mount")
        try:
            self.ledger = small / "ledger.db"
            sandbox = self.sandbox()
            path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 3000)])
            result = self.upload(path, sandbox, status=4)
            self.assertIn("what to do", result.stderr)
            self.assertEqual(sandbox.requests(), [])
            self.assertFalse((self.out / "reconciliation.csv").exists())
        finally:
            subprocess.run(["umount", "-l", small], check=True)

    def test_a_disk_that_would_be_full_before_all_is_recorded_stops_before_anything_is_sent(self):
        if os.geteuid() != 0:
            self.skipTest("needs root to mount a small file system")
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", small], capture_output=True).returncode != 0:
            self.skipTest("cannot mount")
        try:
            self.ledger = small / "ledger.db"
            sandbox = self.sandbox()
            path = self.file([(installation(i), billing(1), "1.5", f"L{i}") for i in range(1, 100)])
            result = self.upload(path, sandbox, status=4)
            self.assertIn("make room in", result.stderr)
            self.assertEqual(sandbox.requests(), [])
            self.assertEqual(subprocess.run(["mount", "-o", "remount,size=32m", small]).returncode, 0)
            self.run_program("resume", "--ledger", self.ledger, status=0)
            self.assertEqual(len(sandbox.requests()), 99)
        finally:
            subprocess.run(["umount", "-l", small], check=True)

    def test_wrong_arguments_and_missing_things_have_their_exit_status(self):
        path = self.file([(installation(1), billing(1), "1.5", "L1")])
        self.run_program(status=2)
        self.run_program("uplaod", path, status=2)
        self.run_program("upload", path, status=2)  # no period
        self.run_program("upload", path, "--period", "p", "--ledger", self.ledger, status=4)  # no ledger
        self.run_program("init", "--ledger", self.ledger, status=0)
        self.run_program("upload", path, "--period", "p", "--ledger", self.ledger, status=3)  # unknown period
        del self.environment["TWILIO_AUTH_TOKEN"]
        self.run_program("upload", path, "--period", "p", "--ledger", self.ledger, status=2)


class ManyRows(EndToEnd):
    def test_a_concurrency_limit_that_nobody_told_is_found_with_few_refusals(self):
        sandbox = self.sandbox({"concurrency_limit": 7, "latency_ms": 20})
        path = self.file([(installation(n), billing(1), "1.5", f"L{n}") for n in range(1, 1201)])
        summary = json.loads(self.upload(path, sandbox, "--json", status=0).stdout)
        refused = [request for request in sandbox.requests() if request["status"] == 429]
        self.assertEqual(summary["retries"], len(refused))
        self.assertGreater(len(refused), 0)  # it went to the limit
        self.assertLess(len(refused), 0.04 * 1200)  # the bench holds it to 0.02, on a quiet machine
        self.check_books(sandbox, path)

    def test_a_hundred_thousand_rows_with_every_fault_mixed_in(self):
        long = os.environ.get("USAGE_TEST_LONG") == "yes"
        rows_wanted, installations = (100_000, 5_000) if long else (20_000, 1_000)
        chosen = random.Random(20261031)
        chance = [{"fault": f if isinstance(f, str) else f["fault"], "probability": "0.002"} for f in DOUBTFUL]
        chance += [{"fault": name, "probability": "0.01"} for name in CLEAR]
        sandbox = self.sandbox({"chance": chance, "concurrency_limit": 16})
        rows = [(installation(chosen.randrange(1, installations + 1)), billing(chosen.randrange(1, 4)),
                 f"{chosen.randrange(1, 10**6)}.{chosen.randrange(1000):03d}", f"L{i}") for i in range(rows_wanted)]
        path = self.file(rows)
        result = self.upload(path, sandbox, "--concurrency", "16", "--max-unknown", "100000", "--json", status=6)
        checked = self.check_books(sandbox, path)
        # Unknown only where the fault really left doubt.
        doubtful = {f if isinstance(f, str) else f["fault"] for f in DOUBTFUL}
        faults = {}
        for request in sandbox.requests():
            faults.setdefault(request["installation"].lower(), set()).add(request["fault"])
        for row in checked:
            met = faults[row["installed_add_on_sid"].lower()] & doubtful
            self.assertEqual(row["status"] == "unknown", bool(met), (row, met))
        self.assertEqual(json.loads(result.stdout)["exit_status"], 6)

    def test_a_configured_folder_holds_the_failed_rows_that_are_uploaded_next_and_nothing_of_validate(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404", "ok"]}}})
        path = self.file([(installation(1), billing(1), "1.00", "")])
        results = self.folder / "results"
        self.environment["USAGE_UPLOADER_OUT"] = str(results)
        self.run_program("init", "--ledger", self.ledger, status=0)
        command = ["--period", "2026-10", "--new-period", "--yes", "--base-url", sandbox.url, "--ledger", self.ledger]
        self.run_program("upload", path, *command, status=1)
        self.run_program("validate", path, status=0)
        # What the run printed; the same with --out typed would lose the file.
        self.run_program("upload", results / "failed.csv", *command, "--out", results, status=2)
        self.run_program("upload", results / "failed.csv", *command, status=0)
        self.assertTrue((results / "failed.csv").exists())
        self.assertEqual(json.loads((results / "usage-2026-10-2" / "summary.json").read_text())["run"], "2026-10-2")
        self.assertEqual(json.loads((results / "summary.json").read_text())["run"], "2026-10-1")
        self.assertEqual(sum(sandbox.billed().values()), 1)

    def test_a_run_that_was_begun_from_a_configured_folder_ends_in_its_own(self):
        sandbox = self.sandbox({"installations": {installation(1): {"faults": ["404", "401", "401", "ok"]}}})
        results = self.folder / "results"
        self.environment["USAGE_UPLOADER_OUT"] = str(results)
        self.run_program("init", "--ledger", self.ledger, status=0)
        command = ["--period", "2026-10", "--new-period", "--yes", "--base-url", sandbox.url, "--ledger", self.ledger]
        self.run_program("upload", self.file([(installation(1), billing(1), "1.00", "")]), *command, status=1)
        states = []
        for again in (["upload", results / "failed.csv", *command], ["upload", results / "failed.csv", *command],
                      ["resume", "--ledger", self.ledger]):
            self.run_program(*again, status=0 if again[0] == "resume" else 5)
            states.append(json.loads((results / "usage-2026-10-2" / "summary.json").read_text())["state"])
        self.assertEqual(states, ["open", "open", "finished"])
        self.assertEqual(json.loads((results / "summary.json").read_text())["run"], "2026-10-1")
        self.assertFalse((results / "usage-2026-10-3").exists())
        self.run_program("reconcile", "2026-10-2", "--ledger", self.ledger, status=0)
        self.assertEqual(json.loads((results / "summary.json").read_text())["run"], "2026-10-1")


if __name__ == "__main__":
    unittest.main()

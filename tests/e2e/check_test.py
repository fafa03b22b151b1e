"""`check`: one line for each thing that a run needs, with a remedy; it bills nothing. `config`: where each value comes from."""
import fcntl
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

from support import ACCOUNT, SECRET, EndToEnd, billing, installation


class Endpoint(http.server.BaseHTTPRequestHandler):
    """Answers every HEAD with 404 and the time; keeps what it was asked."""
    protocol_version = "HTTP/1.1"
    clock_is_off_by = 0

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_HEAD

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + self.clock_is_off_by)

    def log_message(self, *_):
        pass


class Check(EndToEnd):
    def setUp(self):
        super().setUp()
        self.run_program("init", "--ledger", self.ledger, status=0)

    def endpoint(self, off_by=0, tls=None):
        handler = type("Handler", (Endpoint,), {"clock_is_off_by": off_by})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.asked = []
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        server.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
        return server

    def check(self, url, *more, status=0):
        """Name -> what was found; the text form must say the same."""
        command = ("check", "--ledger", self.ledger, "--base-url", url, *more)
        answer = json.loads(self.run_program(*command, "--json", status=status).stdout)
        self.assertEqual(answer["exit_status"], status)
        text = self.run_program(*command, status=status).stdout
        for finding in answer["checks"]:
            self.assertEqual(finding["remedy"] == "", finding["state"] == "ok", finding)
            self.assertIn(f"{finding['state']:<10}{finding['name']}", text)
            self.assertIn(finding["remedy"], text)
        return {finding["name"]: finding for finding in answer["checks"]}

    def test_a_machine_that_can_send_is_all_ok_and_nothing_was_sent(self):
        server = self.endpoint()
        found = self.check(server.url, "--out", self.folder / "a" / "b")
        self.assertEqual({finding["state"] for finding in found.values()}, {"ok"}, found)
        self.assertEqual(list(found), ["configuration", "credentials", "ledger", "ledger-access", "ledger-lock", "ledger-disk",
                                       "output-folder", "output-disk", "endpoint-name", "endpoint-connection", "endpoint-tls",
                                       "endpoint-answer", "clock"])
        self.assertIn(ACCOUNT, found["credentials"]["text"])
        self.assertFalse((self.folder / "a").exists())
        self.assertEqual([(method, path) for method, path, _ in server.asked], [("HEAD", "/")] * 2)
        for _, _, headers in server.asked:
            self.assertNotIn("Authorization", headers)
            self.assertNotIn("Content-Type", headers)

    def test_a_wrong_clock_is_a_warning_that_says_how_wrong(self):
        self.assertIn("ahead of", self.check(self.endpoint(off_by=-3600).url)["clock"]["text"])
        behind = self.check(self.endpoint(off_by=3600).url)["clock"]
        self.assertIn("behind", behind["text"])
        self.assertEqual(behind["state"], "warning")
        self.assertEqual(self.check(self.endpoint(off_by=-20).url)["clock"]["state"], "ok")

    def test_who_holds_the_ledger_is_told_and_a_run_is_not_turned_away_by_asking(self):
        server = self.endpoint()
        lock_file = self.ledger.with_name(self.ledger.name + ".lock")
        with open(lock_file, "w") as lock:
            lock.write("process 4711 on billing1 since yesterday\n")
            lock.flush()
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = self.check(server.url)["ledger-lock"]
            self.assertEqual((found["state"], found["text"]), ("warning", "held by process 4711 on billing1 since yesterday"))
        self.assertIn("free", self.check(server.url)["ledger-lock"]["text"])

    def test_a_lock_that_this_user_cannot_take_fails(self):
        server = self.endpoint()
        lock = self.ledger.with_name(self.ledger.name + ".lock")
        lock.mkdir()
        self.assertIn(str(lock), self.check(server.url, status=4)["ledger-access"]["text"])

    def test_a_backup_that_was_put_back_fails_where_the_newer_results_lie(self):
        server = self.endpoint()
        backup = self.ledger.read_bytes()
        self.upload(self.file([(installation(1), billing(1), "1.00", "L1")]), self.sandbox(), status=0)
        self.assertEqual(self.check(server.url, "--out", self.folder / "next")["ledger"]["state"], "ok")
        for name in self.ledger.parent.iterdir():
            name.unlink()
        self.ledger.write_bytes(backup)
        found = self.check(server.url, "--out", self.out, status=2)["ledger"]
        self.assertIn("the ledger is an older copy", found["text"])

    def test_each_thing_that_is_wrong_is_told_beside_what_is_right(self):
        server = self.endpoint()
        del self.environment["TWILIO_AUTH_TOKEN"]
        found = self.check(server.url, "--out", self.ledger, status=2)
        self.assertEqual(found["credentials"]["state"], "failed")
        self.assertEqual(found["output-folder"]["state"], "failed")
        self.assertEqual(found["endpoint-answer"]["state"], "ok")
        self.ledger.unlink()
        found = self.check(server.url, status=4)
        self.assertIn("there is no ledger", found["ledger"]["text"])
        self.assertNotIn("ledger-lock", found)

    def test_a_credentials_file_that_others_can_read_is_refused_and_its_secret_not_shown(self):
        file = self.folder / "twilio.env"
        file.write_text(f"TWILIO_ACCOUNT_SID={ACCOUNT}\nTWILIO_AUTH_TOKEN={SECRET}\n")
        file.chmod(0o644)
        found = self.check(self.endpoint().url, "--credentials", file, status=2)["credentials"]
        self.assertIn("open to others", found["text"])
        file.chmod(0o600)
        found = self.check(self.endpoint().url, "--credentials", file)["credentials"]
        self.assertIn(str(file), found["text"])
        self.assertNotIn(SECRET, str(found))

    def test_a_ledger_that_others_can_get_at_is_a_warning(self):
        self.ledger.chmod(0o644)
        found = self.check(self.endpoint().url)["ledger-access"]
        self.assertEqual(found["state"], "warning")
        self.assertIn(f"chmod o-rwx {self.ledger}", found["remedy"])

    @unittest.skipUnless(os.path.isdir("/dev/shm"), "no file system in memory")
    def test_a_ledger_in_memory_is_a_warning(self):
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            self.ledger = pathlib.Path(folder) / "ledger.db"
            self.run_program("init", "--ledger", self.ledger, status=0)
            found = self.check(self.endpoint().url)["ledger-disk"]
        self.assertEqual(found["state"], "warning")
        self.assertIn("lies in memory", found["text"])
        self.assertIn("--ledger", found["remedy"])

    def test_an_out_folder_that_is_a_link_fails_here_as_in_a_run(self):
        server = self.endpoint()
        link = self.folder / "link"
        for target in (self.folder, self.folder / "none"):
            link.unlink(missing_ok=True)
            link.symlink_to(target)
            for out in (link, f"{link}/"):
                found = self.check(server.url, "--out", out, status=2)["output-folder"]
                self.assertEqual(found["state"], "failed")
                self.assertIn("symbolic link", found["text"])

    def test_a_command_to_copy_takes_a_name_for_a_file_whatever_it_begins_with(self):
        url = self.endpoint().url
        for name, mode in (("-c.env", 0o644), ("-l.db", 0o644)):
            (self.folder / name).write_bytes(self.ledger.read_bytes() if name == "-l.db" else b"")
            (self.folder / name).chmod(mode)
        self.environment |= {"USAGE_UPLOADER_CREDENTIALS": "-c.env", "USAGE_UPLOADER_LEDGER": "-l.db"}
        found = {entry["name"]: entry for entry in
                 json.loads(self.run_program("check", "--base-url", url, "--json", status=2).stdout)["checks"]}
        self.assertIn("chmod 600 ./-c.env", found["credentials"]["remedy"])
        self.assertEqual("chmod o-rwx ./-l.db", found["ledger-access"]["remedy"])

    @unittest.skipIf(os.getuid() != 0, "another user is needed, and only root can become one")
    def test_a_ledger_that_this_user_may_not_write_fails(self):
        self.folder.chmod(0o755)
        self.ledger.parent.chmod(0o755)
        self.ledger.chmod(0o644)
        command = ["check", "--ledger", self.ledger, "--base-url", self.endpoint().url, "--json"]
        found = self.run_program(*command, user=65534, group=65534, extra_groups=[], status=4)
        failed = [check["name"] for check in json.loads(found.stdout)["checks"] if check["state"] == "failed"]
        self.assertTrue({"ledger", "ledger-access"} & set(failed), failed)

    def test_where_the_endpoint_cannot_be_reached_it_says_how_far_the_way_went(self):
        found = self.check("https://nowhere.invalid", status=7)
        self.assertEqual(found["endpoint-name"]["state"], "failed")
        self.assertNotIn("endpoint-connection", found)
        server = self.endpoint()
        server.shutdown(), server.server_close()
        found = self.check(server.url, status=7)
        self.assertEqual((found["endpoint-name"]["state"], found["endpoint-connection"]["state"]), ("ok", "failed"))

    def test_a_proxy_that_refuses_is_a_finding_of_its_own(self):
        class Proxy(http.server.BaseHTTPRequestHandler):
            def do_CONNECT(self):
                self.send_response(407)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        self.addCleanup(proxy.server_close)
        self.addCleanup(proxy.shutdown)
        found = self.check("https://example.invalid", "--proxy", f"http://127.0.0.1:{proxy.server_port}", status=7)
        self.assertIn("USAGE_UPLOADER_PROXY", found["proxy"]["remedy"])
        self.assertNotIn("endpoint-tls", found)

    def test_a_certificate_that_is_not_trusted_is_told_and_ca_file_mends_it(self):
        key, certificate = self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        server = self.endpoint(tls=(certificate, key))
        found = self.check(server.url, status=7)
        self.assertEqual((found["endpoint-connection"]["state"], found["endpoint-tls"]["state"]), ("ok", "failed"))
        self.assertIn("ca-certificates", found["endpoint-tls"]["remedy"])
        self.assertEqual(server.asked, [])
        found = self.check(server.url, "--ca-file", certificate)
        self.assertEqual((found["endpoint-tls"]["state"], found["clock"]["state"]), ("ok", "ok"))
        plain = self.endpoint()
        found = self.check(plain.url.replace("http:", "https:"), status=7)
        self.assertIn("TLS 1.2", found["endpoint-tls"]["remedy"])
        nothing = self.folder / "nothing.pem"
        nothing.write_text("not a certificate\n")
        found = self.check(server.url, "--ca-file", nothing, status=7)
        self.assertIn("--ca-file names no certificate", found["endpoint-tls"]["remedy"])


class Config(EndToEnd):
    def config(self, *more):
        return json.loads(self.run_program("config", "--json", *more, status=0).stdout)

    def test_each_value_with_its_origin_the_higher_one_wins(self):
        file = self.folder / "own.toml"
        file.write_text('rate = 2\ntimeout = "30s"\nmax-attempts = 3\ncolumn = ["quantity=Amount", "currency=Cur"]\n')
        self.environment |= {"USAGE_UPLOADER_TIMEOUT": "20s", "USAGE_UPLOADER_MAX_ATTEMPTS": "4"}
        answer = self.config("--config", file, "--max-attempts", "5")
        self.assertEqual(answer["config_files"], [str(file)])
        found = {setting["name"]: (setting["values"], setting["source"], setting["place"]) for setting in answer["settings"]}
        self.assertEqual(found["rate"], (["2"], "file", f"{file}:1"))
        self.assertEqual(found["timeout"], (["20s"], "environment", "the environment variable USAGE_UPLOADER_TIMEOUT"))
        self.assertEqual(found["max-attempts"], (["5"], "command line", ""))
        self.assertEqual(found["column"][0], ["quantity=Amount", "currency=Cur"])
        self.assertEqual(found["max-wait"], (["15m"], "default", ""))
        self.assertEqual(found["proxy"], ([], "not set", ""))
        self.assertTrue(found["ledger"][0][0].startswith(str(self.folder)))
        self.assertEqual(found["ledger"][1], "default")
        text = self.run_program("config", "--config", file, status=0).stdout
        self.assertRegex(text, rf"(?m)^  rate +2 +{file}:1$")
        self.assertRegex(text, r"(?m)^  max-wait +15m +default$")

    def test_a_decision_for_one_run_is_no_setting(self):
        self.assertNotIn("yes", [setting["name"] for setting in self.config()["settings"]])
        self.assertIn("does not take --yes", self.run_program("config", "--yes", status=2).stderr)

    def test_secrets_are_hidden(self):
        self.environment |= {"USAGE_UPLOADER_PROXY": "http://me:5ecre7@proxy:3128", "TWILIO_API_KEY": "SK" + "7" * 32}
        for more in ([], ["--json"]):
            shown = self.run_program("config", *more, status=0).stdout
            self.assertIn("http://(hidden)@proxy:3128", shown)
            for secret in ("5ecre7", "me:", SECRET, "SK777"):
                self.assertNotIn(secret, shown)
        self.assertEqual(self.config()["credentials_in_environment"],
                         {"TWILIO_ACCOUNT_SID": True, "TWILIO_API_KEY": True, "TWILIO_API_SECRET": False, "TWILIO_AUTH_TOKEN": True})


if __name__ == "__main__":
    unittest.main()

"""Under a scheduler's conditions: no terminal, no home, no user of that number, a read-only root, closed stderr, the secret as a
mounted file, SIGTERM in the middle; and what config/package/monthly does with what was dropped."""
import os
import pathlib
import shutil
import signal
import subprocess
import time
import unittest

from support import ACCOUNT, BUILD, SECRET, EndToEnd, billing, installation

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRANGER = "61234"


def confined(*writable, pid_1=False):
    """A command's beginning: another user, nothing writable but these folders, no terminal; as a container is made."""
    command = ["bwrap", "--unshare-user", "--uid", STRANGER, "--gid", STRANGER, "--unshare-pid", "--die-with-parent",
               "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--new-session"]
    for folder in writable:
        command += ["--bind", folder, folder]
    return [*map(str, command), *(["--as-pid-1"] if pid_1 else []), "--"]


def why_not_confined():
    if not shutil.which("bwrap"):
        return "bubblewrap is not installed"
    tried = subprocess.run([*confined(), "true"], capture_output=True, text=True)
    return f"this machine makes no user namespaces: {tried.stderr.strip()}" if tried.returncode else ""


WHY_NOT = why_not_confined()


@unittest.skipIf(WHY_NOT, WHY_NOT)
class Confined(EndToEnd):
    def setUp(self):
        super().setUp()
        self.state = self.folder / "var"
        for name in ("", "inbox", "results", "secret"):
            (self.state / name).mkdir()
        self.ledger = self.state / "ledger.db"
        self.secret = self.mounted_secret(0o440)
        self.bare = {"PATH": os.environ["PATH"]}
        self.config = ""  # the default place, where there is none

    def mounted_secret(self, mode):
        """As Kubernetes mounts it: a link to a file in a folder that is itself a link."""
        folder = self.state / "secret"
        (folder / "..2026").mkdir()
        real = folder / "..2026" / "credentials"
        real.write_text(f"TWILIO_ACCOUNT_SID={ACCOUNT}\nTWILIO_AUTH_TOKEN={SECRET}\n")
        real.chmod(mode)
        (folder / "..data").symlink_to("..2026")
        (folder / "credentials").symlink_to("..data/credentials")
        return folder / "credentials"

    def confined_run(self, *command, status, close_stderr=False, environment={}, writable=None):
        shell = ["sh", "-c", 'exec "$@" 2>&-', "sh"] if close_stderr else []
        result = subprocess.run([*confined(*(writable or [self.state])), *shell, *map(str, command)], env=self.bare | environment, text=True,
                                capture_output=True, stdin=subprocess.DEVNULL, cwd=self.state / "results", timeout=300)
        self.assertEqual(result.returncode, status, f"{result.stdout}\n{result.stderr}")
        self.assertNotIn(SECRET, result.stdout + result.stderr)
        return result

    def confined_program(self, *arguments, **how):
        return self.confined_run(BUILD / "usage-uploader", *arguments, **how)

    def upload_command(self, path, sandbox):
        return [BUILD / "usage-uploader", "upload", path, "--period", "2026-10", "--new-period", "--base-url", sandbox.url,
                "--ledger", self.ledger, "--credentials", self.secret]

    def rows(self, count):
        return self.file([(installation(n), billing(n), f"1.{n:03}", f"R{n}") for n in range(1, count + 1)], "var/inbox/2026-10.csv")

    def test_no_terminal_home_user_stderr_or_writable_root(self):
        sandbox, path = self.sandbox(), self.rows(5)
        self.confined_program("init", "--ledger", self.ledger, status=0)
        result = self.confined_run(*self.upload_command(path, sandbox), status=0, close_stderr=True)
        self.assertIn("2026-10-1", result.stdout)
        self.out = self.state / "results" / "usage-2026-10-1"
        self.check_books(sandbox, path)
        self.assertEqual(self.statuses(), ["submitted"] * 5)
        for written in [self.ledger, *self.out.iterdir()]:
            self.assertEqual(written.stat().st_mode & 0o077, 0, f"{written} is open to others")

    def test_without_a_home_the_ledger_must_be_named(self):
        result = self.confined_program("init", status=2)
        self.assertIn("--ledger", result.stderr)

    def test_what_cannot_be_written_is_told_before_anything_is_sent(self):
        sandbox, path = self.sandbox(), self.rows(1)
        self.confined_program("init", "--ledger", self.ledger, status=0)
        self.confined_run(*self.upload_command(path, sandbox), "--out", "/usage-out", status=2)
        self.assertEqual(sandbox.requests(), [])

    def test_a_secret_that_others_can_read_is_refused(self):
        sandbox, path = self.sandbox(), self.rows(1)
        self.confined_program("init", "--ledger", self.ledger, status=0)
        self.secret.resolve().chmod(0o644)
        self.confined_run(*self.upload_command(path, sandbox), status=2)
        self.assertEqual(sandbox.requests(), [])

    def test_a_ledger_that_is_mounted_without_its_log_is_refused(self):
        sandbox, path = self.sandbox(), self.rows(1)
        self.confined_program("init", "--ledger", self.ledger, status=0)
        result = self.confined_run(*self.upload_command(path, sandbox), "--out", self.out, status=4,
                                   writable=[self.ledger, self.state / "results"])
        self.assertIn("mount the folder that it lies in", result.stderr)
        self.assertEqual(sandbox.requests(), [])

    def test_a_volume_of_a_group(self):
        # fsGroup makes the volume's folders 2775, and its files writable for the group, at every mount.
        sandbox, path = self.sandbox(), self.rows(3)
        self.state.chmod(0o2775)
        self.confined_program("init", "--ledger", self.ledger, status=0)
        self.ledger.chmod(0o660)
        self.confined_run(*self.upload_command(path, sandbox), status=0)
        self.assertEqual(sum(sandbox.billed().values()), 3)

    def test_sigterm_before_anything_is_sent_as_a_containers_first_process(self):
        sandbox = self.sandbox()
        self.confined_program("init", "--ledger", self.ledger, status=0)
        process = subprocess.Popen([*confined(self.state, pid_1=True), *map(str, self.upload_command("-", sandbox))], env=self.bare,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.PIPE, cwd=self.state / "results")
        process.stdin.write(b"InstalledAddOnSid,BillingSid,Amount\n")  # and no end: it reads on
        process.stdin.flush()
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        inner = lambda: int((children.read_text().split() or [process.pid])[0])
        self.wait_for(process, lambda: pathlib.Path(f"/proc/{inner()}/comm").read_text() == "usage-uploader\n")
        time.sleep(0.3)
        os.kill(inner(), signal.SIGTERM)
        try:
            self.assertEqual(process.wait(20), 143)
        finally:
            process.kill()
            process.stdin.close()
        self.assertEqual(sandbox.requests(), [])

    def test_sigterm_in_the_middle_as_a_containers_first_process(self):
        sandbox, path = self.sandbox({"latency_ms": 200}), self.rows(30)
        self.confined_program("init", "--ledger", self.ledger, status=0)
        command = [*self.upload_command(path, sandbox), "--concurrency", "2"]
        # --as-pid-1: the program is the namespace's process 1, to which no default action of a signal applies.
        process = subprocess.Popen([*confined(self.state, pid_1=True), *map(str, command)], env=self.bare,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                                   cwd=self.state / "results")
        self.wait_for(process, lambda: len(sandbox.requests()) >= 5)
        inner = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(inner[0]) if inner else process.pid, signal.SIGTERM)
        self.assertEqual(process.wait(60), 143)
        self.out = self.state / "results" / "usage-2026-10-1"
        stopped = self.statuses()
        self.assertIn("not_sent", stopped)
        self.assertNotIn("unknown", stopped)
        # The next start is the same command: it goes on with the open run.
        self.confined_run(*command, status=0)
        self.assertEqual(self.statuses(), ["submitted"] * 30)
        self.check_books(sandbox, path)
        self.assertEqual(set(sandbox.billed().values()), {1})

    # --- config/package/monthly

    def monthly(self, sandbox, *period, status):
        environment = {"STATE_DIRECTORY": f"{self.state}:{self.state}/inbox", "USAGE_CREDENTIALS": str(self.secret),
                       "USAGE_CONFIG": str(self.config), "USAGE_PROGRAM": str(BUILD / "usage-uploader"),
                       "USAGE_UPLOADER_BASE_URL": sandbox.url}
        return self.confined_run(ROOT / "config/package/monthly", *period, status=status, environment=environment)

    def test_the_monthly_run_sends_what_agrees_with_its_totals_once(self):
        sandbox, path = self.sandbox(), self.rows(4)
        totals = self.state / "inbox" / "2026-10.totals"
        self.monthly(sandbox, "2026-10", status=3)  # the totals are put there last
        totals.write_text("rows=4\n")
        self.monthly(sandbox, "2026-10", status=3)
        totals.write_text("rows=4\ntotal=4.010\nrate=7\n")
        self.monthly(sandbox, "2026-10", status=3)
        totals.write_text("# from the accounting system, on Windows\r\nrows=4\r\n\r\ntotal=4.010\r\n")
        self.monthly(sandbox, "2026-10", status=4)  # no ledger: a person makes it, once
        self.confined_program("init", "--ledger", self.ledger, status=0)
        totals.write_text("rows=4\ntotal=4.011\n")
        self.monthly(sandbox, "2026-10", status=3)
        self.assertEqual(sandbox.requests(), [])
        totals.write_bytes(b"\xef\xbb\xbfRows = 4 \r\n total= 4.010")  # as an editor on Windows saves it
        self.monthly(sandbox, "2026-10", status=0)
        self.monthly(sandbox, "2026-10", status=0)
        self.assertEqual(sorted(sandbox.billed().values()), [1] * 4)

    def test_the_monthly_run_sends_nothing_without_the_rules_of_a_configuration_that_it_cannot_read(self):
        sandbox = self.sandbox()
        self.rows(1)
        (self.state / "inbox" / "2026-10.totals").write_text("rows=1\ntotal=1.001\n")
        self.confined_program("init", "--ledger", self.ledger, status=0)
        rules = self.state / "rules"
        rules.mkdir()
        config = rules / "usage-uploader.toml"
        self.config = config
        self.monthly(sandbox, "2026-10", status=2)  # named, and not there
        config.symlink_to(rules / "gone.toml")
        self.monthly(sandbox, "2026-10", status=2)
        config.unlink()
        config.write_text("require-approval = true\n")
        self.monthly(sandbox, "2026-10", status=3)
        rules.chmod(0)
        self.monthly(sandbox, "2026-10", status=2)
        rules.chmod(0o700)
        self.assertEqual(sandbox.requests(), [])

    def test_a_charge_in_doubt_ends_every_start_with_6_and_is_not_sent_again(self):
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["close_after_billing"]}}})
        self.rows(3)
        (self.state / "inbox" / "2026-10.totals").write_text("rows=3\ntotal=3.006\n")
        self.confined_program("init", "--ledger", self.ledger, status=0)
        for _ in range(3):
            self.monthly(sandbox, "2026-10", status=6)
        self.assertEqual(sorted(sandbox.billed().values()), [1] * 3)

    def test_a_run_that_stopped_is_finished_by_the_next_start(self):
        # 7 is the one status after which the service starts again. The first 20 requests fail: the run stops.
        sandbox = self.sandbox({"installations": {installation(n): {"faults": ["404"]} for n in range(1, 21)}})
        self.rows(30)
        (self.state / "inbox" / "2026-10.totals").write_text("rows=30\ntotal=30.465\n")
        self.confined_program("init", "--ledger", self.ledger, status=0)
        self.bare["USAGE_UPLOADER_CONCURRENCY"] = "1"
        self.monthly(sandbox, "2026-10", status=7)
        self.assertEqual(sum(sandbox.billed().values()), 0)
        self.monthly(sandbox, "2026-10", status=1)  # the other ten; the 20 are proven not billed
        self.assertEqual(sum(sandbox.billed().values()), 10)
        self.monthly(sandbox, "2026-10", status=0)
        self.assertEqual(sorted(sandbox.billed().values()), [1] * 30)

    def test_without_a_period_it_is_the_month_before(self):
        year, month = map(int, subprocess.check_output(["date", "+%Y %m"], text=True).split())
        before = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02}"
        self.assertIn(f"{before}.csv is missing", self.monthly(self.sandbox(), status=3).stderr)


class FailureWords(unittest.TestCase):
    def test_each_status_has_its_advice(self):
        said = {}
        for status in ("1", "2", "3", "4", "5", "6", "7", "143", "TERM", "139", "127", "243"):
            result = subprocess.run([ROOT / "config/package/tell-failure"], env={"MONITOR_EXIT_STATUS": status}, text=True,
                                    capture_output=True, check=True)
            self.assertTrue(result.stderr.startswith(f"<3>usage-uploader.service: exit status {status}: "), result.stderr)
            said[status] = result.stderr.split(": ", 2)[2]
        self.assertEqual(len(set(said.values())), len(said) - 2, said)  # 143 and TERM are one, and what never began
        self.assertIn("nothing was sent", said["243"])
        self.assertIn("settle", said["6"])
        self.assertNotIn("settle", said["7"])


class OtherLibcurl(EndToEnd):
    """Another libcurl than the one built with, as far as its version goes."""

    def with_libcurl(self, version, *arguments, status):
        number = sum(int(part) << shift for part, shift in zip(version.split("."), (16, 8, 0)))
        source = self.folder / "version.c"
        source.write_text('#define _GNU_SOURCE\n#include <curl/curl.h>\n#include <dlfcn.h>\n'
                          'curl_version_info_data* curl_version_info(CURLversion age) {\n'
                          '  static curl_version_info_data data;\n'
                          '  curl_version_info_data* (*real)(CURLversion) = dlsym(RTLD_NEXT, "curl_version_info");\n'
                          f'  data = *real(age); data.version = "{version}"; data.version_num = {number}; return &data; }}\n')
        subprocess.run(["g++", "-x", "c", "-fpermissive", "-w", "-shared", "-fPIC", "-o", self.folder / "version.so", source],
                       check=True)
        self.environment |= {"LD_PRELOAD": str(self.folder / "version.so"), "ASAN_OPTIONS": "verify_asan_link_order=0"}
        try:
            return self.run_program(*arguments, status=status)
        finally:
            self.environment.pop("LD_PRELOAD")

    def upload_with(self, version, status):
        sandbox = self.sandbox()
        path = self.file([(installation(1), billing(1), "1.5", "R1")])
        self.run_program("init", "--ledger", self.ledger, status=0)
        result = self.with_libcurl(version, "upload", path, "--period", "2026-10", "--new-period", "--yes", "--base-url",
                                   sandbox.url, "--ledger", self.ledger, status=status)
        return result, sandbox

    def test_one_that_is_too_old_is_refused_before_anything_is_recorded(self):
        result, sandbox = self.upload_with("7.79.1", status=2)
        self.assertIn("libcurl 7.79.1 cannot be used", result.stderr)
        self.assertIn("what to do: install libcurl", result.stderr)
        self.assertEqual(sandbox.requests(), [])
        self.assertNotIn("2026-10", self.run_program("runs", "--ledger", self.ledger, status=0).stdout)

    def test_one_that_is_known_to_be_bad_is_warned_of(self):
        result, sandbox = self.upload_with("8.11.1", status=0)
        self.assertIn("libcurl-known-fault", result.stderr)
        self.assertEqual(sum(sandbox.billed().values()), 1)
        self.assertIn("known to be bad", self.with_libcurl("8.11.1", "--version", status=0).stdout)

    def test_the_version_names_both_libraries(self):
        said = self.run_program("--version", status=0).stdout
        self.assertRegex(said, r"^usage-uploader \d+\.\d+\.\d+\nlibcurl \d+\.\d+\.\d+\nSQLite \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()

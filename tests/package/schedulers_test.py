"""What config/ gives to schedulers: sound for the tools that read it, and in agreement with the program."""
import configparser
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support import BUILD, ROOT, commands, output, remove_installed, run

try:
    import yaml
except ImportError:
    yaml = None

tearDownModule = remove_installed
CONFIG = ROOT / "config"


def default_timeout():
    return int(re.search(r"--timeout TIME.*?default (\d+)s", output(BUILD / "usage-uploader", "upload", "--help"), re.S)[1])


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|min|m)?", text).groups()
    return int(number) * (60 if unit in ("min", "m") else 1)


class Systemd(unittest.TestCase):
    def setUp(self):
        self.unit = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
        self.unit.optionxform = str
        self.text = (CONFIG / "systemd/usage-uploader.service").read_text()
        self.unit.read_string(self.text)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_systemd_has_nothing_to_say(self):
        # A root of its own, in which the paths that the units name exist.
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        units = folder / "usr/lib/systemd/system"
        shutil.copytree("/usr/lib/systemd/system", units, symlinks=True)
        shutil.copytree(CONFIG / "systemd", units, dirs_exist_ok=True)
        (folder / "etc").mkdir()
        (folder / "lib").symlink_to("usr/lib")
        for name in ("monthly", "tell-failure", "as-service"):
            path = folder / "usr/libexec/usage-uploader" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CONFIG / "package" / name, path)
        said = run("systemd-analyze", "verify", "--man=no", f"--root={folder}", *sorted(p.name for p in (CONFIG / "systemd").iterdir()))
        ours = [line for line in said.stderr.splitlines() if "usage-uploader" in line]
        self.assertEqual(ours, [], said.stderr)

    def test_the_stop_time_is_longer_than_a_request_may_take(self):
        timeout = seconds(re.search(r"USAGE_UPLOADER_TIMEOUT=(\S+)", self.text)[1])
        self.assertEqual(timeout, default_timeout())
        self.assertGreaterEqual(seconds(self.unit["Service"]["TimeoutStopSec"]), timeout + 60)

    def test_only_a_run_that_stopped_is_started_again(self):
        self.assertEqual(self.unit["Service"]["RestartForceExitStatus"], "7")
        self.assertEqual(self.unit["Service"]["Restart"], "no")
        self.assertNotIn("SuccessExitStatus", self.text)

    def test_it_says_when(self):
        calendar = re.search(r"OnCalendar=(.*)", (CONFIG / "systemd/usage-uploader.timer").read_text())[1]
        if shutil.which("systemd-analyze"):
            self.assertIn("-03 06:00:00", output("systemd-analyze", "calendar", calendar))


@unittest.skipUnless(yaml, "python3-yaml is not installed")
class Kubernetes(unittest.TestCase):
    def setUp(self):
        self.job = yaml.safe_load((CONFIG / "kubernetes/cronjob.yaml").read_text())["spec"]
        self.pod = self.job["jobTemplate"]["spec"]["template"]["spec"]
        self.container = self.pod["containers"][0]
        self.environment = {entry["name"]: entry["value"] for entry in self.container["env"]}

    def test_one_run_at_a_time_and_time_to_stop(self):
        self.assertEqual(self.job["concurrencyPolicy"], "Forbid")
        timeout = seconds(self.environment["USAGE_UPLOADER_TIMEOUT"])
        self.assertEqual(timeout, default_timeout())
        self.assertGreaterEqual(self.pod["terminationGracePeriodSeconds"], timeout + 60)

    def test_only_a_run_that_stopped_is_started_again(self):
        rules = self.job["jobTemplate"]["spec"]["podFailurePolicy"]["rules"]
        self.assertEqual(rules[0]["action"], "FailJob")
        self.assertEqual(rules[0]["onExitCodes"]["values"], [1, 2, 3, 4, 5, 6])
        self.assertEqual(rules[0]["onExitCodes"]["containerName"], self.container["name"])
        self.assertEqual(self.pod["restartPolicy"], "Never")

    def test_user_modes_and_volumes(self):
        security = self.pod["securityContext"]
        self.assertTrue(security["runAsNonRoot"] and security["runAsUser"] == security["fsGroup"])
        self.assertTrue(self.container["securityContext"]["readOnlyRootFilesystem"])
        volumes = {volume["name"]: volume for volume in self.pod["volumes"]}
        self.assertEqual(volumes["secret"]["secret"]["defaultMode"], 0o440)
        self.assertIn("persistentVolumeClaim", volumes["state"])
        mounts = {mount["name"]: mount["mountPath"] for mount in self.container["volumeMounts"]}
        self.assertEqual(set(mounts), set(volumes))
        self.assertTrue(self.environment["USAGE_CREDENTIALS"].startswith(mounts["secret"] + "/"))
        self.assertEqual(mounts["state"], "/var/lib/usage-uploader")  # what the monthly script takes by default


    def test_what_is_done_by_hand_has_the_same_user_secret_ledger_and_rules(self):
        pod = yaml.safe_load((CONFIG / "kubernetes/by-hand.yaml").read_text())["spec"]
        container = pod["containers"][0]
        environment = {entry["name"]: entry["value"] for entry in container["env"]}
        for name in ("securityContext", "volumes", "automountServiceAccountToken"):
            self.assertEqual(pod[name], self.pod[name])
        for name in ("image", "securityContext", "volumeMounts"):
            self.assertEqual(container[name], self.container[name])
        self.assertEqual(environment["USAGE_UPLOADER_CREDENTIALS"], self.environment["USAGE_CREDENTIALS"])
        self.assertEqual(environment["USAGE_UPLOADER_FAIL_ON"], self.environment["USAGE_UPLOADER_FAIL_ON"])
        monthly = (CONFIG / "package/monthly").read_text()
        self.assertIn('--ledger "$state/ledger.db"', monthly)
        self.assertIn("results=${USAGE_RESULTS:-$state/results}", monthly)
        self.assertEqual((environment["USAGE_UPLOADER_LEDGER"], container["workingDir"]),
                         ("/var/lib/usage-uploader/ledger.db", "/var/lib/usage-uploader/results"))


class Settings(unittest.TestCase):
    def test_every_variable_that_is_set_is_an_option_of_upload(self):
        options = {"USAGE_UPLOADER_" + option[2:].upper().replace("-", "_") for option in commands()["upload"]}
        for path in ("systemd/usage-uploader.service", "kubernetes/cronjob.yaml", "kubernetes/by-hand.yaml"):
            found = set(re.findall(r"USAGE_UPLOADER_[A-Z_]+", (CONFIG / path).read_text()))
            self.assertTrue(found)
            self.assertLessEqual(found, options)

    def test_the_scripts_are_posix_shell(self):
        for script in ("package/monthly", "package/tell-failure", "package/as-service", "debian/postinst", "debian/prerm", "debian/postrm"):
            subprocess.run(["dash", "-n", CONFIG / script], check=True)


if __name__ == "__main__":
    unittest.main()

"""Every request passes Twilio's own OpenAPI document (twilio-oai, April 2026), served and validated by Stoplight Prism.

Prism answers a valid request with one fixed example and an invalid one with an error status, so it judges requests, not
outcomes: most charges end `unknown` here, because the example names other items.
"""
import os
import pathlib
import socket
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from support import EndToEnd, billing, installation  # noqa: E402


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prism(EndToEnd):
    def setUp(self):
        super().setUp()
        modules = pathlib.Path(os.environ["USAGE_BUILD"]) / "contract"
        modules.mkdir(exist_ok=True)
        (modules / "package.json").write_text((HERE / "package.json").read_text())
        if not (modules / "node_modules").exists():
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=modules, check=True)
        self.port = free_port()
        self.log = open(self.folder / "prism.log", "w")
        self.prism = subprocess.Popen([modules / "node_modules/.bin/prism", "mock", "--errors", "-h", "127.0.0.1", "-p", str(self.port),
                                       HERE / "twilio_marketplace_v1.json"], stdout=self.log, stderr=self.log)
        for _ in range(600):
            if self.prism.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        self.fail((self.folder / "prism.log").read_text())

    def tearDown(self):
        self.prism.terminate()
        self.prism.wait()
        self.log.close()
        super().tearDown()

    def test_every_request_is_valid(self):
        quantities = ["0.001", "44.02", "999999999999.999", "0.0000001", "1", "10.50", "12.355", "999999999999999"]
        rows = [(installation(i), billing(i), quantity, f"L{i}") for i, quantity in enumerate(quantities, 1)]
        rows += [(installation(100), billing(i), f"{i}.25", f"M{i}") for i in range(1, 300)]
        path = self.file(rows)
        self.run_program("init", "--ledger", self.ledger, status=0)
        self.run_program("upload", path, "--period", "p", "--new-period", "--yes", "--base-url", f"http://127.0.0.1:{self.port}",
                         "--ledger", self.ledger, "--out", self.out, "--max-unknown", "1000", status=6)
        seen = {row["http_status"] for row in self.reconciliation()}
        self.assertEqual(seen, {"202"}, (self.folder / "prism.log").read_text()[-3000:])


if __name__ == "__main__":
    unittest.main()

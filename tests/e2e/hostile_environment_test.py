"""What the environment says beside our own variables changes nothing: whom we send to, whom we trust, what we write."""
import os
import re
import resource
import signal
import ssl
import subprocess
import unittest

from certificates import Certificates
from hostile_server import HostileServer
from support import BUILD, EndToEnd, billing, installation

TIME = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{3}Z| UTC)")


def accept(connection, head, body):
    items = body.replace(b'"quantity"', b'"submitted":true,"quantity"')
    connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: %d\r\n\r\n" % len(items) + items)


class HostileEnvironment(EndToEnd):
    maxDiff = 4000

    def server(self, answer=accept, tls=None):
        server = HostileServer(answer, tls)
        self.addCleanup(server.stop)
        return server

    def tls(self):
        """A server's context, and the root that vouches for it."""
        made = Certificates(self.folder / "certificates")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.chain(made.make("leaf", made.intermediate), made.intermediate), made.key)
        return context, made.root

    def rows(self, count=3):
        return self.file([(installation(n), billing(n), f"{n}.25", f"L{n}") for n in range(1, count + 1)])

    def test_proxies_netrc_and_curlrc_are_not_obeyed(self):
        proxy, server = self.server(lambda *_: "close"), self.server()
        (self.folder / ".netrc").write_text("default login netrcuser password netrcpass\n")
        (self.folder / ".curlrc").write_text(f'proxy = "{proxy.url}"\nuser = "curlrc:curlrc"\nheader = "X-Curlrc: 1"\n')
        names = ("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy")
        self.environment |= {name: proxy.url for name in names} | {"CURL_HOME": str(self.folder), "NETRC": str(self.folder / ".netrc")}
        self.upload(self.rows(), server, status=0)
        self.assertEqual(proxy.connections, 0)
        self.assertEqual(len(server.arrived), 3)
        for head, _ in server.arrived:
            self.assertNotIn(b"X-Curlrc", head)
            self.assertEqual(head.count(b"Authorization: Basic "), 1)
            self.assertIn(b"Authorization: Basic QUMxMTEx", head)  # AC1111...

    def test_a_proxy_that_was_asked_for_is_used_whatever_no_proxy_says(self):
        proxy, server = self.server(lambda *_: "close"), self.server()
        self.environment |= {"NO_PROXY": "*", "no_proxy": "127.0.0.1"}
        self.upload(self.rows(), server, "--proxy", proxy.url, "--max-attempts", "1", status=7)
        self.assertGreater(proxy.connections, 0)
        self.assertEqual(server.connections, 0)
        self.assertEqual(self.statuses(), ["not_sent"] * 3)

    def test_certificates_that_the_environment_names_are_not_trusted(self):
        context, root = self.tls()
        folder = self.folder / "trusted"
        folder.mkdir()
        (folder / "root.pem").write_bytes(root.read_bytes())
        subprocess.run(["openssl", "rehash", folder], check=True, capture_output=True)
        server = self.server(tls=context)
        self.environment |= {"SSL_CERT_FILE": str(root), "SSL_CERT_DIR": str(folder), "CURL_CA_BUNDLE": str(root),
                             "CURL_CA_PATH": str(folder), "REQUESTS_CA_BUNDLE": str(root)}
        self.upload(self.rows(), server, status=7)
        self.assertEqual(server.arrived, [])
        self.assertEqual(self.statuses(), ["not_sent"] * 3)

    def test_the_keys_of_a_connection_are_written_nowhere(self):
        context, root = self.tls()
        log = self.folder / "keys.log"
        self.environment |= {"SSLKEYLOGFILE": str(log)}
        self.upload(self.rows(), self.server(tls=context), "--ca-file", root, status=0)
        self.assertFalse(log.exists(), "with these keys whoever recorded the connection reads the credentials")

    def test_no_core_file_holds_the_credentials(self):
        silent = self.server(lambda connection, *_: connection.recv(1))
        self.run_program("init", "--ledger", self.ledger, status=0)
        child = subprocess.Popen([BUILD / "usage-uploader", "upload", self.rows(), "--period", "2026-10", "--new-period", "--yes", "--base-url", silent.url,
                                  "--ledger", self.ledger, "--out", self.out], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2))
        self.wait_for(child, lambda: silent.arrived)
        with open(f"/proc/{child.pid}/limits") as limits:
            core = next(line.split() for line in limits if line.startswith("Max core file size"))
        self.assertEqual(core[4:6], ["0", "0"])
        child.send_signal(signal.SIGABRT)
        _, ended = os.waitpid(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(ended)
        self.assertEqual(child.returncode, -signal.SIGABRT)
        self.assertFalse(os.WCOREDUMP(ended))

    def locales(self, *names):
        """Made for this test alone, from the sources that the package locales brings."""
        folder = self.folder / "locales"
        folder.mkdir()
        made = [subprocess.Popen(["localedef", "-i", name, "-f", "UTF-8", folder / f"{name}.UTF-8"]) for name in names]
        self.assertEqual([process.wait(120) for process in made], [0] * len(names))
        return {"LOCPATH": str(folder)}

    def everything(self, name, environment):
        """All that a month leaves behind and says, but for times, folders and ports."""
        before, self.environment = self.environment, {**self.environment, **environment}
        folder = self.folder / name
        folder.mkdir()
        self.ledger, self.out = folder / "ledger.db", folder / "out"
        sandbox = self.sandbox({"installations": {installation(2): {"faults": ["404"]}, installation(3): {"faults": ["500"]}}})
        path = self.file([(installation(n), billing(n), f"{n * 1234567}.{n:02d}1", f"\u0130I{n}") for n in range(1, 31)],
                         header="INSTALLEDADDONSID,BILLINGSID,AMOUNT,INVOICELINEID")
        bad = self.file([(installation(1), billing(1), text, "L") for text in ("1,5", '"1.234,5"', "1e3", "abc")], name="bad.csv")
        said = [self.run_program(*arguments, status=status) for arguments, status in (
            (("validate", path), 0), (("validate", path, "--json"), 0), (("inspect", path), 0), (("validate", bad), 3))]
        said.append(self.upload(path, sandbox, "--concurrency", "1", "--quiet", status=6))
        for what in (["--period", "2026-10"], ["--period", "2026-10", "--json"], ["2026-10-1", "--request", 3]):
            said.append(self.run_program("show", *what, "--ledger", self.ledger, status=0 if "--request" in what else 6))
        self.environment = before
        texts = {str(n): (result.stdout + result.stderr).encode() for n, result in enumerate(said)}
        texts |= {file.name: file.read_bytes() for file in self.out.iterdir()}
        texts["billed"] = repr([request["billed"] for request in sandbox.requests()]).encode()
        sandbox.stop()
        self.sandboxes.remove(sandbox)
        sandbox.journal.unlink()
        changing = [(TIME, b"TIME"), (re.compile(rb"127.0.0.1:\d+"), b"HOST"), (re.compile(str(folder).encode()), b"FOLDER"),
                    (re.compile(rb"[\d.]+ m?s\b|(?<=duration_seconds\": )[\d.]+"), b"SECONDS"), (re.compile(rb"[0-9a-f]{8}-[-0-9a-f]{40,}|\b[0-9a-f]{16}\b|R-[0-9a-f]{8}"), b"DIGEST"),
                    (re.compile(rb'((?:failed|unknown)_digest": ")[0-9a-f]{64}'), rb"\1DIGEST")]  # of files that hold the ledger's id
        for key in texts:
            for pattern, replacement in changing:
                texts[key] = pattern.sub(replacement, texts[key])
        return texts

    def test_locale_time_zone_and_allocator_change_no_byte(self):
        made = self.locales("de_DE", "tr_TR")
        made["ASAN_OPTIONS"] = "detect_leaks=0"  # glibc never frees what it reads of LOCPATH
        plain = self.everything("plain", {})
        self.assertGreater(len(plain["reconciliation.csv"]), 3000)
        for name, environment in {
            "german": {"LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8", "LANGUAGE": "de", **made},
            "turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", **made},
            "far": {"TZ": "Asia/Kathmandu", "LC_ALL": "nonsense", "COLUMNS": "-1", "LINES": "0", "POSIXLY_CORRECT": "1"},
            "allocator": {"MALLOC_PERTURB_": "90", "MALLOC_ARENA_MAX": "1", "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"},
        }.items():
            other = self.everything(name, environment)
            self.assertEqual(set(other), set(plain))
            for key in plain:
                self.assertEqual(other[key].decode().splitlines(), plain[key].decode().splitlines(), f"{name}: {key}")

    def test_without_home_or_a_folder_for_temporary_files_it_says_so(self):
        path = self.rows()
        wide = self.folder / "wide.csv"
        wide.write_bytes(path.read_text().encode("utf-16"))
        self.environment["TMPDIR"] = str(self.folder / "none")
        self.run_program("validate", path, status=0)  # needs none
        self.assertIn("set TMPDIR", self.run_program("validate", wide, status=3).stderr)
        del self.environment["HOME"]
        self.assertIn("give --ledger FILE", self.run_program("runs", status=2).stderr)
        self.upload(path, self.server(), status=0)


if __name__ == "__main__":
    unittest.main()

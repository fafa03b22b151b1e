"""Whom the program does not know gets nothing: no request, no credentials, no charge in doubt."""
import ssl
import unittest
import warnings

from certificates import Certificates
from hostile_server import HostileServer
from support import EndToEnd, billing, installation

CERTIFICATE_SAYS = {
    "expired": ("certificate has expired", "clock"),
    "wrong name": ("subject name matches target", "--base-url"),
    "self-signed": ("self-signed certificate", "--ca-file"),
    "unknown root": ("unable to get local issuer certificate", "--ca-file"),
    "incomplete chain": ("unable to get local issuer certificate", "whole chain"),
}


class HostileTls(EndToEnd):
    def setUp(self):
        super().setUp()
        self.certificates = Certificates(self.folder / "certificates")
        made = self.certificates
        self.leaf = made.make("leaf", made.intermediate)
        self.good = made.chain(self.leaf, made.intermediate)
        self.path = self.file([(installation(n), billing(n), f"{n}.25", f"L{n}") for n in range(1, 9)])
        self.run_program("init", "--ledger", self.ledger, status=0)

    def context(self, chain, **versions):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain, self.certificates.key)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of TLS 1.1, which is what is wanted
            for name, version in versions.items():
                setattr(context, name, version)
        return context

    def stopped(self, period, context, *more):
        """An upload to it: nothing arrives, nothing is in doubt, the run is open. Returns the server and what was said."""
        server = HostileServer(lambda *_: self.fail("a request was answered"), context)
        self.addCleanup(server.stop)
        self.out = self.folder / period
        result = self.upload(self.path, server, *more, status=7, period=period)
        self.assertEqual(server.arrived, [])
        self.assertEqual(self.statuses(), ["not_sent"] * 8)
        return server, result.stdout

    def test_a_certificate_that_proves_nothing_stops_the_run_at_once_and_says_why(self):
        made = self.certificates
        chains = {
            "expired": (made.chain(made.make("leaf", made.intermediate, days=-1, name="expired"), made.intermediate), made.root),
            "wrong name": (made.chain(made.make("elsewhere", made.intermediate), made.intermediate), made.root),
            "self-signed": (made.make("leaf", name="self-signed"), made.root),
            "unknown root": (self.good, None),
            "incomplete chain": (self.leaf, made.root),
        }
        for number, (name, (chain, root)) in enumerate(chains.items()):
            with self.subTest(name):
                server, said = self.stopped(f"P{number}", self.context(chain), *(["--ca-file", root] if root else []))
                self.assertEqual(server.connections, 1, "it was tried again")
                reason, remedy = CERTIFICATE_SAYS[name]
                self.assertIn(reason, said)
                self.assertIn(remedy, said.split("Next:")[1])
                self.assertIn("1 attempt, 0 retries", said)

    def test_an_old_protocol_gets_no_request(self):
        context = self.context(self.good, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
        context.set_ciphers("ALL:@SECLEVEL=0")  # else OpenSSL 3 would not speak it at all
        server, said = self.stopped("OLD", context, "--ca-file", self.certificates.root, "--max-attempts", "2")
        self.assertEqual(server.connections, 2)
        self.assertIn("protocol version", said)
        self.assertIn("TLS 1.2", said.split("Next:")[1])

    def test_the_same_servers_with_all_in_order_are_billed_with_tls_1_2_and_1_3(self):
        def accept(connection, head, body):
            items = body.replace(b'"quantity"', b'"submitted":true,"quantity"')
            connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: %d\r\n\r\n" % len(items) + items)
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            server = HostileServer(accept, self.context(self.good, minimum_version=version, maximum_version=version))
            self.addCleanup(server.stop)
            self.out = self.folder / version.name
            self.upload(self.path, server, "--ca-file", self.certificates.root, status=0, period=version.name)
            self.assertEqual(len(server.arrived), 8)


if __name__ == "__main__":
    unittest.main()

"""Certificates, made by the openssl command for one test and gone with its folder."""
import pathlib
import subprocess

EXTENSIONS = """
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[intermediate]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
[leaf]
subjectAltName = IP:127.0.0.1, DNS:localhost
[elsewhere]
subjectAltName = DNS:elsewhere.example
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Certificates:
    """A root, an intermediate below it, and servers' certificates below that; all have one key, which no test looks at."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.extensions = self.folder / "extensions.cnf"
        self.extensions.write_text(EXTENSIONS)
        self.key = self.folder / "key.pem"
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key)
        self.root = self.make("root")
        self.intermediate = self.make("intermediate", issuer=self.root)

    def make(self, kind, issuer=None, days=2, name=None):
        request, certificate = self.folder / "request.pem", self.folder / f"{name or kind}.pem"
        openssl("req", "-new", "-key", self.key, "-subj", f"/CN={name or kind}", "-out", request)
        signer = ["-signkey", self.key] if issuer is None else ["-CA", issuer, "-CAkey", self.key, "-CAcreateserial"]
        openssl("x509", "-req", "-in", request, *signer, "-days", days, "-extfile", self.extensions, "-extensions", kind, "-out", certificate)
        return certificate

    def chain(self, *certificates):
        """One file, the server's own certificate first."""
        path = self.folder / ("-".join(certificate.stem for certificate in certificates) + ".chain")
        path.write_text("".join(certificate.read_text() for certificate in certificates))
        return path

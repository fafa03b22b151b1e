"""The fastest plausible endpoint: nginx on loopback, one worker, keep-alive, no log, one fixed reply to everything."""
import os
import pathlib
import socket
import subprocess

from measure import Failed

CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid "{folder}/pid";
error_log "{folder}/error.log" error;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path "{folder}/body";
  proxy_temp_path "{folder}/proxy";
  fastcgi_temp_path "{folder}/fastcgi";
  uwsgi_temp_path "{folder}/uwsgi";
  scgi_temp_path "{folder}/scgi";
  keepalive_requests 1000000000;
  keepalive_timeout 60s;
  tcp_nodelay on;
  server {{
    listen 127.0.0.1:{port};
    listen 127.0.0.1:{tls_port} ssl;
    ssl_certificate "{folder}/certificate.pem";
    ssl_certificate_key "{folder}/key.pem";
    default_type application/json;
    add_header Twilio-Request-Id RQ00000000000000000000000000000000 always;
    location / {{ return {status} '{reply}'; }}
  }}
}}
"""


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem",
                    "-out", folder / "certificate.pem"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Nginx:
    def __init__(self, folder, ports=None):
        self.folder = pathlib.Path(folder)
        self.port, self.tls_port = ports or free_ports(2)
        self.process = None
        make_certificate(self.folder)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def tls_url(self):
        return f"https://127.0.0.1:{self.tls_port}"

    @property
    def ca_file(self):
        return self.folder / "certificate.pem"

    def start(self, reply, status=202):
        user = "user root;" if os.geteuid() == 0 else ""  # else nobody, who may not look into the folder
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(
            user=user, folder=self.folder, port=self.port, tls_port=self.tls_port, status=status, reply=reply))
        self.process = subprocess.Popen(["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"],
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(1000):
            if answers(self.port) and answers(self.tls_port):
                return
            try:
                self.process.wait(0.01)
            except subprocess.TimeoutExpired:
                continue
            break
        raise Failed(f"nginx does not start: {(self.folder / 'error.log').read_text()[-300:]}")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
            self.process = None

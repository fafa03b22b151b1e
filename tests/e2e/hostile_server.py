"""A server whose every byte a test decides."""
import socket
import threading


class HostileServer:
    """Calls `answer(connection, head, body)` for each request that arrives whole, and keeps what arrived, whole or not."""

    def __init__(self, answer, tls=None):
        self.answer, self.tls = answer, tls
        self.connections, self.arrived = 0, []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:  # stopped
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            connection.settimeout(60)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                while request := self.request(connection):
                    self.arrived.append(request)
                    if self.answer(connection, *request) == "close":
                        return
        except OSError:  # the client has had enough; ssl.SSLError is one
            pass

    @staticmethod
    def request(connection):
        received = b""
        while b"\r\n\r\n" not in received:
            some = connection.recv(65536)
            if not some:
                return (received, b"") if received else None
            received += some
        head, _, body = received.partition(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            some = connection.recv(65536)
            if not some:
                break
            body += some
        return head, body

    def stop(self):
        self.listener.close()

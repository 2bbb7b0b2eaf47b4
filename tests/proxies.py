"""Real proxies on loopback."""

import base64
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


@contextmanager
def tunnelling(url: str, login: str = "") -> Iterator[str]:
    """A proxy that answers CONNECT and carries every tunnel to the same server, whatever was asked for.

    `login`: the `user:password` it wants; without it the answer is 407. Yields its `host:port`.
    """
    wanted = (b"proxy-authorization", b"Basic " + base64.b64encode(login.encode("utf-8")))

    class Proxy(socketserver.ThreadingTCPServer):
        daemon_threads = True

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            headers = []
            while line := self.rfile.readline().strip():
                name, _, value = line.partition(b":")
                headers.append((name.lower(), value.strip()))
            if login and wanted not in headers:
                self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
                return
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as server:
                back = threading.Thread(target=_copy, args=(server, self.connection))
                back.start()
                _copy(self.connection, server)
                back.join()

    with Proxy(("127.0.0.1", 0), Handler) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            thread.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return

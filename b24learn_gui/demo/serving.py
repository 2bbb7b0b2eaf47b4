"""A small threaded HTTP/1.1 server on the loopback interface, for the embedded Bitrix24 and the embedded Learn.

An application is a callable from :class:`Request` to :class:`Response`. Besides ordinary answers a response can
ask for what real networks do: silence, a dropped connection, half a body. The application has done its work (or
not) by the time it returns, so "dropped before" and "dropped after the work" are both the application's choice.
"""

from __future__ import annotations

import http.server
import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

HOST = "127.0.0.1"
_LONGEST_BODY = 256 * 1024 * 1024
_ACCEPT_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent.

    ``target`` is the request target as sent (absolute with a proxy), ``path`` its part before "?" with percent
    codes undone, ``query`` the raw rest. Header names are lower case; of repeated headers the last one counts.
    """

    method: str
    target: str = field(repr=False)  # may hold a webhook's secret
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    client: str = HOST
    secure: bool = False

    @property
    def path(self) -> str:
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def header(self, name: str, default: str = "") -> str:
        return self.headers.get(name.lower(), default)


@dataclass(frozen=True, slots=True)
class Response:
    """What the server answers.

    ``delay``: real seconds of silence before the first byte, cut short when the server stops.
    ``drop``: close the connection without a single byte.
    ``truncate_at``: promise the whole body, send only so many bytes of it, close.
    ``close``: close the connection after a whole answer.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    drop: bool = False
    truncate_at: int | None = None
    close: bool = False

    @classmethod
    def of_json(cls, value: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        return cls(status, json.dumps(value, ensure_ascii=False).encode(), headers=headers)


Application = Callable[[Request], Response]


class _Unreadable(Exception):
    """The request's body cannot be read, so neither can anything after it on this connection."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "demo"
    sys_version = ""
    disable_nagle_algorithm = True
    server: _LoopbackServer

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
            return
        if not self.parse_request():
            return
        try:
            request = Request(
                method=self.command,
                target=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self._read_body(),
                client=str(self.client_address[0]),
                secure=isinstance(self.connection, ssl.SSLSocket),
            )
        except _Unreadable:
            self.close_connection = True
            return
        self._send(self.server.answer(request))

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._read_chunks()
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            raise _Unreadable from None
        if not 0 <= length <= _LONGEST_BODY:
            raise _Unreadable
        body = self.rfile.read(length)
        if len(body) < length:
            raise _Unreadable
        return body

    def _read_chunks(self) -> bytes:
        parts: list[bytes] = []
        while True:
            try:
                size = int(self.rfile.readline(1024).split(b";")[0], 16)
            except ValueError:
                raise _Unreadable from None
            if not 0 <= size <= _LONGEST_BODY:
                raise _Unreadable
            if size == 0:
                while self.rfile.readline(65537) not in (b"\r\n", b"\n", b""):
                    pass  # trailers carry nothing for us
                return b"".join(parts)
            parts.append(self.rfile.read(size))
            self.rfile.readline(8)

    def _send(self, response: Response) -> None:
        if response.delay and self.server.stopping.wait(response.delay):
            self.close_connection = True
            return
        if response.drop:
            self.close_connection = True
            return
        if response.close or response.truncate_at is not None:
            self.close_connection = True
        self.send_response(response.status)
        if response.body or response.content_type:
            self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body[: response.truncate_at])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's parameter name
        """Nothing is logged: paths carry webhook secrets."""


class _LoopbackServer(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """One thread a connection; every open connection is known, so that stopping can close idle ones."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, application: Application, tls: ssl.SSLContext | None) -> None:
        self.stopping = threading.Event()
        self.failures: list[Exception] = []
        self._application = application
        self._tls = tls
        self._guard = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._workers: set[threading.Thread] = set()
        super().__init__((HOST, 0), _Handler)

    def answer(self, request: Request) -> Response:
        """The application's answer; a defect of the application is kept and shown as a bare 500."""
        try:
            return self._application(request)
        except Exception as failure:  # noqa: BLE001 - kept for whoever stops the server
            self.failures.append(failure)
            return Response(500, b"defect of the embedded server", "text/plain", close=True)

    def process_request(self, request: Any, client_address: Any) -> None:
        worker = threading.Thread(
            target=self._work, args=(request, client_address), name="embedded-connection", daemon=True
        )
        with self._guard:
            self._workers.add(worker)
        worker.start()

    def _work(self, connection: socket.socket, client_address: Any) -> None:
        try:
            self._serve_connection(connection, client_address)
        except OSError:
            pass  # the client went away or never trusted our certificate: ordinary life of a server
        finally:
            with self._guard:
                self._workers.discard(threading.current_thread())

    def _serve_connection(self, connection: socket.socket, client_address: Any) -> None:
        with connection:
            if not self._register(connection):
                return
            try:
                if self._tls is None:
                    _Handler(connection, client_address, self)
                else:
                    self._serve_tls(connection, client_address, self._tls)
            finally:
                self._forget(connection)

    def _serve_tls(self, connection: socket.socket, client_address: Any, tls: ssl.SSLContext) -> None:
        # The handshake happens here, on the connection's own thread: a client that stalls in it holds up nobody.
        secured = tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with secured:
            if not self._register(secured):
                return
            try:
                secured.do_handshake()
                _Handler(secured, client_address, self)
            finally:
                self._forget(secured)

    def _register(self, connection: socket.socket) -> bool:
        with self._guard:
            if self.stopping.is_set():
                return False
            self._connections.add(connection)
            return True

    def _forget(self, connection: socket.socket) -> None:
        with self._guard:
            self._connections.discard(connection)

    def close_connections(self) -> None:
        """Wakes every worker that waits for bytes and joins all of them."""
        with self._guard:
            self.stopping.set()
            connections, workers = list(self._connections), list(self._workers)
            for connection in connections:
                try:
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
                except OSError:
                    continue  # closed by its peer in the meantime
        for worker in workers:
            worker.join()


class Server:
    """Serves an application on 127.0.0.1, a port chosen by the system, until :meth:`stop`.

    A context manager. ``failures`` holds exceptions the application let escape (clients saw a 500); leaving the
    ``with`` block raises them as a group, so that a defect of a simulator cannot hide behind a client's retries.
    """

    def __init__(self, application: Application, *, tls: ssl.SSLContext | None = None) -> None:
        self._application = application
        self._tls = tls
        self._server: _LoopbackServer | None = None
        self._acceptor: threading.Thread | None = None
        self._port = 0
        self.failures: list[Exception] = []

    @property
    def port(self) -> int:
        """The listening port; kept after stopping, so that a test can call a server that is gone."""
        if not self._port:
            raise RuntimeError("the server has not been started")
        return self._port

    @property
    def url(self) -> str:
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://{HOST}:{self.port}"

    def start(self) -> None:
        if self._server is not None:
            raise RuntimeError("the server is running")
        server = _LoopbackServer(self._application, self._tls)
        server.failures = self.failures
        self._server = server
        self._port = int(server.server_address[1])
        self._acceptor = threading.Thread(
            target=server.serve_forever, args=(_ACCEPT_POLL_SECONDS,), name="embedded-server", daemon=True
        )
        self._acceptor.start()

    def stop(self) -> None:
        """Closes the port and every connection, idle ones too, and joins all threads; harmless when repeated."""
        server, acceptor = self._server, self._acceptor
        if server is None or acceptor is None:
            return
        self._server = self._acceptor = None
        server.shutdown()
        acceptor.join()
        server.close_connections()
        server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None and self.failures:
            raise ExceptionGroup("the embedded server's application failed", self.failures)

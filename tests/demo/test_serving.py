"""The loopback server: connections held open, broken on demand, and all gone after stopping."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time

import pytest
import requests
import trustme

from b24learn_gui.demo.serving import Request, Response, Server


def echo(request: Request) -> Response:
    if request.path == "/slow":
        return Response(delay=600)
    if request.path == "/defect":
        raise ValueError("defect")
    return Response.of_json({"method": request.method, "query": request.query, "size": len(request.body)})


def embedded_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("embedded-")]


def test_a_connection_serves_many_requests() -> None:
    with Server(echo) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.connect()
        own_port = connection.sock.getsockname()[1]
        for size in (0, 10, 100_000):
            connection.request("POST", "/a?b=c", b"x" * size)
            assert f'"size": {size}'.encode() in connection.getresponse().read()
        assert connection.sock.getsockname()[1] == own_port
        connection.close()


def test_chunked_bodies_are_read() -> None:
    with Server(echo) as server, requests.Session() as session:
        session.trust_env = False
        assert session.post(server.url, data=iter([b"ab", b"cde"])).json()["size"] == 5
        assert session.post(server.url, data=b"x").json()["size"] == 1, "the connection is in step afterwards"


def test_stopping_ends_idle_and_waiting_connections_and_every_thread() -> None:
    server = Server(echo)
    server.start()
    idle = socket.create_connection(("127.0.0.1", server.port))
    with requests.Session() as session:
        session.trust_env = False
        session.get(server.url)
        with pytest.raises(requests.ReadTimeout):
            session.get(server.url + "/slow", timeout=0.05)
        before = time.perf_counter()
        server.stop()
        assert time.perf_counter() - before < 5
        assert embedded_threads() == []
        with idle:
            assert idle.recv(1) == b""
        with pytest.raises(requests.ConnectionError):
            session.get(server.url)
    server.stop()


def test_tls_with_an_unknown_authority_is_the_clients_failure_only() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with Server(echo, tls=tls) as server, requests.Session() as session:
        session.trust_env = False
        assert server.url.startswith("https://")
        with pytest.raises(requests.exceptions.SSLError):
            session.get(server.url)
    assert server.failures == []


def test_a_client_that_stalls_in_its_handshake_holds_up_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    bundle = tmp_path_factory.mktemp("tls") / "authority.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with Server(echo, tls=tls) as server, requests.Session() as session:
        session.trust_env = False
        with socket.create_connection(("127.0.0.1", server.port)):
            assert session.get(server.url, verify=str(bundle), timeout=10).status_code == 200


def test_a_defect_of_the_application_cannot_hide_behind_a_retry() -> None:
    def meets_a_defect() -> None:
        with Server(echo) as server, requests.Session() as session:
            session.trust_env = False
            assert session.get(server.url + "/defect").status_code == 500

    with pytest.raises(ExceptionGroup) as caught:
        meets_a_defect()
    assert caught.group_contains(ValueError, match="defect")


def test_a_request_shows_no_secret() -> None:
    shown = repr(Request("POST", "/rest/1/secret/profile", {"authorization": "secret"}, b"secret"))
    assert "secret" not in shown

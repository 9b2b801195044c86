"""The centre over HTTP: an answer, or within two seconds the word that there is none."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from edge import centre as centre_
from edge.centre import Centre, Unreachable
from wire.errors import BadMessage


@contextmanager
def answering(status: int, body: bytes) -> Iterator[tuple[str, list[Any]]]:
    """A server that gives one answer to everything; what it was asked is in the list."""
    asked: list[Any] = []

    class Answer(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            said = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.command, self.path, self.headers["Authorization"], said))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET = do_PUT  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_question_carries_the_token_and_the_answer_comes_back() -> None:
    changes: list[str] = []
    with answering(200, b'{"number": "A001"}') as (url, asked):
        centre = Centre(url, "secret", changes.append)
        answer = asyncio.run(centre.put("/v1/tickets/1", {"service": "household"}))
    assert answer == (200, {"number": "A001"})
    assert asked == [("PUT", "/v1/tickets/1", "Bearer secret", json.dumps({"service": "household"}).encode())]
    assert (centre.up, changes) == (True, ["central"])


def test_a_refusal_is_an_answer() -> None:
    with answering(409, b'{"detail": "no"}') as (url, _):
        assert asyncio.run(Centre(url, "").put("/x", {})) == (409, {"detail": "no"})


def test_bytes_go_and_come_as_they_are() -> None:
    with answering(200, b"\x00receipt") as (url, asked):
        assert asyncio.run(Centre(url, "").post("/v1/sync", b"\x00batch")) == (200, b"\x00receipt")
    assert asked[0][3] == b"\x00batch"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b""])
def test_an_answer_that_is_no_object_is_a_bad_message(body: bytes) -> None:
    with answering(200, body) as (url, _), pytest.raises(BadMessage):
        asyncio.run(Centre(url, "").put("/x", {}))


def test_a_centre_in_trouble_is_unreachable() -> None:
    changes: list[str] = []
    with answering(503, b"{}") as (url, _):
        centre = Centre(url, "", changes.append)
        with pytest.raises(Unreachable):
            asyncio.run(centre.put("/x", {}))
    with pytest.raises(Unreachable):
        asyncio.run(centre.put("/x", {}))
    assert (centre.up, changes) == (False, [])


def test_a_centre_that_takes_the_call_and_says_nothing_is_unreachable_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centre_, "TIMEOUT_S", 0.05)

    async def story() -> None:
        server = await asyncio.start_server(lambda _reader, _writer: asyncio.sleep(10), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable):
            await Centre(f"http://127.0.0.1:{port}", "").put("/x", {})
        server.close()

    asyncio.run(story())


def test_an_answer_that_is_nested_without_end_is_a_bad_message() -> None:
    with answering(200, b"[" * 200_000) as (url, _), pytest.raises(BadMessage, match="not JSON"):
        asyncio.run(Centre(url, "").put("/x", {}))

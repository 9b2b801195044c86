"""The MQTT client on both interpreters, against a real broker and against one that misbehaves."""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from firmware_bench import ROOT, WAIT_S, Broker

from firmware.common import packets
from firmware.common.mqtt import Mqtt

CONNACK = packets.packet(packets.CONNACK, b"\0\0")


@pytest.fixture(params=["cpython", "micropython"])
def exercise(request: pytest.FixtureRequest, micropython: Path) -> Callable[[int, int], dict[str, Any]]:
    """Return what runs mqtt_exercise.py to its end."""
    program = [sys.executable] if request.param == "cpython" else [str(micropython), "-X", "heapsize=128K"]
    paths = {"PYTHONPATH": str(ROOT), "MICROPYPATH": f"{ROOT}:.frozen"}

    def run(port: int, rounds: int) -> dict[str, Any]:
        command = [*program, str(ROOT / "tests/firmware/mqtt_exercise.py"), str(port), str(rounds)]
        ran = subprocess.run(command, env=paths, capture_output=True, text=True, timeout=30, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return said

    return run


class FakeBroker:
    """Serves one connection after the other by the `parts` given; each part is a function of the connection."""

    def __init__(self, *parts: "Callable[[Peer], None]") -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.played = 0
        self._parts = parts
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        for part in self._parts:
            with self._server.accept()[0] as connection:
                connection.settimeout(WAIT_S)
                with contextlib.suppress(OSError):  # the client had enough first
                    part(Peer(connection))
            self.played += 1

    def close(self) -> None:
        self._thread.join(WAIT_S)
        self._server.close()


class Peer:
    """One connection as the broker sees it."""

    def __init__(self, connection: socket.socket) -> None:
        self.send = connection.sendall
        self._stream = connection.makefile("rb")

    def packet(self) -> tuple[int, bytes]:
        """Return the next packet; OSError at the end. Long packets are not for tests."""
        head = self._stream.read(2)
        if len(head) < 2:
            raise OSError("gone")
        return head[0], self._stream.read(head[1])

    def until(self, kind: int) -> bytes:
        """Answer everything but publishes properly until a packet of `kind` came; return its body."""
        while True:
            head, body = self.packet()
            if head == packets.CONNECT:
                self.send(CONNACK)
            elif head == packets.SUBSCRIBE:
                self.send(packets.packet(packets.SUBACK, body[:2] + b"\1"))
            elif head == packets.PINGREQ:
                self.send(packets.packet(packets.PINGRESP, b""))
            if head & 0xF0 == kind:
                return body


def closes_at_once(_: Peer) -> None:
    pass


def refuses(peer: Peer) -> None:
    peer.packet()
    peer.send(packets.packet(packets.CONNACK, b"\0\5"))
    peer.packet()


def says_nothing(peer: Peer) -> None:
    peer.packet()
    peer.packet()


def talks_http(peer: Peer) -> None:
    peer.packet()
    peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    peer.packet()


def sends(data: bytes) -> Callable[[Peer], None]:
    """Return a broker that is proper until a publish, and then sends `data` instead of an answer."""

    def part(peer: Peer) -> None:
        peer.until(packets.PUBLISH)
        peer.send(data)
        while True:
            peer.packet()

    return part


def refuses_subscriptions(peer: Peer) -> None:
    peer.packet()
    peer.send(CONNACK)
    _, body = peer.packet()
    peer.send(packets.packet(packets.SUBACK, body[:2] + b"\x80"))
    peer.packet()


def echoes(peer: Peer) -> None:
    """A good broker for one client that subscribed to all it sends."""
    while True:
        body = peer.until(packets.PUBLISH)
        topic_ends = 2 + int.from_bytes(body[:2], "big")
        peer.send(packets.packet(packets.PUBACK, body[topic_ends : topic_ends + 2]))
        peer.send(packets.packet(packets.PUBLISH, body[:topic_ends] + body[topic_ends + 2 :]))


@pytest.fixture
def fake_broker() -> Iterator[Callable[..., FakeBroker]]:
    started: list[FakeBroker] = []

    def start(*parts: Callable[[Peer], None]) -> FakeBroker:
        started.append(FakeBroker(*parts))
        return started[-1]

    yield start
    for broker in started:
        broker.close()


def test_messages_go_there_and_back(exercise: Callable[..., dict[str, Any]], broker: Broker) -> None:
    assert exercise(broker.port, 40) == {"seen": 40, "failed": 0, "connections": 1}


def test_a_broker_that_misbehaves_is_left_and_tried_again(
    exercise: Callable[..., dict[str, Any]], fake_broker: Callable[..., FakeBroker]
) -> None:
    broken = [
        sends(b""),  # never acknowledges
        sends(b"\x30\xff\xff\xff\x7f"),  # a packet of 268 MB
        sends(b"\x30\x05\x00\x09ab!"),  # a topic longer than its packet
        sends(b"\x30\x04\x00\x02\xff\xfe"),  # a topic that is no text
        sends(b"\x30\x00"),
        sends(b"\x34\x04\x00\x00\x00\x01"),  # QoS 2
        sends(b"\xf0\x00\xf0\x00"),
        sends(b"\x40\x02\xff\xff\x40\x00"),  # acknowledges what was never sent
    ]
    never_up = [closes_at_once, refuses, says_nothing, talks_http, refuses_subscriptions]
    server = fake_broker(*never_up, *broken, echoes)
    said = exercise(server.port, 6)
    assert (said["seen"], said["connections"]) == (6, len(broken) + 1)
    assert said["failed"] == len(broken)


def test_packet_ids_wrap_and_skip_those_in_flight() -> None:
    client = Mqtt("127.0.0.1", 1, "n")
    client._last_id = 0xFFFE
    assert client._free_id() == 0xFFFF
    client._answers = dict.fromkeys((1, 2))  # type: ignore[assignment]
    assert client._free_id() == 3


def test_a_bug_in_the_callback_is_not_taken_for_trouble(broker: Broker) -> None:
    def broken(_topic: str, _payload: bytes, _retained: bool) -> None:
        raise ZeroDivisionError

    async def run() -> None:
        client = Mqtt("127.0.0.1", broker.port, "n", on_message=broken)
        await client.subscribe("a")
        running = asyncio.create_task(client.run())
        await client.up.wait()
        await client.publish("a", b"x")
        await asyncio.wait_for(running, WAIT_S)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(run())


def test_the_broker_tells_of_a_client_that_went_silent(broker: Broker) -> None:
    gone: list[bytes] = []

    async def run() -> None:
        told = asyncio.Event()
        watcher = Mqtt(
            "127.0.0.1", broker.port, "watcher", on_message=lambda _, said, __: (gone.append(said), told.set())
        )
        watched = Mqtt("127.0.0.1", broker.port, "watched", will=("will", b"gone", 1, True))
        await watcher.subscribe("will", 1)
        running = [asyncio.create_task(client.run()) for client in (watcher, watched)]
        await asyncio.wait_for(asyncio.gather(watcher.up.wait(), watched.up.wait()), WAIT_S)
        running[1].cancel()  # closes its connection without a word
        await asyncio.wait_for(told.wait(), WAIT_S)
        running[0].cancel()

    asyncio.run(run())
    assert gone == [b"gone"]


def test_without_a_connection_a_publish_fails_at_once() -> None:
    with pytest.raises(OSError, match="not connected"):
        asyncio.run(Mqtt("127.0.0.1", 1, "n").publish("a", b"x", qos=1))

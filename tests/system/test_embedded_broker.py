"""The embedded broker serves this machine and nobody else, and what it retains only those who asked for it."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import paho.mqtt.client as paho
import pytest

pytestmark = pytest.mark.system


@pytest.mark.parametrize("address", ["0.0.0.0:1883", ":1883", "192.0.2.1:1883", "127.0.0.1:x", "127.0.0.1", ""])
def test_it_refuses_every_address_but_127_0_0_1(address: str):
    ended = subprocess.run(
        [sys.executable, "-m", "twin.embedded_broker", *([address] if address else [])],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert "127.0.0.1:PORT" in ended.stderr


def test_a_port_in_use_is_said(free_port: Callable[[], int]):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        ended = subprocess.run(
            [sys.executable, "-m", "twin.embedded_broker", f"127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert ended.returncode == 3
    assert "in use" in ended.stderr


class Client:
    """An MQTT client in a thread; `got` are the topics that it was sent."""

    def __init__(self, port: int) -> None:
        self.got: list[str] = []
        self.granted = 0
        self._mqtt = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self._mqtt.on_message = lambda _client, _data, message: self.got.append(message.topic)
        self._mqtt.on_subscribe = self._count
        self._mqtt.connect("127.0.0.1", port)
        self._mqtt.loop_start()

    def _count(self, *_: object) -> None:
        self.granted += 1

    def subscribe(self, topic: str) -> None:
        self._mqtt.subscribe(topic, qos=1)

    def retain(self, topic: str) -> None:
        self._mqtt.publish(topic, b"x", qos=1, retain=True).wait_for_publish(10)

    def close(self) -> None:
        self._mqtt.disconnect()
        self._mqtt.loop_stop()


@pytest.fixture
def connect(free_port: Callable[[], int], wait_until: Callable[..., None]) -> Iterator[Callable[[], Client]]:
    """Start the broker, and connect clients to it."""
    port = free_port()
    broker = subprocess.Popen([sys.executable, "-m", "twin.embedded_broker", f"127.0.0.1:{port}"])
    clients: list[Client] = []

    def one_more() -> Client:
        clients.append(Client(port))
        return clients[-1]

    wait_until("the broker listens", lambda: listens(port))
    yield one_more
    for client in clients:
        client.close()
    broker.terminate()
    assert broker.wait(10) == 0


def listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def test_retained_messages_go_to_those_who_subscribed_and_to_nobody_else(
    connect: Callable[[], Client], wait_until: Callable[..., None]
):
    first = connect()
    first.subscribe("retained/#")
    first.retain("retained/1")
    wait_until("what was retained", lambda: first.got == ["retained/1"])

    second = connect()
    second.subscribe("other/#")
    wait_until("the second subscribed", lambda: second.granted == 1)
    first.retain("other/1")
    wait_until("what the second asked for", lambda: second.got == ["other/1"])

    second.subscribe("retained/#")
    wait_until("what the second asked for", lambda: second.got == ["other/1", "retained/1"])


def test_a_client_that_connects_while_others_subscribe_is_served(
    connect: Callable[[], Client], wait_until: Callable[..., None]
):
    first = connect()
    for number in range(30):
        first.retain(f"retained/{number}")
        first.subscribe(f"retained/{number}")
    wait_until("the first subscribed", lambda: first.granted == 30)
    for number in range(20):
        newcomer = connect()
        for more in range(20):
            first.subscribe(f"meanwhile/{number}/{more}")
        newcomer.subscribe("mine")
        wait_until("the newcomer is served", lambda client=newcomer: client.granted == 1)

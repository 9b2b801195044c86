"""The parking node's firmware on the real MicroPython, with a real broker."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from firmware_bench import WAIT_S, Broker, Firmware, World

from firmware.parking_node import topics as built
from wire import node, topics

CAR, FLOOR = 700, 2400


class Listener:
    """Everything the node said: (topic's last word, QoS, retained, reading)."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, int, node.Reading]] = []
        self._changed = threading.Condition()
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = lambda client, *_: client.subscribe(topics.NODES, 1)
        self.client.on_message = self._heard
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _heard(self, _client: object, _data: object, message: paho.MQTTMessage) -> None:
        assert topics.read(message.topic).device == "node-7"
        with self._changed:
            self.heard.append((message.topic.split("/")[-1], message.qos, node.decode(message.payload)))
            self._changed.notify_all()

    def wait(self, condition: Callable[[list[tuple[str, int, node.Reading]]], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.heard), WAIT_S), [
                (kind, reading.state) for kind, _, reading in self.heard
            ]

    def wait_for_event(self, state: str) -> None:
        """Wait until the newest event says so."""
        self.wait(
            lambda heard: ([reading.state for kind, _, reading in heard if kind == "event"] or [None])[-1] == state
        )

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def listener(broker: Broker) -> Iterator[Listener]:
    started = Listener(broker.port)
    yield started
    started.close()


@pytest.fixture
def world() -> Iterator[World]:
    started = World({}, echo_mm=FLOOR)
    yield started
    started.close()


@pytest.fixture
def running(world: World, broker: Broker, micropython: Path, tmp_path: Path) -> Iterator[Firmware]:
    config = {"node": "node-7", "host": "127.0.0.1", "port": broker.port, "heartbeat_ms": 200, "occupied_below_mm": 900}
    (tmp_path / "node.json").write_text(json.dumps(config))
    with Firmware(micropython, "parking_node", SIM_CTL=world.address, SIM_FILES=str(tmp_path)) as started:
        yield started


def test_a_car_comes_and_goes(running: Firmware, world: World, listener: Listener) -> None:
    listener.wait_for_event(node.FREE)
    world.tell(echo_mm=CAR)
    listener.wait_for_event(node.OCCUPIED)
    world.tell(echo_mm=FLOOR)
    listener.wait_for_event(node.FREE)
    events = [(qos, reading) for kind, qos, reading in listener.heard if kind == "event"]
    assert [reading.state for _, reading in events] == [node.FREE, node.OCCUPIED, node.FREE]
    assert {qos for qos, _ in events} == {1}
    assert abs(events[1][1].distance_mm - CAR) < 10


def test_heartbeats_carry_the_state_and_number_every_message(
    running: Firmware, world: World, listener: Listener
) -> None:
    listener.wait(lambda heard: sum(kind == "heartbeat" and said.state == node.FREE for kind, _, said in heard) >= 3)
    readings = [reading for _, _, reading in listener.heard]
    numbers = [reading.number for reading in readings]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert len({reading.boot for reading in readings}) == 1
    assert readings[0].boot != 0
    assert readings[-1].held_ms > 0


def test_a_listener_that_comes_late_knows_at_once(running: Firmware, listener: Listener, broker: Broker) -> None:
    listener.wait_for_event(node.FREE)
    running.process.kill()
    late = Listener(broker.port)
    try:
        late.wait(lambda heard: [kind for kind, _, _ in heard] == ["heartbeat"])
    finally:
        late.close()


def test_a_lost_echo_is_unknown_and_never_free(running: Firmware, world: World, listener: Listener) -> None:
    listener.wait_for_event(node.FREE)
    world.tell(echo_mm=None)
    listener.wait_for_event(node.UNKNOWN)
    assert listener.heard[-1][2].distance_mm == -1
    world.tell(echo_mm=CAR)
    listener.wait_for_event(node.OCCUPIED)


def test_a_change_while_the_broker_is_away_is_told_when_it_is_back(
    running: Firmware, world: World, listener: Listener, broker: Broker
) -> None:
    listener.wait_for_event(node.FREE)
    broker.stop()
    world.tell(echo_mm=CAR)
    broker.start()
    # the listener comes back after the node: it may miss the event, and then hears the heartbeat
    listener.wait(lambda heard: heard[-1][2].state == node.OCCUPIED)


def test_a_node_without_its_settings_says_what_is_missing(micropython: Path, tmp_path: Path) -> None:
    def said(text: str | None) -> str:
        if text is not None:
            (tmp_path / "node.json").write_text(text)
        process = Firmware(micropython, "parking_node", SIM_FILES=str(tmp_path)).process
        printed, _ = process.communicate(timeout=WAIT_S)
        assert process.returncode == 1
        return printed

    assert "node.json cannot be read" in said(None)
    assert "node.json cannot be read" in said("{")
    assert "node.json lacks host, heartbeat_ms, occupied_below_mm" in said('{"node": "node-7", "port": 1}')


def test_a_node_builds_the_topics_of_the_contract() -> None:
    assert built.event("node-7") == topics.node_event("node-7")
    assert built.heartbeat("node-7") == topics.node_heartbeat("node-7")

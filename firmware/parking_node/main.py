"""The parking node: its sensor, its radio, its loop. On the board this file is `/main.py`.

`node.json` says who it is and whom it tells: `{"node": "node-1", "host": "192.0.2.1", "port": 1883,
"heartbeat_ms": 2000, "occupied_below_mm": 900}`, and where it applies `"ssid"`, `"ssid_key"`, `"user"`, `"password"`.
"""

import asyncio
import json

import machine
import network

from firmware.common import boot
from firmware.common.clock import Clock
from firmware.common.distance import Distance
from firmware.common.mqtt import Mqtt
from firmware.parking_node import pins, topics
from firmware.parking_node.bay import Bay
from wire import node
from wire.errors import BadConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SAMPLE_MS = 100
WATCHDOG_MS = 8000
NEEDED = ("node", "host", "port", "heartbeat_ms", "occupied_below_mm")
_RADIO_TRIES = 100  # of 100 ms


class Node:
    """The newest reading of the bay, and the messages that carry it."""

    def __init__(self, config: dict[str, object]) -> None:
        self.config = config
        self.clock = Clock()
        self.bay = Bay(config["occupied_below_mm"], self.clock.now())
        self.changed = asyncio.Event()
        self.distance_mm: int | None = None
        self._boot = boot.number()
        self._number = 0

    def sample(self, distance_mm: int | None) -> None:
        self.distance_mm = distance_mm
        if self.bay.sample(distance_mm, self.clock.now()):
            self.changed.set()

    def message(self) -> bytes:
        """Return the payload of the next event or heartbeat."""
        self._number += 1
        held_ms = min(self.clock.now() - self.bay.since_ms, 0xFFFFFFFF)
        distance_mm = -1 if self.distance_mm is None else self.distance_mm
        return node.encode(self._boot, self._number, self.bay.state, held_ms, distance_mm)


def read_config() -> dict[str, object]:
    """Return what `node.json` says; BadConfig when something is wrong with it."""
    try:
        with open("node.json") as file:
            config = json.load(file)
    except (OSError, ValueError) as error:
        raise BadConfig("node.json cannot be read: %r" % error) from None
    missing = [name for name in NEEDED if name not in config]
    if missing:
        raise BadConfig("node.json lacks " + ", ".join(missing))
    return config


def radio(config: dict[str, object]) -> "Callable[[], Awaitable[None]]":
    """Return a function that gets the radio onto the network; OSError when it cannot for now."""
    wlan = network.WLAN(network.STA_IF)

    async def connect() -> None:
        wlan.active(True)
        if not wlan.isconnected() and "ssid" in config:
            wlan.connect(config["ssid"], config.get("ssid_key"))
        for _ in range(_RADIO_TRIES):
            if wlan.isconnected():
                return
            await asyncio.sleep_ms(100)
        raise OSError("no radio network")

    return connect


async def measure(reading: Node) -> None:
    """Sample the sensor for ever; the watchdog bites when that stops."""
    sensor = Distance(pins.TRIGGER, pins.ECHO)
    watchdog = machine.WDT(timeout=WATCHDOG_MS)
    while True:
        reading.sample(sensor.read_mm())
        watchdog.feed()
        await asyncio.sleep_ms(SAMPLE_MS)


async def tell_changes(reading: Node, client: Mqtt) -> None:
    """Publish an event for every change; one that was not confirmed is sent again, as things stand by then."""
    topic = topics.event(reading.config["node"])
    while True:
        await reading.changed.wait()
        await client.up.wait()
        reading.changed.clear()
        try:
            await client.publish(topic, reading.message(), qos=1)
        except OSError:
            reading.changed.set()
            await asyncio.sleep_ms(SAMPLE_MS)


async def tell_heartbeats(reading: Node, client: Mqtt) -> None:
    topic = topics.heartbeat(reading.config["node"])
    while True:
        await client.up.wait()
        try:
            await client.publish(topic, reading.message(), retain=True)
        except OSError:
            pass  # the next one carries the whole truth again
        await asyncio.sleep_ms(reading.config["heartbeat_ms"])


async def main() -> None:
    config = read_config()
    reading = Node(config)
    print("parking node", config["node"], "reset cause", machine.reset_cause())
    client = Mqtt(
        config["host"],
        config["port"],
        config["node"],
        user=config.get("user"),
        password=config.get("password"),
        before_connecting=radio(config),
    )
    await asyncio.gather(
        client.run(), measure(reading), tell_changes(reading, client), tell_heartbeats(reading, client)
    )


if __name__ == "__main__":
    asyncio.run(main())

"""MQTT for an agent and for the centre: paho behind one thin door, made for asyncio.

The link promises little, on purpose. A publish goes out now or not at all: whoever publishes has it on disk and sends
it again until a receipt comes. What arrives waits in a bounded inbox; when that is full it is dropped and counted, and
the peer sends it again.
"""

import asyncio
import socket
import time
from typing import Any, NamedTuple, Self

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

SLOW_ECHO_MS = 20
"""A broker that answers a QoS 1 publish slower has Nagle's algorithm on (mosquitto: `set_tcp_nodelay true`)."""

log = structlog.get_logger()


class Message(NamedTuple):
    """What arrived: `retained` is true for a broker's memory of it."""

    topic: str
    payload: bytes
    retained: bool


class Will(NamedTuple):
    """What the broker says for us, retained, QoS 1, when we are gone without a word."""

    topic: str
    payload: bytes


class Link:
    """A connection that comes back by itself; `up` tells whether it stands now.

    `async with Link(...) as link:` connects in the background, and leaves without the will being sent.
    """

    def __init__(
        self,
        host: str,
        port: int,
        client_id: str,
        *,
        keepalive_s: int = 10,
        will: Will | None = None,
        inbox: int = 10_000,
    ) -> None:
        self.up = asyncio.Event()
        self.echo_ms: float | None = None
        self.dropped = 0
        self._address = (host, port)
        self._keepalive_s = keepalive_s
        self._inbox: asyncio.Queue[Message] = asyncio.Queue(inbox)
        self._subscriptions: dict[str, int] = {}
        self._greetings: list[tuple[str, bytes]] = []
        self._greeted_at: dict[int, float] = {}
        self._client = self._new_client(client_id, will)

    def _new_client(self, client_id: str, will: Will | None) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=True,
        )
        client.reconnect_delay_set(1, 8)
        client.connect_timeout = 3
        if will:
            client.will_set(will.topic, will.payload, qos=1, retain=True)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._arrived
        client.on_publish = self._published
        client.on_socket_open = _no_delay
        return client

    def subscribe(self, topic: str, qos: int = 1) -> None:
        """Ask for a topic, now and after every reconnect."""
        self._subscriptions[topic] = qos
        if self.up.is_set():
            self._client.subscribe(topic, qos)

    def greet(self, topic: str, payload: bytes) -> None:
        """Publish this, retained, at every connect: it undoes the will."""
        self._greetings.append((topic, payload))

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> bool:
        """Hand a message to the broker; False, and nothing is kept, while the link is down."""
        if not self.up.is_set():
            return False
        return self._client.publish(topic, payload, qos, retain).rc == mqtt.MQTT_ERR_SUCCESS

    async def receive(self) -> Message:
        """Return the next message, waiting for it."""
        return await self._inbox.get()

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._client.connect_async(*self._address, keepalive=self._keepalive_s)
        self._client.loop_start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    # paho calls these on its own thread

    def _connected(self, client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.warning("broker refused", reason=str(reason))
            return
        for topic, qos in list(self._subscriptions.items()):
            client.subscribe(topic, qos)
        for topic, payload in self._greetings:
            sent = client.publish(topic, payload, qos=1, retain=True)
            self._greeted_at[sent.mid] = time.monotonic()
        self._tell(self.up.set)

    def _disconnected(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        log.info("broker gone", reason=str(reason))
        self._greeted_at.clear()
        self._tell(self.up.clear)

    def _published(self, _client: mqtt.Client, _data: Any, mid: int, _reason: Any, _properties: Any) -> None:
        sent_at = self._greeted_at.pop(mid, None)
        if sent_at is None:
            return
        self.echo_ms = (time.monotonic() - sent_at) * 1000
        if self.echo_ms > SLOW_ECHO_MS:
            log.warning(
                "slow broker", echo_ms=round(self.echo_ms, 1), ask="is set_tcp_nodelay true in its configuration?"
            )

    def _arrived(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        self._tell(self._keep, Message(message.topic, bytes(message.payload), message.retain))

    def _keep(self, message: Message) -> None:
        try:
            self._inbox.put_nowait(message)
        except asyncio.QueueFull:
            self.dropped += 1

    def _tell(self, what: Any, *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(what, *arguments)
        except RuntimeError:  # the program is ending and its loop is closed
            log.debug("link outlived its loop")


def _no_delay(_client: mqtt.Client, _data: Any, sock: Any) -> None:
    """paho leaves Nagle's algorithm on: 44 ms a round trip instead of 1."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

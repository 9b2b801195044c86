"""An MQTT 3.1.1 client for asyncio: QoS 0 and 1, a last will, reconnecting. Runs on MicroPython and CPython.

Each packet is written in one piece (small pieces cost 40 ms each between Nagle and delayed acknowledgements), each
answer is waited for with a limit, and whatever is odd ends the connection: only a new one is sure to make sense.
"""

import asyncio
import os
import socket

from firmware.common import packets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

FIRST_WAIT_MS = 500
LONGEST_WAIT_MS = 15000
"""Between two tries to connect; it doubles from the one to the other, and starts again with every good connection."""


def _without_delay(writer: "asyncio.StreamWriter") -> None:
    """Turn Nagle's algorithm off; CPython's asyncio does that by itself."""
    raw = getattr(writer, "s", None)
    if raw is not None:
        raw.setsockopt(6, getattr(socket, "TCP_NODELAY", 1), 1)  # 6 is IPPROTO_TCP, which not every port names


class _Answer:
    """A broker's answer on the way: `body` is None until it came, and still None when the connection was lost first."""

    def __init__(self) -> None:
        self.came = asyncio.Event()
        self.body: bytes | None = None

    def give(self, body: bytes) -> None:
        self.body = body
        self.came.set()


class Mqtt:
    """`run` keeps one connection up, for ever, and prints its trouble; `up` is set while there is one.

    `will` is `(topic, payload, qos, retain)`; `on_message(topic, payload, retained)` is called for what subscriptions
    bring; `before_connecting` is awaited before each try (a node gets its radio up there).
    """

    def __init__(
        self,
        host: str,
        port: int,
        client: str,
        keepalive_s: int = 15,
        timeout_s: float = 5,
        will: tuple[str, bytes, int, bool] | None = None,
        user: str | None = None,
        password: str | None = None,
        on_message: "Callable[[str, bytes, bool], None] | None" = None,
        before_connecting: "Callable[[], Awaitable[None]] | None" = None,
    ) -> None:
        self.up = asyncio.Event()
        self.connections = 0
        self._host, self._port = host, port
        self._hello = packets.connect(client, keepalive_s, will, user, password)
        self._keepalive_s = keepalive_s
        self._timeout_s = timeout_s
        self._on_message = on_message
        self._before_connecting = before_connecting
        self._topics: dict[str, int] = {}
        self._answers: dict[int, _Answer] = {}  # by packet id
        self._pong: _Answer | None = None
        self._last_id = 0
        self._wait_ms = FIRST_WAIT_MS
        self._writer: asyncio.StreamWriter | None = None
        self._writing = asyncio.Lock()
        self._ended = asyncio.Event()

    async def publish(self, topic: str, payload: bytes, qos: int = 0, retain: bool = False) -> None:
        """Send a message; with QoS 1 return when the broker has it. OSError: there is no connection, or no longer."""
        if not self.up.is_set():
            raise OSError("not connected")
        head = packets.PUBLISH | qos << 1 | (1 if retain else 0)
        if qos == 0:
            await self._send(packets.packet(head, packets.string(topic) + payload))
        else:
            await self._asked(lambda number: packets.packet(head, packets.string(topic) + number + payload))

    async def subscribe(self, topic: str, qos: int = 0) -> None:
        """Subscribe now, if there is a connection, and at each new one. OSError as in `publish`, or a refusal."""
        self._topics[topic] = qos
        if self.up.is_set():
            await self._subscribe(topic, qos)

    async def run(self) -> None:
        """Connect, stay connected, connect again; trouble on the way is no reason to end."""
        while True:
            try:
                if self._before_connecting:
                    await self._before_connecting()
                incoming = await self._open()
                await self._stay(incoming)
            except (OSError, asyncio.TimeoutError) as error:
                print("mqtt:", repr(error))
            finally:
                await self._close()
            half_to_one_and_a_half = (128 + os.urandom(1)[0]) / 256  # or all nodes come back at the same moment
            await asyncio.sleep(self._wait_ms / 1000 * half_to_one_and_a_half)
            self._wait_ms = min(2 * self._wait_ms, LONGEST_WAIT_MS)

    async def _open(self) -> packets.Packets:
        opening = asyncio.open_connection(self._host, self._port)
        reader, writer = await asyncio.wait_for(opening, self._timeout_s)
        _without_delay(writer)
        self._writer = writer
        self._ended.clear()
        await self._send(self._hello)
        incoming = packets.Packets(reader)
        head, body = await asyncio.wait_for(incoming.next(), self._timeout_s)
        if head != packets.CONNACK or len(body) != 2 or body[1] != 0:
            raise OSError("the broker refused the connection: %r" % body)
        return incoming

    async def _stay(self, incoming: packets.Packets) -> None:
        failures: list[Exception] = []
        works = (self._listen(incoming), self._ping())
        tasks = [asyncio.create_task(self._until_it_ends(work, failures)) for work in works]
        try:
            for topic, qos in list(self._topics.items()):
                await self._subscribe(topic, qos)
            self.connections += 1
            self._wait_ms = FIRST_WAIT_MS
            self.up.set()
            await self._ended.wait()
        except OSError as error:
            failures.append(error)
        finally:
            for task in tasks:
                task.cancel()
        if failures:
            raise failures[0]

    async def _until_it_ends(self, work: "Awaitable[None]", failures: list[Exception]) -> None:
        try:
            await work
        except Exception as error:  # `run` raises it again, where it either is trouble or a bug
            failures.append(error)
            self._end()

    def _end(self) -> None:
        """Let the connection go, and with it everybody who waits for an answer."""
        self.up.clear()
        for answer in self._answers.values():
            answer.came.set()
        self._ended.set()

    async def _close(self) -> None:
        self._end()
        writer, self._writer = self._writer, None
        if writer is not None:
            try:
                writer.close()
                await writer.wait_closed()
            except OSError:
                pass  # it was broken already

    async def _listen(self, incoming: packets.Packets) -> None:
        while True:
            head, body = await incoming.next()
            if head & 0xF0 == packets.PUBLISH:
                await self._received(head, body)
            elif head in (packets.PUBACK, packets.SUBACK) and len(body) >= 2:
                answer = self._answers.get(int.from_bytes(body[:2], "big"))
                if answer:
                    answer.give(body)
            elif head == packets.PINGRESP and self._pong:
                self._pong.give(body)
            else:
                raise OSError("the broker sent a packet 0x%02x that nobody asked for" % head)

    async def _received(self, head: int, body: bytes) -> None:
        qos = head >> 1 & 3
        end = 2 + int.from_bytes(body[:2], "big")
        start = end + 2 if qos else end
        if len(body) < max(start, 2) or qos > 1:
            raise OSError("the broker sent a message that makes no sense")
        try:
            topic = body[2:end].decode()
        except UnicodeError:
            raise OSError("the broker sent a topic that is not UTF-8") from None
        if self._on_message:
            self._on_message(topic, body[start:], head & 1 == 1)
        if qos:
            await self._send(packets.packet(packets.PUBACK, body[end:start]))

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(self._keepalive_s / 3)
            self._pong = _Answer()
            await self._send(packets.packet(packets.PINGREQ, b""))
            await asyncio.wait_for(self._pong.came.wait(), self._timeout_s)

    async def _subscribe(self, topic: str, qos: int) -> None:
        wanted = packets.string(topic) + bytes((qos,))
        answer = await self._asked(lambda number: packets.packet(packets.SUBSCRIBE, number + wanted))
        if answer[2:] == bytes((packets.REFUSED,)):
            raise OSError("the broker refused the subscription to %s" % topic)

    async def _asked(self, packet: "Callable[[bytes], bytes]") -> bytes:
        """Send what `packet` makes of a packet id, and return the body of the answer to it."""
        number = self._free_id()
        answer = self._answers[number] = _Answer()
        try:
            await self._send(packet(number.to_bytes(2, "big")))
            await asyncio.wait_for(answer.came.wait(), self._timeout_s)
        except asyncio.TimeoutError:
            self._end()
            raise OSError("the broker does not answer") from None
        finally:
            del self._answers[number]
        if answer.body is None:
            raise OSError("the connection was lost")
        return answer.body

    def _free_id(self) -> int:
        number = self._last_id
        while True:
            number = number % 0xFFFF + 1
            if number not in self._answers:
                self._last_id = number
                return number

    async def _send(self, packet: bytes) -> None:
        async with self._writing:  # two writers would send each other's bytes twice on MicroPython
            if self._writer is None or self._ended.is_set():
                raise OSError("the connection was lost")
            sent = False
            try:
                self._writer.write(packet)
                await asyncio.wait_for(self._writer.drain(), self._timeout_s)
                sent = True
            except asyncio.TimeoutError:
                raise OSError("the broker takes no more") from None
            finally:
                if not sent:
                    self._end()  # half a packet may be on the line, and nothing may follow it

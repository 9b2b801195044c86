"""A line to the broker on which messages of one topic are late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.held import BrokerLine, Held, published, split
from twin.waiting import until

PING = b"\xd0\x00"
ORDER = b"\x32\x12\x00\x09down/jour\x00\x07order"
RECEIPT = b"\x30\x0e\x00\x04down\x00receipt"
LONG = b"\x30\x83\x02" + b"\x00\x01a" + bytes(256)


def test_a_message_is_read_with_and_without_a_packet_identifier() -> None:
    assert published(ORDER) == Held("down/jour", b"order")
    assert published(RECEIPT) == Held("down", b"\x00receipt")
    assert published(LONG) == Held("a", bytes(256))
    assert published(PING) is None


@given(st.lists(st.sampled_from([PING, ORDER, RECEIPT, LONG])), st.integers(0, 5))
def test_packets_are_found_whole_wherever_the_bytes_were_cut(packets: list[bytes], size: int) -> None:
    data, found, left = b"".join(packets), [], b""
    for at in range(0, len(data), size + 1):
        whole, left = split(left + data[at : at + size + 1])
        found += whole
    assert (found, left) == (packets, b"")


@asynccontextmanager
async def broker(*says: bytes) -> AsyncIterator[int]:
    """A broker that says this to everybody who speaks."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            writer.write(b"".join(says))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_a_held_message_waits_while_everything_else_passes_and_comes_late() -> None:
    async with broker(PING, ORDER, RECEIPT) as port, BrokerLine("127.0.0.1", port) as line:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        line.hold("/jour")
        writer.write(b"?")
        assert await asyncio.wait_for(reader.readexactly(len(PING + RECEIPT)), 10) == PING + RECEIPT
        assert line.held == [Held("down/jour", b"order")]
        line.let_go()
        assert await asyncio.wait_for(reader.readexactly(len(ORDER)), 10) == ORDER
        writer.write(b"?")
        whole = PING + ORDER + RECEIPT
        assert await asyncio.wait_for(reader.readexactly(len(whole)), 10) == whole
        writer.close()


async def test_who_hung_up_meanwhile_gets_nothing_and_disturbs_nobody() -> None:
    async with broker(ORDER) as port, BrokerLine("127.0.0.1", port) as line:
        _, gone = await asyncio.open_connection("127.0.0.1", line.port)
        line.hold("/jour")
        gone.write(b"?")
        await until("the message is held", lambda: line.held)
        gone.transport.abort()
        await until("the connection is gone", lambda: not line.connections)
        line.let_go()
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"?")
        assert await asyncio.wait_for(reader.readexactly(len(ORDER)), 10) == ORDER
        writer.close()


@pytest.mark.parametrize("end", [b"", ORDER[:5]])
async def test_the_last_bytes_come_before_the_end(end: bytes) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(PING + end)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with BrokerLine("127.0.0.1", server.sockets[0].getsockname()[1]) as line:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        assert await asyncio.wait_for(reader.readexactly(len(PING + end)), 10) == PING + end
        writer.close()
    server.close()

"""A network cable between real sockets: whole, cut, mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from twin.line import Line
from twin.waiting import until

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def echo() -> AsyncIterator[int]:
    """A server that gives back what it gets; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def call(line: Line) -> Ends:
    return await asyncio.open_connection("127.0.0.1", line.port)


async def echoed(ends: Ends, data: bytes) -> bytes:
    ends[1].write(data)
    return await asyncio.wait_for(ends[0].readexactly(len(data)), 10)


async def ended(ends: Ends) -> bool:
    """Wait for the end of the connection, whichever way it comes."""
    try:
        return await asyncio.wait_for(ends[0].read(), 10) == b""
    except ConnectionError:
        return True


async def test_a_whole_line_carries_everything_both_ways() -> None:
    async with echo() as server, Line("127.0.0.1", server) as line:
        ends = await call(line)
        data = bytes(range(256)) * 4000
        assert await echoed(ends, data) == data
        assert line.carried == 2 * len(data)
        ends[1].close()


async def test_the_last_bytes_of_a_connection_arrive_before_its_end() -> None:
    async with echo() as server, Line("127.0.0.1", server) as line:
        reader, writer = await call(line)
        writer.write(b"goodbye")
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 10) == b"goodbye"
        writer.close()


async def test_nothing_passes_a_cut_line_and_its_connections_end_when_it_is_mended() -> None:
    async with echo() as server, Line("127.0.0.1", server) as line:
        ends = await call(line)
        await echoed(ends, b"before")
        line.cut()
        carried = line.carried
        ends[1].write(b"into the dark")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ends[0].read(1), 0.2)
        assert line.carried == carried
        line.mend()
        assert await ended(ends)
        again = await call(line)
        assert await echoed(again, b"after") == b"after"
        again[1].close()


async def test_a_new_connection_on_a_cut_line_hears_nothing_and_is_closed() -> None:
    async with echo() as server, Line("127.0.0.1", server, patience_s=0.1) as line:
        line.cut()
        ends = await call(line)
        ends[1].write(b"anybody there?")
        assert await ended(ends)
        assert line.carried == 0


async def test_a_line_to_nobody_ends_its_connections() -> None:
    async with echo() as free:
        pass
    async with Line("127.0.0.1", free) as line:
        assert await ended(await call(line))


async def test_when_one_side_goes_the_other_is_told() -> None:
    async with echo() as server, Line("127.0.0.1", server) as line:
        ends = await call(line)
        await echoed(ends, b"x")
        ends[1].transport.abort()
        await until("the line is free", lambda: line.connections == 0)


async def test_cutting_and_mending_twice_is_the_same_as_once_and_is_told() -> None:
    told: list[bool] = []
    async with echo() as server, Line("127.0.0.1", server) as line:
        line.watch(lambda: told.append(line.is_cut))
        line.mend()
        line.cut()
        line.mend()
        line.mend()
        assert told == [True, False]

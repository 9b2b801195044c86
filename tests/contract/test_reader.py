"""What every ID card reader promises, on a real tty; only the card is simulated.

A driver that is added to edge/drivers gets a rig here, and must pass everything.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from edge.drivers import Reader, open_driver, sdt
from twin.reader import Card as MetalCard
from twin.reader import Reader as Metal
from wire.errors import DeviceFault

NUMBER = "990000199003070026"


@dataclass
class Rig:
    """A reader under test, and the metal at the other end of its line."""

    reader: Reader
    metal: Metal


@asynccontextmanager
async def on_sdt(folder: Path) -> AsyncIterator[Rig]:
    async with Metal(folder / "reader") as metal:
        reader = open_driver(SimpleNamespace(driver="sdt", port=metal.tty.path, baud=115200))
        try:
            yield Rig(reader, metal)
        finally:
            await reader.close()


RIGS: dict[str, Callable[[Path], AbstractAsyncContextManager[Rig]]] = {"sdt": on_sdt}

Play = Callable[..., None]
Fault = Callable[[Awaitable[object]], Awaitable[str]]


def test_a_card_on_the_reader_is_read(play: Play) -> None:
    async def story(rig: Rig) -> None:
        assert await rig.reader.status()
        rig.metal.lay_card(MetalCard(name="林晓风", number=NUMBER))
        card = await rig.reader.read_card()
        assert card
        assert (card.name, card.number) == ("林晓风", NUMBER)

    play(story)


def test_a_card_never_shows_its_full_number_by_accident(play: Play) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.lay_card(MetalCard(number=NUMBER))
        card = await rig.reader.read_card()
        for shown in (repr(card), str(card), f"{card}", f"{[card]}"):
            assert NUMBER not in shown
            assert "林晓风" not in shown
            assert "990*************26" in shown

    play(story)


def test_no_card_is_none_and_no_fault(play: Play) -> None:
    async def story(rig: Rig) -> None:
        assert await rig.reader.read_card() is None
        rig.metal.lay_card()
        assert await rig.reader.read_card()
        assert await rig.reader.read_card() is None  # it has to be lifted first
        rig.metal.lift_card()
        rig.metal.lay_card(MetalCard(name="买买提·吐尔逊江·阿卜杜拉", number="99000019900307002X"))
        card = await rig.reader.read_card()
        assert card
        assert (card.name, card.number) == ("买买提·吐尔逊江·阿卜杜拉", "99000019900307002X")

    play(story)


def test_a_silent_reader_is_a_fault(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.mute = True
        assert not await rig.reader.status()
        assert await fault_of(rig.reader.read_card()) == "reader_silent"

    play(story)


def test_an_answer_with_a_wrong_checksum_is_no_answer(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        rig.metal.lay_card()
        rig.metal.bad_checksums = 1
        assert await fault_of(rig.reader.read_card()) == "reader_silent"
        assert await rig.reader.read_card()

    play(story)


def test_noise_before_an_answer_does_no_harm(play: Play) -> None:
    async def story(rig: Rig) -> None:
        await rig.reader.status()
        rig.metal.tty.write(sdt.PREAMBLE + b"\xff\xff" + bytes(range(256)) + sdt.PREAMBLE[:3])
        assert await rig.reader.status()

    play(story)


def test_an_unplugged_reader_is_a_fault_and_works_again_when_it_is_back(play: Play, fault_of: Fault) -> None:
    async def story(rig: Rig) -> None:
        assert await rig.reader.status()
        rig.metal.tty.unplug()
        for _ in range(2):
            assert await fault_of(rig.reader.read_card()) == "reader_silent"
        rig.metal.tty.plug()
        rig.metal.lay_card()
        assert await rig.reader.read_card()

    play(story)


ANSWER = bytes.fromhex("aaaaaa9669 0004 000090 94")


def test_an_answer_is_found_byte_by_byte_and_amid_noise() -> None:
    held = b""
    for byte in b"\x00\xaa\xaa" + ANSWER[:-1]:
        answer, held = sdt.take(held + bytes((byte,)))
        assert answer is None
    answer, held = sdt.take(held + ANSWER[-1:] + b"\xaa")
    assert answer == sdt.Answer(0x90, b"")
    assert held == b"\xaa"


def test_the_published_frames_are_ours() -> None:
    assert sdt.frame(b"\x20\x01") == bytes.fromhex("aaaaaa9669 0003 2001 22")
    assert sdt.frame(b"\x20\x02") == bytes.fromhex("aaaaaa9669 0003 2002 21")
    assert sdt.frame(b"\x30\x01") == bytes.fromhex("aaaaaa9669 0003 3001 32")


def test_a_text_that_is_too_short_is_no_card() -> None:
    with pytest.raises(DeviceFault):
        sdt.card(b"\x00\x10\x00\x00" + bytes(16))


@pytest.mark.parametrize("number", ["", "12345", "99000019900307002x", "\u0661" * 18, "A" * 18])
def test_a_text_without_an_id_number_is_no_card(number: str) -> None:
    text = MetalCard(number=number).text()
    with pytest.raises(DeviceFault):
        sdt.card(len(text).to_bytes(2, "big") + b"\0\0" + text)

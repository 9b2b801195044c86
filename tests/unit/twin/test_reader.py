"""The ID-card reader against the frames that its protocol's documents print."""

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from twin.reader import PREAMBLE, Card, Reader, checksum

STATUS = bytes.fromhex("AAAAAA9669 0003 11FF ED")
SAM = bytes.fromhex("AAAAAA9669 0003 12FF EE")
FIND = bytes.fromhex("AAAAAA9669 0003 2001 22")
SELECT = bytes.fromhex("AAAAAA9669 0003 2002 21")
READ = bytes.fromhex("AAAAAA9669 0003 3001 32")

IS_WELL = bytes.fromhex("AAAAAA9669 0004 000090 94")
FOUND = bytes.fromhex("AAAAAA9669 0008 00009F 00000000 97")
NONE_FOUND = bytes.fromhex("AAAAAA9669 0004 000080 84")
SELECTED = bytes.fromhex("AAAAAA9669 000C 000090 0000000000000000 9C")
NOT_SELECTED = bytes.fromhex("AAAAAA9669 0004 000081 85")
WHOLE_CARD = 7 + 0x508


async def test_the_published_questions_have_the_published_answers(port: Path, program: Any) -> None:
    async with Reader(port) as reader:
        program.open(port)
        for question, answer in ((STATUS, IS_WELL), (FIND, NONE_FOUND), (SELECT, NOT_SELECTED)):
            program.write(question)
            assert await program.read(len(answer)) == answer
        reader.lay_card()
        for question, answer in ((FIND, FOUND), (SELECT, SELECTED)):
            program.write(question)
            assert await program.read(len(answer)) == answer


async def test_a_card_is_1295_bytes_of_which_256_are_text(port: Path, program: Any) -> None:
    async with Reader(port) as reader:
        program.open(port)
        reader.lay_card()
        program.write(FIND + SELECT)
        await program.read(len(FOUND) + len(SELECTED))
        program.write(READ)
        answer = await program.read(WHOLE_CARD)
        assert answer[5:7] == b"\x05\x08"
        assert answer[7:14] == b"\x00\x00\x90\x01\x00\x04\x00"
        assert checksum(answer[5:]) == 0
        assert answer[14:44].decode("utf-16-le").rstrip() == "林晓风"
        assert answer[136:172].decode("utf-16-le") == Card().number


async def test_a_card_that_was_read_is_found_again_only_after_it_was_lifted(port: Path, program: Any) -> None:
    async with Reader(port) as reader:
        program.open(port)
        reader.lay_card()
        program.write(FIND + SELECT + READ)
        await program.read(len(FOUND) + len(SELECTED) + WHOLE_CARD)
        program.write(FIND)
        assert await program.read(len(NONE_FOUND)) == NONE_FOUND
        reader.lift_card()
        reader.lay_card()
        program.write(FIND)
        assert await program.read(len(FOUND)) == FOUND


async def test_reading_without_selecting_is_refused(port: Path, program: Any) -> None:
    async with Reader(port) as reader:
        program.open(port)
        reader.lay_card()
        program.write(READ)
        assert (await program.read(11))[9] == 0x41


async def test_a_wrong_checksum_is_told_and_does_nothing(port: Path, program: Any) -> None:
    async with Reader(port) as reader:
        program.open(port)
        program.write(FIND[:-1] + b"\x00")
        assert (await program.read(11))[9] == 0x10
        assert reader.junk == 5


async def test_an_answer_can_be_damaged_on_purpose(port: Path, program: Any) -> None:
    async with Reader(port) as reader:
        program.open(port)
        reader.bad_checksums = 1
        program.write(STATUS + STATUS)
        first, second = await program.read(11), await program.read(11)
        assert (checksum(first[5:]) != 0, second) == (True, IS_WELL)


async def test_the_sam_has_a_number_of_16_bytes(port: Path, program: Any) -> None:
    async with Reader(port):
        program.open(port)
        program.write(SAM)
        answer = await program.read(27)
        assert answer[5:7] == b"\x00\x14"
        assert checksum(answer[5:]) == 0


@settings(deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=40), st.just(PREAMBLE), st.just(PREAMBLE + b"\x00\x03")), max_size=8))
def test_whatever_noise_comes_first_a_question_is_answered_after_it(noise: list[bytes]) -> None:
    said = bytearray()
    reader = Reader(Path("unused"))
    reader.tty.write = said.extend  # type: ignore[method-assign]
    for piece in noise:
        reader._arrived(piece)
    for _ in range(40):  # a chance preamble swallows at most one question's worth of bytes at a time
        reader._arrived(STATUS)
    assert said.endswith(IS_WELL)


def test_the_card_is_of_nobody() -> None:
    """Region 99 does not exist; the check digit is right, so that a program that checks it goes on."""
    number = Card().number
    digits = [int(digit) for digit in number[:17]]
    total = sum(digit * (2 ** (17 - at) % 11) for at, digit in enumerate(digits))
    assert number.startswith("99")
    assert number[17] == "10X98765432"[total % 11]
    assert len(Card().text()) == 256

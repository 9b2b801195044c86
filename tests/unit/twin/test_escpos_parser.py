"""The parser takes any bytes whatever, in any pieces, and always the same commands out of them."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from twin.escpos import Command, Junk, Parser, Taken, Text
from twin.head import Head


def parsed(*pieces: bytes) -> list[Taken]:
    parser, buffer, all_of_it = Parser(), bytearray(), []
    for piece in pieces:
        buffer += piece
        while (taken := parser.take(buffer)) is not None:
            all_of_it.append(taken)
    return all_of_it


def text_of(taken: list[Taken]) -> str:
    return "".join(one.text for one in taken if isinstance(one, Text))


def test_chinese_is_gb18030_between_fs_and_and_fs_stop() -> None:
    taken = parsed(b"\x1c&" + "政务服务中心：户籍".encode("gb18030") + b"\x1c.A001")
    assert text_of(taken) == "政务服务中心：户籍A001"


def test_without_fs_and_the_same_bytes_are_no_chinese() -> None:
    assert "政" not in text_of(parsed("政务".encode("gb18030")))


def test_four_byte_characters_are_one_character() -> None:
    assert text_of(parsed(b"\x1c&" + "欧阳𬱖".encode("gb18030"))) == "欧阳𬱖"


def test_a_character_that_arrives_in_two_pieces_is_whole() -> None:
    first, second = "政".encode("gb18030")[:1], "政".encode("gb18030")[1:]
    assert text_of(parsed(b"\x1c&", first, second)) == "政"


def test_a_command_waits_for_its_last_byte() -> None:
    assert parsed(b"\x1d", b"!") == []
    assert parsed(b"\x1d", b"!", b"\x33") == [Command(b"\x1d!", b"\x33")]


def test_what_is_no_command_is_junk_a_byte_at_a_time() -> None:
    assert parsed(b"\x1b\x7f\x01") == [Junk(0x1B), Junk(0x7F), Junk(0x01)]


def test_a_picture_that_says_to_be_huge_is_junk_and_holds_nothing_up() -> None:
    taken = parsed(b"\x1dv0\x00\xff\xff\xff\xff" + b"A\n")
    assert Command(b"\n") in taken
    assert isinstance(taken[0], Junk)


def test_cuts_with_and_without_a_feed_are_told_apart() -> None:
    assert parsed(b"\x1dV\x00\x1dV\x42\x03\x1dV1") == [
        Command(b"\x1dV", b"\x00"),
        Command(b"\x1dV", b"\x42\x03"),
        Command(b"\x1dV", b"1"),
    ]


@settings(deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400))
@example(b"\x1dk\x04AB", 3)
@example(b"\x1d(k\x02\x001C", 1)
@example(b"\x1c&\xff\xff\x81", 2)
def test_any_bytes_in_any_pieces_mean_the_same_and_never_crash(data: bytes, at: int) -> None:
    def joined(taken: list[Taken]) -> list[object]:
        """Two texts in a row are one."""
        out: list[object] = []
        for one in taken:
            if isinstance(one, Text) and out and isinstance(out[-1], Text):
                out[-1] = Text(out[-1].text + one.text)
            else:
                out.append(one)
        return out

    whole = parsed(data)
    assert joined(parsed(data[:at], data[at:])) == joined(whole)
    head = Head()
    for one in whole:
        list(head.rows(one))


@settings(deadline=None, max_examples=20)
@given(st.binary(max_size=300))
def test_after_any_bytes_the_printer_still_comes_to_a_slip(data: bytes) -> None:
    """Whatever was half sent ends within 65544 bytes; then plain text is plain text again."""
    taken = parsed(data, b"A" * 70_000, b"\x1b@", b"done\n")
    assert text_of(taken[-2:-1]) == "done"

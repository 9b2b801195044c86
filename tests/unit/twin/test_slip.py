"""How a slip looks: wrapping, sizes, codes and pictures, as valid SVG."""

from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from twin.escpos import Parser
from twin.head import Head
from twin.slip import TO_CUTTER, Blank, Picture, Row, Slip, Words


def rows(data: bytes) -> list[Row]:
    parser, head, buffer, out = Parser(), Head(), bytearray(data), []
    while (taken := parser.take(buffer)) is not None:
        out += list(head.rows(taken))
    return out


def words(data: bytes) -> list[Words]:
    return [row for row in rows(data) if isinstance(row, Words)]


def test_48_latin_characters_fill_a_line_and_the_next_begins_a_new_one() -> None:
    assert [row.text for row in words(b"x" * 49 + b"\n")] == ["x" * 48, "x"]


def test_24_chinese_characters_fill_a_line() -> None:
    line = b"\x1c&" + ("字" * 25).encode("gb18030") + b"\n"
    assert [len(row.text) for row in words(line)] == [24, 1]


def test_double_width_halves_what_fits() -> None:
    assert [len(row.text) for row in words(b"\x1d!\x10" + b"x" * 25 + b"\n")] == [24, 1]


def test_style_and_place_are_kept_until_they_are_changed() -> None:
    big, plain = words(b"\x1ba\x01\x1bE\x01\x1d!\x33A1\n\x1b@plain\n")
    assert (big.align, big.spans[0].bold, big.spans[0].across, big.spans[0].down) == ("center", True, 4, 4)
    assert (plain.align, plain.spans[0].bold, plain.spans[0].across) == ("left", False, 1)


def test_a_character_the_head_has_no_glyph_for_is_a_box_and_counted() -> None:
    head, parser, buffer = Head(), Parser(), bytearray(b"\x1c&" + "欧阳䶮\n".encode("gb18030"))
    out: list[Row] = []
    while (taken := parser.take(buffer)) is not None:
        out += list(head.rows(taken))
    assert [row.text for row in out if isinstance(row, Words)] == ["欧阳□"]
    assert head.missing_glyphs == 1


def test_a_qr_code_says_what_was_sent() -> None:
    data = b"https://example.gov.cn/t/7f"
    store = b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"1P0" + data
    slip = Slip(1, tuple(rows(b"\x1d(k\x03\x001C\x06" + store + b"\x1d(k\x03\x001Q0")))
    assert slip.codes == [data.decode()]
    assert "data:image/png;base64," in slip.svg()


def test_a_raster_picture_keeps_its_dots() -> None:
    (picture,) = rows(b"\x1dv0\x00\x02\x00\x03\x00" + b"\xff\x00" * 3)
    assert isinstance(picture, Picture)
    assert (picture.across, picture.down, picture.bits) == (16, 3, b"\xff\x00" * 3)


def test_a_torn_slip_looks_different_from_a_cut_one() -> None:
    made = tuple(rows(b"x\n"))
    assert Slip(1, made, cut=True).svg() != Slip(1, made, cut=False).svg()


def test_paper_that_was_fed_before_the_cut_is_mostly_still_in_the_printer() -> None:
    def tall(*printed: Row) -> int:
        return int(ElementTree.fromstring(Slip(1, printed).svg()).attrib["viewBox"].split()[3])

    (line,) = rows(b"x\n")
    assert tall(line, Blank(TO_CUTTER)) == tall(line)
    assert tall(line, Blank(TO_CUTTER + 50)) == tall(line) + 50


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_is_printed_is_valid_svg(data: bytes) -> None:
    ElementTree.fromstring(Slip(1, tuple(rows(data + b"\n"))).svg())


@settings(deadline=None)
@given(st.text(max_size=60))
def test_text_with_markup_in_it_stays_text(text: str) -> None:
    made = rows(b"\x1c&" + text.encode("gb18030", "replace") + b"<script>&\n")
    tree = ElementTree.fromstring(Slip(1, tuple(made)).svg())
    assert not tree.findall(".//{http://www.w3.org/2000/svg}script")

"""A QR code is read back from how it is drawn."""

import pytest
import qrcode
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.camera import NoCode, read, read_svg
from wire.web.qr import svg

LEVELS = (0, 1, 2, 3)
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def drawn(text: str, level: int = 0) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=level, border=0)
    code.add_data(text)
    code.make(fit=True)
    return code


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.text(BASE45, min_size=1), st.text(min_size=1, max_size=60), st.text("0123456789", min_size=1)),
    st.sampled_from(LEVELS),
)
def test_whatever_fits_into_a_code_is_read_back(text: str, level: int) -> None:
    assert read(drawn(text, level).modules) == text


@pytest.mark.parametrize("length", [1, 17, 18, 120, 140, 400, 900])
def test_small_and_large_codes_are_read(length: int) -> None:
    text = ("A1b2-" * length)[:length]
    assert read(drawn(text).modules) == text


def test_a_code_is_found_on_a_page() -> None:
    page = f"<p>before</p><div>{svg('HELLO:12')}</div><p>after</p>"
    assert read_svg(page) == "HELLO:12"


def test_what_is_no_code_is_not_read() -> None:
    with pytest.raises(NoCode, match="nothing is drawn"):
        read_svg("<p>no code</p>")
    with pytest.raises(NoCode, match="modules across"):
        read([[True] * 20] * 20)
    with pytest.raises(NoCode, match="frame"):
        read([[True] * 21] * 21)

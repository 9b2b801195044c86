"""Base45 against the vectors of RFC 9285, and against what is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import base45

RFC = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")]


@pytest.mark.parametrize(("data", "text"), RFC)
def test_the_vectors_of_the_rfc(data: bytes, text: str):
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@given(st.binary(max_size=200))
def test_what_is_encoded_is_decoded(data: bytes):
    assert base45.decode(base45.encode(data)) == data


def test_the_largest_groups_are_taken_and_the_next_ones_refused():
    assert (base45.decode("FGW"), base45.decode("U5")) == (b"\xff\xff", b"\xff")
    for over in ("GGW", ":::", "V5", "::"):  # GGW is the 65,536 of the RFC
        with pytest.raises(ValueError, match="base45"):
            base45.decode(over)


@pytest.mark.parametrize("text", ["A", "BB8A", "bb8", "BB_", "BB8\n", "ＢＢ8", "BB\x00"])
def test_what_is_no_base45_is_refused(text: str):
    with pytest.raises(ValueError, match="base45"):
        base45.decode(text)


@given(st.text(max_size=30) | st.text(alphabet="ABC$%*+-./: 09", max_size=30))
def test_no_two_texts_are_the_same_bytes(text: str):
    try:
        data = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(data) == text

"""What a technician may type, at every limit from both sides; and TOML that reads back as what was written."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from provisioning import given, toml


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (given.device_name, "a"),
        (given.device_name, "z" * 32),
        (given.device_name, "zone-01"),
        (given.text, "中"),
        (given.text, "中" * 40),
        (given.phone, "110"),
        (given.phone, "+86 000-1234567"),
        (given.badge, "1"),
        (given.badge, "9" * 20),
        (given.pin, "000000"),
        (given.url, "http://127.0.0.1:8241"),
        (given.url, "https://centre.example/zone"),
        (given.origin, "http://[::1]:8241"),
    ],
)
def test_what_is_right_is_taken_as_it_is(read: Callable[[str], str], value: str):
    assert read(value) == value


@pytest.mark.parametrize(
    ("read", "value"),
    [
        *[
            (given.device_name, name)
            for name in ("", "z" * 33, "-a", "a-", "Zone", "a_b", "a/b", "a+", "#", "a\n", "node", "central")
        ],
        *[(given.text, text) for text in ("", " ", "中" * 41, "a\nb", "a\x00", "\ud800")],
        *[(given.phone, phone) for phone in ("", "1", "12", "1" * 21, "abc", "110\n", "-110")],
        *[(given.port, port) for port in ("", "0", "65536", "-1", "1.5", "8241x", "999999", " 80")],
        *[
            (given.address, each)
            for each in ("", "host", "host:", ":1883", "host:0", "host:65536", "a b:1", "h/x:1", "::1:1")
        ],
        *[
            (given.url, each)
            for each in ("", "centre", "ftp://centre", "http://", "http://a:b@c", "http://c:0", "http://c:65536")
        ],
        *[(given.url, each) for each in ("http://c/?q", "http://c/#f", "http://c/ x", "http://[::1", "http://c\n")],
        *[(given.origin, each) for each in ("http://centre/zone", "centre", "http://c/?q")],
        *[(given.serial_port, each) for each in ("", "a\n", "a\x00b")],
        *[(given.compartments, each) for each in ("", "S,", "s", "XL", "S:high", "S:low:low", ",".join("S" * 33))],
        *[
            (given.bays, each)
            for each in ("", "P1", "P1=", "=node-1", "P1=Node", "P1=node-1,P1=node-2", "P1=a,P2=a", "P/1=a")
        ],
        (given.bays, ",".join(f"P{n}=n{n}" for n in range(501))),
        *[(given.badge, each) for each in ("", "9" * 21, "1 2", "-1", "王")],
        *[(given.pin, each) for each in ("", "12345", "1234567", "12345a", "１２３４５６", "123456\n")],
    ],
)
def test_what_is_wrong_is_told(read: Callable[[str], Any], value: str):
    with pytest.raises(ValueError, match=r"\w"):
        read(value)


def test_ports_are_taken_at_both_ends():
    assert [given.port("1"), given.port("65535")] == [1, 65535]
    assert given.address("[::1]:65535") == ("::1", 65535)
    assert given.address("broker.example:1") == ("broker.example", 1)


def test_a_full_board_has_32_compartments():
    assert [each["number"] for each in given.compartments(",".join("L" * 32))] == list(range(1, 33))


def test_a_zone_may_have_500_bays():
    assert len(given.bays(",".join(f"P{n}=n{n}" for n in range(500)))) == 500


@drawn(st.text(max_size=60))
def test_anything_typed_is_taken_or_told_and_nothing_else(value: str):
    wrong = given.Mistakes()
    for read in (given.device_name, given.text, given.phone, given.port, given.address, given.url):
        wrong.check("--x", read, value)
    for read in (given.serial_port, given.compartments, given.bays, given.badge, given.pin):
        wrong.check("--x", read, value)


# --- TOML ---

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_plain = st.one_of(
    _words,
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.floats(allow_nan=False),
    st.dates(),
    st.times(),
    st.datetimes(),
)
_anything = st.recursive(
    _plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3), max_leaves=12
)


@drawn(st.dictionaries(_words, _anything, max_size=4))
def test_what_was_written_reads_back(table: dict[str, Any]):
    assert tomllib.loads(toml.write(table, "a comment")) == table


def test_a_value_that_toml_lacks_is_not_written():
    with pytest.raises(TypeError, match="NoneType"):
        toml.write({"a": None})


def test_values_stand_before_the_tables_that_would_swallow_them():
    written = toml.write({"table": {"a": 1}, "array": [{"b": [1, 2]}], "value": "x", "day": date(2026, 1, 2)})
    assert written.index("value") < written.index("[table]") < written.index("[[array]]")


def test_instants_are_toml_instants():
    table = {"at": datetime(2026, 1, 2, 3, 4, 5), "hour": time(8, 30)}  # noqa: DTZ001
    assert tomllib.loads(toml.write(table)) == table

"""The SMS sink takes what a gateway takes, once."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin import memory
from twin.phone import Phone
from wire.errors import BadMessage


def sms(key: str, text: str = "请到1号窗口", to: str = "13800005678") -> bytes:
    return json.dumps({"id": key, "to": to, "text": text}).encode()


def test_the_newest_is_first() -> None:
    phone = Phone()
    phone.receive(sms("a", "first"))
    phone.receive(sms("b", "second"))
    assert [message.text for message in phone.messages] == ["second", "first"]
    assert [message.id for message in phone.to("13800005678")] == ["b", "a"]


def test_the_same_id_twice_is_one_message() -> None:
    phone = Phone()
    told: list[int] = []
    phone.watch(lambda: told.append(len(phone.messages)))
    assert phone.receive(sms("a", "first")) == phone.receive(sms("a", "first again"))
    assert ([message.text for message in phone.messages], phone.repeated, told) == (["first"], 1, [1])


def test_only_so_many_are_kept() -> None:
    phone = Phone(kept=3)
    for number in range(5):
        phone.receive(sms(str(number)))
    assert [message.id for message in phone.messages] == ["4", "3", "2"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 4000,
        json.dumps({"id": "a", "to": "1"}).encode(),
        json.dumps({"id": "a", "to": "1", "text": "x", "more": 1}).encode(),
        json.dumps({"id": 1, "to": "1", "text": "x"}).encode(),
        sms(""),
        sms("a", ""),
        sms("a", "x" * 501),
        sms("a", to="not a number"),
        sms("a", to="+"),
        sms("a", "x" * 5000),
    ],
)
def test_junk_is_refused_with_a_sentence_and_counted(body: bytes) -> None:
    phone = Phone()
    with pytest.raises(BadMessage) as refused:
        phone.receive(body)
    assert str(refused.value)
    assert (phone.refused, len(phone.messages)) == (1, 0)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_message_or_refused(body: bytes) -> None:
    with contextlib.suppress(BadMessage):
        Phone().receive(body)


def test_messages_outlive_the_program(tmp_path: Path) -> None:
    before, after = Phone(), Phone()
    memory.keep(tmp_path / "metal", phone=before)
    before.receive(sms("a", "取件码 12345678"))
    memory.keep(tmp_path / "metal", phone=after)
    assert after.messages == before.messages
    after.receive(sms("a"))
    assert after.repeated == 1

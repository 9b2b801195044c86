"""The QR code of a citizen: golden bytes made by hand, and every way to bend them is refused."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from wire import base45, credential, sign
from wire.credential import Credential
from wire.errors import BadMessage

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "credentials.json").read_text("utf-8"))
KEY = bytes(range(32))
SIGN, VERIFY = sign.signer(KEY), sign.verifier(sign.public_key(KEY))
OTHER = sign.verifier(sign.public_key(bytes(32)))
ONE = Credential(
    bank=credential.bank_mark("zone-01"),
    item=credential.item_mark("HJ-2026-0001"),
    issue=1,
    not_before=1_795_392_000_000,
    valid_h=168,
    level=1,
)


def test_the_marks_are_the_beginnings_of_digests():
    assert credential.bank_mark("zone-01") == hashlib.sha256(b"zone24-bank|zone-01").digest()[:4]
    assert credential.item_mark("材料-1") == hashlib.sha256("zone24-item|材料-1".encode()).digest()[:8]


@pytest.mark.parametrize("row", VECTORS, ids=lambda row: row["why"])
def test_a_golden_credential_is_made_again_to_the_character(row: dict[str, Any]):
    said = row["fields"]
    bank, item = credential.bank_mark(said["device"]), credential.item_mark(said["item"])
    holder = bytes.fromhex(said["holder"])
    one = Credential(bank, item, said["issue"], said["not_before"], said["valid_h"], said["level"], holder)
    key = bytes.fromhex(row["private_key"])
    claims = bytes.fromhex(row["claims"])
    numbers = [(1, 1), (said["issue"], 2), (said["not_before"] // 60_000, 4), (said["valid_h"], 2), (said["level"], 1)]
    version, issue, minutes, hours, level = (number.to_bytes(width, "big") for number, width in numbers)
    assert claims == version + bank + item + issue + minutes + hours + level + holder
    assert len(claims) == 28
    signature = Ed25519PrivateKey.from_private_bytes(key).sign(b"zone-pickup-v1" + claims)
    assert row["text"] == base45.encode(claims + signature) == credential.encode(one, sign.signer(key))
    assert len(row["text"]) == credential.MAX_TEXT
    assert credential.read(row["text"], [sign.verifier(sign.public_key(key))]) == one


def test_every_flipped_bit_is_refused():
    data = base45.decode(credential.encode(ONE, SIGN))
    assert len(data) == 92
    for bit in range(8 * len(data)):
        bent = bytearray(data)
        bent[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadMessage):
            credential.read(base45.encode(bytes(bent)), [VERIFY])


def test_every_changed_character_is_refused():
    text = credential.encode(ONE, SIGN)
    for at, was in enumerate(text):
        for character in "09AZ $:":
            if character != was:
                with pytest.raises(BadMessage):
                    credential.read(text[:at] + character + text[at + 1 :], [VERIFY])


@pytest.mark.parametrize("length", [0, 1, 27, 28, 91, 93, 200])
def test_another_length_is_refused(length: int):
    data = base45.decode(credential.encode(ONE, SIGN))
    with pytest.raises(BadMessage, match="not a credential"):
        credential.read(base45.encode((data * 3)[:length]), [VERIFY])


@pytest.mark.parametrize("context", [b"", b"zone-pickup-v2", b"zone-pickup-v", b"zone-manifest1"])
def test_what_was_signed_for_something_else_is_no_credential(context: bytes):
    data = base45.decode(credential.encode(ONE, SIGN))
    with pytest.raises(BadMessage, match="forged"):
        credential.read(base45.encode(data[:28] + SIGN(context + data[:28])), [VERIFY])


def test_a_later_version_is_not_guessed_at():
    data = base45.decode(credential.encode(ONE, SIGN))
    claims = b"\2" + data[1:28]
    with pytest.raises(BadMessage, match="not a credential"):
        credential.read(base45.encode(claims + SIGN(b"zone-pickup-v1" + claims)), [VERIFY])


def test_two_keys_are_trusted_while_one_is_exchanged_and_no_third():
    new = sign.signer(bytes(32))
    for text in (credential.encode(ONE, SIGN), credential.encode(ONE, new)):
        assert credential.read(text, [OTHER, VERIFY]) == credential.read(text, [VERIFY, OTHER]) == ONE
    for trusted in ([OTHER], []):
        with pytest.raises(BadMessage, match="forged"):
            credential.read(credential.encode(ONE, SIGN), trusted)


@pytest.mark.parametrize(
    "wrong",
    [
        *[{"issue": -1}, {"issue": 65_536}, {"valid_h": 65_536}, {"level": 256}, {"not_before": -60_000}],
        *[{"not_before": 2**32 * 60_000}, {"bank": b"abc"}, {"item": b"abc"}, {"holder": b""}],
    ],
)
def test_what_does_not_fit_is_not_made(wrong: dict[str, Any]):
    with pytest.raises(ValueError, match=r"fit|marks"):
        credential.encode(ONE._replace(**wrong), SIGN)


@given(issue=st.integers(0, 65_535), minutes=st.integers(0, 2**32 - 1), valid_h=st.integers(0, 65_535),
       level=st.integers(0, 255), holder=st.binary(min_size=6, max_size=6))  # fmt: skip
def test_every_credential_comes_back_whole(issue: int, minutes: int, valid_h: int, level: int, holder: bytes):
    one = Credential(ONE.bank, ONE.item, issue, minutes * 60_000, valid_h, level, holder)
    assert credential.read(credential.encode(one, SIGN), [VERIFY]) == one


@given(
    st.text(max_size=200)
    | st.text(alphabet="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", min_size=138, max_size=138)
)
def test_anything_scanned_is_refused_and_nothing_else(text: str):
    with pytest.raises(BadMessage):
        credential.read(text, [VERIFY])

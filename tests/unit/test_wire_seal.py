"""Sealed phones: only the centre opens them, and whatever was changed on the way is refused."""

import base64
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from wire import seal
from wire.errors import BadMessage

PRIVATE = bytes(range(32))
PUBLIC = seal.read_public_key(seal.public_key(PRIVATE))
GOLDEN = "a6zApHJW0LkisuS3WKRFeSsfNNKHq7I-rOVhI5pjwwupFbeNoAsPdOtsEncnamqhg-R0a3H4XgBTEHo"


@given(st.text(max_size=200))
def test_what_is_sealed_is_opened_by_the_centre(text: str):
    assert seal.unseal(PRIVATE, seal.seal(PUBLIC, text)) == text


def test_the_same_phone_is_never_sealed_to_the_same_text():
    assert seal.seal(PUBLIC, "00000000000") != seal.seal(PUBLIC, "00000000000")


def test_nobody_else_opens_it():
    sealed = seal.seal(PUBLIC, "00000000000")
    with pytest.raises(BadMessage, match="not sealed"):
        seal.unseal(seal.new_key(), sealed)


def test_every_changed_bit_is_noticed():  # also bit 255, which X25519 ignores: the cipher's key is made of all of them
    data = base64.urlsafe_b64decode(seal.seal(PUBLIC, "00000000000") + "==")
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadMessage):
            seal.unseal(PRIVATE, base64.urlsafe_b64encode(changed).decode())


@pytest.mark.parametrize("sealed", ["", "A", "AAAA", "A" * 43, "A" * 64, "!" * 64, "电" * 64, "\x00", "A" * 10_000])
def test_what_was_never_sealed_is_refused(sealed: str):
    with pytest.raises(BadMessage, match="not sealed"):
        seal.unseal(PRIVATE, sealed)


@given(st.text(max_size=120) | st.binary(max_size=90).map(lambda data: base64.urlsafe_b64encode(data).decode()))
def test_any_text_is_refused_and_nothing_else(sealed: str):
    with pytest.raises(BadMessage):
        seal.unseal(PRIVATE, sealed)


def ladder(scalar: bytes, point: bytes) -> bytes:
    """X25519 as RFC 7748 section 5 writes it down."""
    p = 2**255 - 19
    k = int.from_bytes(scalar, "little") & ~7 & (2**254 - 1) | 2**254
    x1 = int.from_bytes(point, "little") & (2**255 - 1)
    x2, z2, x3, z3 = 1, 0, x1, 1
    for bit in range(254, -1, -1):
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        e = a * a - b * b
        da, cb = d * a, c * b
        x2, z2, x3, z3 = a * a * b * b % p, e * (a * a + 121665 * e) % p, (da + cb) ** 2 % p, x1 * (da - cb) ** 2 % p
        if k >> bit & 1:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, p - 2, p) % p).to_bytes(32, "little")


def test_a_public_key_is_the_base_point_times_the_private_one():
    assert ladder(PRIVATE, (9).to_bytes(32, "little")) == PUBLIC


def test_a_golden_sealed_phone_opens_as_the_contract_says():
    data = base64.urlsafe_b64decode(GOLDEN + "=")
    half, ciphertext = data[:32], data[32:]
    extracted = hmac.digest(bytes(32), ladder(PRIVATE, half), "sha256")
    key = hmac.digest(extracted, b"zone24 seal v1" + half + PUBLIC + b"\x01", "sha256")
    assert ChaCha20Poly1305(key).decrypt(bytes(12), ciphertext, None) == b"00000000000"
    assert seal.unseal(PRIVATE, GOLDEN) == "00000000000"


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_public_key_has_32_bytes(length: int):
    with pytest.raises(ValueError, match="43 characters"):
        seal.read_public_key(base64.urlsafe_b64encode(bytes(length)).decode().rstrip("="))


@pytest.mark.parametrize("text", ["A", "!" * 43, "电" * 43])
def test_a_public_key_is_base64url(text: str):
    with pytest.raises(ValueError, match=r"base64url|ASCII"):
        seal.read_public_key(text)


def test_no_two_keys_are_the_same():
    keys = {seal.new_key() for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}

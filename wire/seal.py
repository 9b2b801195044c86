"""Phones sealed to the centre: anybody can seal, only the centre can open.

X25519 with a fresh key a message, HKDF-SHA256, ChaCha20-Poly1305; the sealed text is base64url of `ephemeral public
key, ciphertext`. An edge that is stolen gives no phone number away, not even its own.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wire import base64url
from wire.errors import BadMessage

_NONCE = bytes(12)  # each key seals one message


def new_key() -> bytes:
    """Return a new private key, 32 bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_key(private: bytes) -> str:
    """Return the public half of a private key, as the text that a zone.toml holds."""
    return base64url.encode(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def read_public_key(text: str) -> bytes:
    """Return the 32 bytes of a public key's text; ValueError when it is none."""
    return base64url.decode_key(text)


def seal(public: bytes, text: str) -> str:
    """Return `text` sealed to `public`."""
    mine = X25519PrivateKey.generate()
    shared = mine.exchange(X25519PublicKey.from_public_bytes(public))
    half = mine.public_key().public_bytes_raw()
    return base64url.encode(half + ChaCha20Poly1305(_key(shared, half + public)).encrypt(_NONCE, text.encode(), None))


def unseal(private: bytes, sealed: str) -> str:
    """Return what was sealed; BadMessage when it was not sealed to this key, or changed since."""
    try:
        data = base64url.decode(sealed)
        half, ciphertext = data[:32], data[32:]
        mine = X25519PrivateKey.from_private_bytes(private)
        shared = mine.exchange(X25519PublicKey.from_public_bytes(half))
        key = _key(shared, half + mine.public_key().public_bytes_raw())
        return ChaCha20Poly1305(key).decrypt(_NONCE, ciphertext, None).decode()
    except (ValueError, InvalidTag):
        raise BadMessage("not sealed to this key") from None


def _key(shared: bytes, both_halves: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"zone24 seal v1" + both_halves).derive(shared)

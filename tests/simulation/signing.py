"""Who signs, and how: a keyed hash that is a hundred times as fast as Ed25519, or Ed25519 itself.

What is simulated is order, loss and power, not forgery: a signature has to be right or wrong, and cheap.
"""

import hashlib
import hmac
from typing import Literal

from wire import base64url, sign
from wire.sign import Sign, Verify

Scheme = Literal["keyed", "ed25519"]


class Signing:
    """The keys of everybody, by name ("zone-01", "central"): always the same for a name."""

    def __init__(self, scheme: Scheme = "keyed") -> None:
        self.scheme = scheme

    def key_text(self, name: str) -> str:
        """Return the public key as a centre's folder has it."""
        return base64url.encode(_seed(name)) if self.scheme == "keyed" else sign.public_key(_seed(name))

    def signer(self, name: str) -> Sign:
        """Return what signs for this name."""
        return _keyed(_seed(name)) if self.scheme == "keyed" else sign.signer(_seed(name))

    def verifier(self, key_text: str) -> Verify:
        """Return what verifies under the public key of this text."""
        if self.scheme == "ed25519":
            return sign.verifier(key_text)
        keyed = _keyed(base64url.decode_key(key_text))
        return lambda data, signature: hmac.compare_digest(keyed(data), signature)


def _seed(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def _keyed(key: bytes) -> Sign:
    return lambda data: hashlib.blake2b(data, key=key, digest_size=sign.SIGNATURE_BYTES).digest()

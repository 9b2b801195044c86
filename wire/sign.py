"""Ed25519 signatures over exact bytes: devices sign their entries, the centre its receipts, orders and credentials."""

from collections.abc import Callable, Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from wire import base64url

KEY_BYTES = 32
SIGNATURE_BYTES = 64

Sign = Callable[[bytes], bytes]
"""Return the signature over these bytes."""

Verify = Callable[[bytes, bytes], bool]
"""Tell whether the signature (second) is over these bytes (first)."""


def new_key() -> bytes:
    """Return a new private key, 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(private: bytes) -> str:
    """Return the public half of a private key: 43 characters of base64url."""
    return base64url.encode(Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def signer(private: bytes) -> Sign:
    """Return what signs under this key."""
    return Ed25519PrivateKey.from_private_bytes(private).sign


def verifier(public: str) -> Verify:
    """Return what verifies under a public key's text; ValueError when it is none."""
    key = Ed25519PublicKey.from_public_bytes(base64url.decode_key(public))

    def verify(data: bytes, signature: bytes) -> bool:
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return False
        return True

    return verify


def any_of(verifies: Iterable[Verify]) -> Verify:
    """Return what takes a signature that one of these takes: two keys are trusted while one is rotated."""
    trusted = tuple(verifies)
    return lambda data, signature: any(verify(data, signature) for verify in trusted)

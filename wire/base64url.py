"""Keys and sealed texts as people and TOML files carry them: base64url without padding."""

import base64
import binascii

KEY_BYTES = 32


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes; ValueError when the text is not base64url."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64url: {error}") from None


def decode_key(text: str) -> bytes:
    """Return the 32 bytes of a public key's text; ValueError when it is none."""
    key = decode(text)
    if len(key) != KEY_BYTES:
        raise ValueError("a public key is 43 characters of base64url")
    return key

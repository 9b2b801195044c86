"""PINs of six digits as a staff.toml keeps them: `scrypt$salt$hash`, in hexadecimal.

Six digits are soon guessed whatever they are hashed with, so the file is a secret all the same.
"""

import hashlib
import hmac
import re

PATTERN = r"scrypt\$([0-9a-f]{2,128})\$([0-9a-f]{32,128})"
NOBODYS = "scrypt$" + "00" * 16 + "$" + "00" * 64
"""To be checked where there is no such badge: it takes as long, and no PIN fits."""

_STRENGTH = {"n": 2**14, "r": 8, "p": 1}  # 16 MB and a twentieth of a second
_KEPT = re.compile(PATTERN)


def kept(pin: str, salt: bytes) -> str:
    """Return what to keep of a PIN."""
    return f"scrypt${salt.hex()}${_hash(pin, salt, 64).hex()}"


def fits(pin: str, kept_: str) -> bool:
    """Tell whether this PIN was kept as `kept_`."""
    match = _KEPT.fullmatch(kept_)
    if match is None or len(match[1]) % 2 or len(match[2]) % 2:
        return False
    salt, digest = map(bytes.fromhex, match.groups())
    return hmac.compare_digest(_hash(pin, salt, len(digest)), digest)


def _hash(pin: str, salt: bytes, length: int) -> bytes:
    return hashlib.scrypt(pin.encode("utf-8", "replace"), salt=salt, dklen=length, **_STRENGTH)

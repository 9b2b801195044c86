"""Pickup numbers and codes: the number says which item, the code proves the right to it.

The code is computed at both ends from the bank's own key, so a bank that is cut off knows the code of every item in it.
It needs no clock: it holds for one issue of one item and no other.
"""

import re
from collections.abc import Callable, Collection

DIGITS = 8
FIRST, LAST = 1000, 9999
"""Pickup numbers have four digits and no leading zero."""

_NUMBER = re.compile(r"[1-9][0-9]{3}")
_CODE = re.compile(rf"[0-9]{{{DIGITS}}}")


def code(mac: Callable[[bytes], bytes], item: str, issue: int) -> str:
    """Return the 8 digits for this issue of the item; `mac` is HMAC-SHA256 under the bank's key."""
    proof = mac(f"pin-v1|{item}|{issue}".encode())
    return f"{int.from_bytes(proof, 'big') % 10**DIGITS:0{DIGITS}d}"


def holder(mac: Callable[[bytes], bytes], id_number: str) -> str:
    """Return the commitment to an ID card, 12 hexadecimal digits: it tells whether a card is the one, and no number."""
    return mac(b"holder-v1|" + id_number.upper().encode())[:6].hex()


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def next_number(last: int, taken: Collection[str]) -> str:
    """Return the number after `last` that is not in `taken`, starting over after 9999."""
    count = LAST - FIRST + 1
    after = ((last - FIRST + step) % count + FIRST for step in range(1, count + 1))
    return next(str(number) for number in after if str(number) not in taken)

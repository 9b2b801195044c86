"""Base45 (RFC 9285): bytes in the 45 characters that a QR code packs most tightly, two bytes in three of them."""

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}


def encode(data: bytes) -> str:
    """Return the text: three characters for two bytes, least significant first, two for a last single one."""
    return "".join(_characters(data[at : at + 2]) for at in range(0, len(data), 2))


def _characters(piece: bytes) -> str:
    number, found = int.from_bytes(piece, "big"), ""
    for _ in range(len(piece) + 1):
        number, digit = divmod(number, 45)
        found += _ALPHABET[digit]
    return found


def decode(text: str) -> bytes:
    """Return the bytes; ValueError when the text is not base45."""
    return b"".join(_bytes(text[at : at + 3]) for at in range(0, len(text), 3))


def _bytes(piece: str) -> bytes:
    number = 0
    for character in reversed(piece):
        if character not in _VALUES:
            raise ValueError(f"not a character of base45: {character!r}")
        number = number * 45 + _VALUES[character]
    length = len(piece) - 1
    if length == 0 or number >= 256**length:
        raise ValueError("not base45")
    return number.to_bytes(length, "big")

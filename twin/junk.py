"""Bytes that nobody should send: noise, and what nearly is what it pretends to be; the same for the same seed."""

import json
from collections.abc import Iterator
from random import Random

from wire import frame

TOLD = {"device": "zone-01", "v": 1, "epoch": 1, "seq": 1, "online": "perhaps", "boot": -1, "state": "free"}


def noise(random: Random, most: int = 300) -> bytes:
    """Return up to `most` random bytes, at least one."""
    return random.randbytes(random.randint(1, most))


def payloads(random: Random) -> Iterator[bytes]:
    """Yield messages for a topic or a request's body: none of them is of any contract of ours."""
    yield b""
    yield b"\xff\xfe\x00"
    yield b"null"
    yield b"[" * 5_000
    yield b'{"device":' * 2_000
    yield json.dumps({**TOLD, "number": 10**400}).encode()
    yield json.dumps(TOLD).encode()
    yield json.dumps(TOLD).encode()[:-5]
    yield "不是消息。\u0000\ud83d".encode("utf-8", "surrogatepass")
    yield b"- " + json.dumps(TOLD).encode() + b"\n"
    yield b"\n" * 1_000
    yield random.randbytes(50_000)
    for _ in range(3):
        yield noise(random)


def bus(random: Random) -> Iterator[bytes]:
    """Yield bytes for the serial line: noise, broken frames, whole ones with nonsense in them, one without end."""
    good = frame.encode(1, 7, bytes((0x03, 0, 0, 0, 0)))
    yield good[:-3]
    yield b"\0" * 50
    yield good[:4] + bytes((good[4] ^ 0xFF,)) + good[5:]
    yield b"\x01" * 1_000
    for _ in range(10):
        yield noise(random, 60) + b"\0"
        yield frame.encode(random.randrange(256), random.randrange(256), b"\x7f" + noise(random, 150))
        yield frame.encode(1, random.randrange(256), bytes((random.choice((0x01, 0x02, 0x03, 0x81, 0x82, 0x83)),)) * 3)


def segments(random: Random) -> Iterator[str]:
    """Yield what can stand in a path or a query instead of a name or a number."""
    yield from ("-1", "9" * 40, "%00", "%ff%fe", "..%2f..%2fetc", "'%22%3Cscript%3E", "%E9%97%A8", "a" * 3_000)
    yield str(random.randrange(10**9))


def forms(random: Random) -> Iterator[dict[str, str]]:
    """Yield forms that no page has."""
    yield {}
    yield {"do": "open_everything"}
    yield {"do": "pick_up", "number": "x" * 5_000, "code": "\u0000"}
    yield {"do": "choose", "service": "'; DROP TABLE entry; --"}
    yield {"do": "language", "lang": "../../etc"}
    yield {f"field{number}": "1" for number in range(200)}
    yield {"do": "settle", "compartment": "1", "gone": "perhaps"}
    yield {"do": "open", "device": "zone-01", "compartment": "1", "why": "x", "badge": "1001", "pin": "000000"}
    yield {"do": random.choice(("sign_in", "describe", "enter_phone", "pick_up", "witness", "recall", "papers"))}

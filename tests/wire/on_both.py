"""The modules that boards share, held against the golden vectors; runs on CPython and on MicroPython.

Usage: on_both.py VECTORS, the folder with the JSON files. Says how much it checked; any traceback is a failure.
"""

import json
import sys

from wire import board, frame, node
from wire.errors import BadMessage


def vectors(name: str) -> list:
    with open(sys.argv[1] + "/" + name + ".json") as file:  # noqa: PTH123  MicroPython has no pathlib
        return json.load(file)


def unhex(text: str) -> bytes:
    return bytes(int(text[at : at + 2], 16) for at in range(0, len(text), 2))


def is_bad(decode: object, data: bytes) -> bool:
    """Tell whether `decode` refuses; whatever it raises besides is the failure of this script."""
    try:
        decode(data)
    except BadMessage:
        return True
    return False


def check_frames():
    checked = 0
    for row in vectors("frames"):
        line, payload = unhex(row["line"]), unhex(row["payload"])
        expected = [(row["address"], row["sequence"], payload)]
        assert frame.encode(row["address"], row["sequence"], payload) == line, row["why"]
        assert frame.Decoder().feed(line) == expected, row["why"]
        slowly, decoder = [], frame.Decoder()
        for byte in line:
            slowly += decoder.feed(bytes((byte,)))
        assert slowly == expected, row["why"]
        assert decoder.damaged == 0, row["why"]
        checked += 1
    return checked


def check_damage():
    good = frame.encode(1, 8, b"good")
    checked = 0
    for row in vectors("frames")[:4]:
        line = unhex(row["line"])
        for bit in range(8 * len(line)):
            damaged = bytearray(line)
            damaged[bit // 8] ^= 1 << bit % 8
            decoder = frame.Decoder()
            assert decoder.feed(bytes(damaged) + good) == [(1, 8, b"good")], (row["why"], bit)
            assert decoder.damaged > 0, (row["why"], bit)
            checked += 1
    return checked


def made(row: dict) -> board.Message:
    fields = dict(row["fields"])
    if "moves" in fields:
        fields["moves"] = [board.Move(**move) for move in fields["moves"]]
    return getattr(board, row["message"])(**fields)


def check_board():
    checked = 0
    for row in vectors("board"):
        payload, message = unhex(row["payload"]), made(row)
        assert message.encode() == payload, row
        assert board.decode(payload) == message, row
        assert repr(board.decode(payload)) == repr(message), row
        assert is_bad(board.decode, payload + b"\0"), row
        for length in range(len(payload)):
            assert is_bad(board.decode, payload[:length]), (row, length)
        checked += 1
    return checked


def check_nodes():
    checked = 0
    for row in vectors("node"):
        said = row["fields"]
        for payload in (row["payload"].encode(), node.encode(**said)):
            reading = node.decode(payload)
            assert {name: getattr(reading, name) for name in said} == said, row
        checked += 1
    return checked


def check_junk():
    """Feed junk of every length, always the same: only BadMessage may come of it, and never a frame."""
    checked, seed = 0, 1
    for length in range(300):
        junk = bytearray(length)
        for at in range(length):
            seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
            junk[at] = seed >> 16 & 0xFF
        assert frame.Decoder().feed(bytes(junk)) == []
        for kind in (0x01, 0x02, 0x03, 0x81, 0x82, 0x83, 0x8F, 0x00):
            is_bad(board.decode, bytes((kind,)) + bytes(junk))
        for piece in (bytes(junk), b"{" + bytes(junk), b"[" * length, b'{"boot":' * length):
            assert is_bad(node.decode, piece)
        checked += 1
    return checked


sys.stdout.write(f"{check_frames()} frames, {check_damage()} damages, {check_board()} messages, ")
sys.stdout.write(f"{check_nodes()} readings, {check_junk()} lengths of junk\n")

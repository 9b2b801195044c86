"""docs/wire.md is held against the code: its tables name everything, and its examples are the golden bytes."""

import hashlib
import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from wire import board, credential, entry, frame, happenings, node, orders, topics

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def row_of(first: str, rows: list[list[str]] = ROWS) -> list[str]:
    (row,) = [row for row in rows if row[0] == f"`{first}`"]
    return row


def rows_under(heading: str) -> list[list[str]]:
    (section,) = re.findall(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]


def vectors(name: str) -> list[dict[str, Any]]:
    return json.loads((ROOT / "tests" / "wire" / "vectors" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("message", board.MESSAGES, ids=lambda message: message.__name__)
def test_the_table_tells_every_board_message_as_the_code_packs_it(message: type[board.Message]):
    _, kind, asks, fields, answer = row_of(message.__name__)
    assert names(kind) == [f"0x{message.KIND:02x}"]
    assert asks == ("agent" if message.KIND < 0x80 else "board")
    assert tuple(names(fields)) == message.FIELDS
    widths = [int(width) for width in re.findall(r"\((\d)\)", fields)]
    layout = getattr(message, "_LAYOUT", "<").removeprefix("<")
    assert widths == [struct.calcsize(f"<{letter}") for letter in layout]
    assert set(names(answer)) <= {each.__name__ for each in board.MESSAGES if each.KIND >= 0x80}


def test_the_page_tells_a_move_as_the_code_packs_it():
    told = re.search(r"A move in a report is (.*?)\. A report", PAGE)
    assert told is not None
    assert tuple(names(told[1])) == board.Move.FIELDS
    widths = [int(width) for width in re.findall(r"\((\d)", told[1])]
    assert widths == [struct.calcsize(f"<{letter}") for letter in board.Move.LAYOUT.removeprefix("<")]


def test_the_table_tells_every_outcome():
    told = {int(row[0]): names(row[1])[0] for row in ROWS if re.fullmatch(r"\d", row[0])}
    assert told == dict(enumerate(board.OUTCOMES))


@pytest.mark.parametrize("kind", happenings.Happening.__args__, ids=lambda kind: kind.__name__)
def test_the_table_tells_every_happening_and_its_fields_in_order(kind: Any):
    row = row_of(kind.__struct_config__.tag, rows_under("Happenings"))
    assert tuple(names(row[1])) == kind.__struct_fields__


def test_the_happenings_stand_in_the_order_of_the_code():
    tags = [kind.__struct_config__.tag for kind in happenings.Happening.__args__]
    assert ["kind", *tags] == [names(row[0])[0] for row in rows_under("Happenings")]


def test_every_purpose_is_told():
    assert ["purpose", *happenings.PURPOSES] == [names(row[0])[0] for row in rows_under("Purposes")]


def test_every_order_and_its_fields_are_told_in_order():
    told = [row for row in rows_under("Orders") if row[0] != "`kind`"]
    common = [name for row in told[:4] for name in names(row[0])]
    for row, kind in zip(told[4:], orders.Order.__args__, strict=True):
        assert names(row[0]) == [kind.__struct_config__.tag]
        assert (*names(row[1]), *common) == kind.__struct_fields__
    manifest = next(line for line in PAGE.splitlines() if line.startswith("An item of a manifest has"))
    assert tuple(names(manifest.split(", as in")[0])) == orders.ManifestItem.__struct_fields__


def test_every_claim_of_a_credential_is_told_with_its_bytes():
    told = rows_under("Credentials")
    assert [names(row[0])[0] for row in told] == ["version", *credential.Credential._fields]
    assert sum(int(row[1]) for row in told) == 28
    assert vectors("credentials")[0]["text"] in PAGE


@pytest.mark.parametrize("message", [entry.Entry, entry.Receipt, entry.Status], ids=lambda message: message.__name__)
def test_every_field_of_an_entry_a_receipt_and_a_status_is_told(message: Any):
    heading = {entry.Entry: "Entries", entry.Receipt: "Receipts", entry.Status: "Status"}[message]
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n##")[0]
    told = [name for line in section.splitlines() if line.startswith("| `") for name in names(line.split("|")[1])]
    assert tuple(told) == message.__struct_fields__


def test_every_field_of_a_reading_is_told():
    section = PAGE.split("\n## Parking nodes\n")[1].split("\n##")[0]
    told = [names(line.split("|")[1])[0] for line in section.splitlines() if line.startswith("| `")]
    assert told == list(vars(node.decode(vectors("node")[0]["payload"].encode())))
    assert all(f"`{state}`" in section for state in node.STATES)


def test_every_topic_is_told():
    made = {row["topic"].replace(row["device"], "<node>" if row["way"].startswith("node/") else "<device>")
            for row in vectors("topics") if row["device"] in {"zone-01", "node-1"}}  # fmt: skip
    made.add(topics.node_heartbeat("<node>"))
    assert {names(row[0])[0] for row in ROWS if "zone24/1/" in row[0]} == made


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("MAX_PAYLOAD", frame.MAX_PAYLOAD), ("MAX_MOVES", board.MAX_MOVES), ("MAX_PULSE_MS", board.MAX_PULSE_MS)],
        *[("MAX_DOORS", board.MAX_DOORS), ("VERSION", board.VERSION), ("MAX_MESSAGE", node.MAX_MESSAGE)],
        *[("MAX_ENTRY", entry.MAX_ENTRY), ("MAX_BATCH", entry.MAX_BATCH)],
    ],
)
def test_every_limit_is_told_as_it_is(name: str, value: int):
    told = re.search(rf"`{name}` = ([\d,]+)", PAGE)
    assert told is not None
    assert int(told[1].rstrip(",").replace(",", "")) == value


def test_the_examples_are_what_the_code_makes():
    together = PAGE.replace(" ", "")
    assert frame.encode(1, 7, b"hi").hex() in together
    assert frame.encode(0, 0, b"\0").hex() in together
    assert board.Unlock(3, 4711, 200, 0xDEADBEEF).encode().hex() in together
    assert board.Unlocked(4711, board.PULSED).encode().hex() in together
    assert vectors("node")[1]["payload"] in PAGE
    first = vectors("entries")[0]
    assert first["entry"] in PAGE
    assert hashlib.sha256(first["entry"].encode()).hexdigest() in PAGE
    assert vectors("receipts")[1]["payload"] in PAGE
    assert vectors("orders")[0]["entry"] in PAGE
    assert vectors("batches")[2]["batch"].splitlines()[0] in PAGE
    assert vectors("status")[0]["message"] in PAGE

"""zone24-provision verify and verify-journal: what was signed is told, what was not is named."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from edge.journal import Journal
from provisioning.cli import app
from wire import entry, exits, sign
from wire.entry import Receipt, Signed
from wire.happenings import Accepted, DepositBegun, Deposited, DepositOpened, DoorForced, Released, Taken

WALL = 1_795_392_000_000
FORCED = DoorForced(compartment=3)


class Site:
    """A centre, a zone that wrote a journal, and the receipts people got."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.centre, self.zone = folder / "centre", folder / "zone-01"
        ok("init", self.centre)
        where = ["--central-url", "http://127.0.0.1:1", "--broker", "127.0.0.1:1"]
        ok("add", "zone-01", "--centre", self.centre, "--to", self.zone, *where)
        self.private = (self.zone / "secrets" / "signing.key").read_bytes()
        self.public = sign.public_key(self.private)
        self.file = self.zone / "journal.db"
        self.journal = Journal(self.file, "zone-01", 1, sign.signer(self.private))

    def receipt(self, seq: int) -> str:
        ((_, signed), *_) = self.journal.read(seq - 1)
        return entry.line_of(signed).decode()

    def kept(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text, "utf-8")
        return file


def run(*arguments: object, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)], input=typed)


def ok(*arguments: object, typed: str | None = None) -> str:
    result = run(*arguments, typed=typed)
    assert result.exit_code == exits.OK, result.output
    return result.stdout


def told(*arguments: object, typed: str | None = None, code: int = exits.OK) -> dict[str, Any]:
    result = run(*arguments, "--json", typed=typed)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    made.journal.append(DepositOpened(item="材料-7", compartment=3, giver="citizen ****5678"))
    papers = Deposited(item="材料-7", compartment=3, number="0427", issue=1, giver="citizen ****5678", purpose="papers")
    made.journal.append(papers, FORCED)
    made.journal.append(Taken(item="材料-7", compartment=3, receiver="staff 1001"))
    yield made
    made.journal.close()


# --- a receipt ---


def test_a_receipt_says_who_what_when_where_and_what_came_before(site: Site):
    said = told("verify", "--centre", site.centre, typed=site.receipt(2) + "\n")
    assert said["verdict"] == "good"
    first = entry.digest(site.journal.read(0)[0][1].data)
    says = said["says"]
    assert {name: says[name] for name in ("leg", "item", "giver", "receiver", "place", "before")} == {
        "leg": "accept", "item": "材料-7", "giver": "citizen ****5678", "receiver": "bank zone-01",
        "place": "zone-01 door 3", "before": first,
    }  # fmt: skip
    words = ok("verify", site.kept("receipt.txt", site.receipt(2)), "--key", site.public)
    for word in ("凭证有效", "Genuine", "材料-7", "citizen ****5678", "bank zone-01", "zone-01 door 3", first, "China"):
        assert word in words


def test_every_changed_character_is_named_as_changed(site: Site):
    line = site.receipt(2)
    for at in range(0, len(line), 3):
        changed = line[:at] + ("A" if line[at] != "A" else "B") + line[at + 1 :]
        result = run("verify", "--key", site.public, typed=changed)
        assert result.exit_code == exits.FAILED, changed
        assert "CHANGED" in result.stdout, changed
        assert "Genuine" not in result.stdout


def test_what_a_changed_receipt_says_is_told_as_unproven(site: Site):
    changed = site.receipt(2).replace("****5678", "****5679")
    result = run("verify", "--centre", site.centre, typed=changed)
    assert result.exit_code == exits.FAILED
    assert result.stdout.index("not proven") < result.stdout.index("****5679")


def test_a_receipt_of_a_device_that_nobody_knows_is_told_so(site: Site):
    other = entry.encode(
        Taken(item="A", compartment=1, receiver="x"), device="zone-09", epoch=1, seq=1, prev=entry.GENESIS, boot=1,
        mono=1, wall=WALL, clock_good=True,
    )  # fmt: skip
    line = entry.line_of(Signed(other, sign.signer(bytes(32))(other))).decode()
    assert told("verify", "--centre", site.centre, typed=line, code=exits.FAILED)["verdict"] == "unknown_device"
    assert told("verify", "--key", site.public, typed=line, code=exits.FAILED)["verdict"] == "changed"


def test_a_receipt_of_the_machine_before_is_checked_with_that_machines_key(site: Site, tmp_path: Path):
    where = ["--central-url", "http://127.0.0.1:1", "--broker", "127.0.0.1:1"]
    ok("add", "zone-01", "--centre", site.centre, "--to", tmp_path / "new", *where, "--replace")
    assert told("verify", "--centre", site.centre, typed=site.receipt(2))["verdict"] == "good"


@pytest.mark.parametrize("junk", ["", "hello", "- {}", "\x00\xff", "A" * 100_000, "\ud7ff {"])
def test_what_is_no_receipt_is_told_so(site: Site, junk: str):
    said = told("verify", "--centre", site.centre, typed=junk, code=exits.FAILED)
    assert said["verdict"] == "unreadable"


def test_an_entry_that_hands_nothing_over_is_no_receipt(site: Site):
    assert not told("verify", "--centre", site.centre, typed=site.receipt(3), code=exits.FAILED)["ok"]


def test_the_link_to_the_earlier_receipt_is_checked(site: Site):
    first, second, third = (site.kept(f"{seq}.txt", site.receipt(seq)) for seq in (1, 2, 4))
    assert told("verify", second, "--after", first, "--centre", site.centre)["verdict"] == "good"
    assert told("verify", third, "--after", second, "--centre", site.centre)["verdict"] == "good"
    for one, earlier in ((third, first), (second, third), (second, second)):
        said = told("verify", one, "--after", earlier, "--centre", site.centre, code=exits.FAILED)
        assert said["verdict"] == "not_linked"
    bent = site.kept("bent.txt", site.receipt(1).replace("door", "Door").replace("****5678", "****5679"))
    assert told("verify", second, "--after", bent, "--centre", site.centre, code=exits.FAILED)["verdict"] == "changed"


def test_a_counters_handover_is_checked_with_the_centres_key(site: Site):
    private = (site.centre / "secrets" / "centre.key").read_bytes()
    for happening in (Released, Accepted):
        data = entry.encode(
            happening(item="A", giver="staff 1001", receiver="courier 2001", place="counter 1", before=entry.GENESIS),
            device="central", epoch=WALL, seq=1, prev=entry.GENESIS, boot=1, mono=1, wall=WALL, clock_good=True,
        )  # fmt: skip
        line = entry.line_of(Signed(data, sign.signer(private)(data))).decode()
        assert told("verify", "--centre", site.centre, typed=line)["says"]["place"] == "counter 1"


@pytest.mark.parametrize(
    "keys", [[], ["--key", "short"], ["--key", "A" * 43, "--centre", "x"], ["--centre", "nowhere"]]
)
def test_without_a_key_there_is_no_answer(site: Site, keys: list[str]):
    assert run("verify", *keys, typed=site.receipt(1)).exit_code == exits.MISCONFIGURED


# --- a journal ---


def tamper(file: Path, *statements: str) -> None:
    db = sqlite3.connect(file)
    db.executescript("DROP TRIGGER entries_stay; DROP TRIGGER entries_stay_as_written;")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


def test_a_whole_journal_is_told_so_while_the_agent_has_it_open(site: Site):
    said = told("verify-journal", site.file, "--centre", site.centre)
    assert said == {"ok": True, "device": "zone-01", "epoch": 1, "entries": 4}
    assert "whole" in ok("verify-journal", site.file, "--key", site.public)


@pytest.mark.parametrize(
    ("statements", "first_bad", "wrong"),
    [
        (["UPDATE entries SET data = CAST(replace(data, 'door_forced', 'door_closed') AS BLOB)"], 3, "altered"),
        (["UPDATE entries SET signature = x'00' WHERE seq = 2"], 2, "altered"),
        (["DELETE FROM entries WHERE seq = 2"], 2, "deleted"),
        (
            [f"UPDATE entries SET seq = {new} WHERE seq = {old}" for old, new in ((2, 9), (3, 2), (9, 3))],
            2,
            "swapped",
        ),
        (["INSERT INTO entries SELECT 5, data, digest, signature FROM entries WHERE seq = 2"], 5, "inserted"),
        (["DELETE FROM entries WHERE seq > 2"], 3, "truncated"),
    ],
    ids=["altered", "signature", "deleted", "swapped", "inserted", "truncated"],
)
def test_tampering_is_named_by_its_first_entry(site: Site, statements: list[str], first_bad: int, wrong: str):
    tamper(site.file, *statements)
    said = told("verify-journal", site.file, "--centre", site.centre, code=exits.FAILED)
    assert (said["first_bad"], said["wrong"]) == (first_bad, wrong)
    result = run("verify-journal", site.file, "--key", site.public)
    assert f"entry {first_bad} " in result.stdout


def export(site: Site, name: str = "export.txt") -> Path:
    return site.kept(name, entry.pack(signed for _, signed in site.journal.read(0)).decode())


def test_an_export_of_lines_is_a_journal_too(site: Site):
    file = export(site)
    assert told("verify-journal", file, "--centre", site.centre)["entries"] == 4
    lines = file.read_text("utf-8").splitlines()
    lines[2] = lines[2][1:]
    site.kept("export.txt", "\n".join(lines) + "\n")
    said = told("verify-journal", file, "--centre", site.centre, code=exits.FAILED)
    assert (said["first_bad"], said["wrong"]) == (3, "altered")


def test_a_cut_off_export_is_found_with_the_centres_receipts(site: Site):
    file = export(site)
    head = entry.digest(site.journal.read(3)[0][1].data)
    private = (site.centre / "secrets" / "centre.key").read_bytes()
    receipt = Receipt(v=1, device="zone-01", epoch=1, upto=4, head=head)
    receipts = site.kept("receipts.txt", entry.sign_receipt(receipt, sign.signer(private)).decode())
    both = ["--centre", site.centre, "--receipts", receipts]
    assert told("verify-journal", file, *both)["ok"]
    lines = file.read_text("utf-8").splitlines(keepends=True)
    site.kept("export.txt", "".join(lines[:3]))
    assert told("verify-journal", file, "--centre", site.centre)["ok"]  # alone it cannot know
    said = told("verify-journal", file, *both, code=exits.FAILED)
    assert (said["first_bad"], said["wrong"]) == (4, "truncated")
    forged = site.kept("receipts.txt", entry.sign_receipt(receipt, sign.signer(bytes(32))).decode())
    assert run("verify-journal", file, "--centre", site.centre, "--receipts", forged).exit_code == exits.MISCONFIGURED
    assert run("verify-journal", file, "--key", site.public, "--receipts", receipts).exit_code == exits.MISCONFIGURED


def test_another_history_of_the_same_device_is_found_against_the_centres_copy(site: Site, tmp_path: Path):
    copy = export(site)
    other = Journal(tmp_path / "other.db", "zone-01", 1, sign.signer(site.private))
    for _, signed in site.journal.read(0)[:2]:
        other._file._db.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", (
            entry.decode(signed.data).seq, signed.data, entry.digest(signed.data), signed.signature))  # fmt: skip
        head = entry.digest(signed.data)
    other.last, other._head = 2, head
    other._file._db.execute("UPDATE meta SET value = ? WHERE key = 'head'", (head,))
    other._file._db.execute("INSERT OR REPLACE INTO meta VALUES ('last', '2'), ('head', ?)", (head,))
    other.append(DoorForced(compartment=9), FORCED)
    assert told("verify-journal", tmp_path / "other.db", "--centre", site.centre)["ok"]
    said = told("verify-journal", tmp_path / "other.db", "--centre", site.centre, "--against", copy, code=exits.FAILED)
    assert (said["first_bad"], said["wrong"]) == (3, "forked")
    other.close()


def test_a_centres_database_has_many_journals(site: Site, tmp_path: Path):
    db = sqlite3.connect(tmp_path / "central.db")
    db.execute("CREATE TABLE entry (device TEXT, epoch INTEGER, seq INTEGER, data BLOB, signature BLOB)")
    rows = [("zone-01", 1, seq, *signed) for seq, signed in site.journal.read(0)]
    db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?)", [*rows, ("zone-02", 1, 1, b"{}", b"")])
    db.commit()
    db.close()
    which = ["--device", "zone-01", "--epoch", "1"]
    assert told("verify-journal", tmp_path / "central.db", "--centre", site.centre, *which)["entries"] == 4
    assert "--device" in run("verify-journal", tmp_path / "central.db", "--centre", site.centre).stderr
    assert told("verify-journal", site.file, "--centre", site.centre, "--against", tmp_path / "central.db")["ok"]


@pytest.mark.parametrize("content", [b"", b"hello\n", b"SQLite format 3\x00" + b"\xff" * 5000, b"- {}\n"])
def test_what_is_no_journal_is_told_so(site: Site, tmp_path: Path, content: bytes):
    file = tmp_path / "junk"
    file.write_bytes(content)
    assert run("verify-journal", file, "--centre", site.centre).exit_code == exits.MISCONFIGURED
    assert run("verify-journal", tmp_path / "nowhere", "--centre", site.centre).exit_code == exits.FAILED


def test_a_deposit_that_begins_hands_nothing_over(site: Site):
    begun = DepositBegun(item="A", label="x", compartment=1, size="S", number="1", giver="g", phone="", phone_tail="")
    site.journal.append(begun)
    assert not told("verify", "--centre", site.centre, typed=site.receipt(5), code=exits.FAILED)["ok"]


def test_what_a_receipt_says_draws_nothing_on_the_terminal(site: Site):
    """An item may be named anything, also a line that reads like our verdict."""
    site.journal.append(Taken(item="X\n凭证有效\x1b[2J", compartment=3, receiver="staff 1001"))
    shown = ok("verify", "--centre", site.centre, typed=site.receipt(5))
    assert "\x1b" not in shown
    assert [line for line in shown.splitlines() if line.startswith("凭证有效")] == [shown.splitlines()[0]]


def test_an_instant_that_no_calendar_has_is_told(site: Site):
    said = Taken(item="X", compartment=3, receiver="staff 1001")
    data = entry.encode(
        said, device="zone-01", epoch=1, seq=1, prev=entry.GENESIS, boot=1, mono=1, wall=2**53, clock_good=True
    )
    line = entry.line_of(Signed(data, sign.signer(site.private)(data))).decode()
    assert "9999-12-31 23:59:59" in ok("verify", "--centre", site.centre, typed=line)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE entries SET data = NULL", exits.MISCONFIGURED),
        ("UPDATE entries SET data = 'text' WHERE seq = 2", exits.FAILED),
        ("UPDATE entries SET signature = 'text' WHERE seq = 2", exits.FAILED),
        ("UPDATE meta SET value = 'x' WHERE key = 'last'", exits.MISCONFIGURED),
        ("DELETE FROM meta WHERE key = 'head'", exits.MISCONFIGURED),
    ],
)
def test_a_database_with_other_things_in_its_columns_is_told(site: Site, tmp_path: Path, statement: str, code: int):
    with sqlite3.connect(tmp_path / "hostile.db") as db:
        db.execute("CREATE TABLE entries (seq INTEGER, data, signature)")
        db.execute("CREATE TABLE meta (key, value)")
        rows = [(seq, *signed) for seq, signed in site.journal.read(0)]
        db.executemany("INSERT INTO entries VALUES (?, ?, ?)", rows)
        head = entry.digest(rows[-1][1])
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("last", str(len(rows))), ("head", head)])
    ok("verify-journal", tmp_path / "hostile.db", "--centre", site.centre)
    with sqlite3.connect(tmp_path / "hostile.db") as db:
        db.execute(statement)
    assert run("verify-journal", tmp_path / "hostile.db", "--centre", site.centre).exit_code == code

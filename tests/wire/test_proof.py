"""A receipt for people says exactly what its leg says, and is nothing once it was changed."""

import json
from pathlib import Path

import msgspec
import pytest

from wire import entry, happenings, legs, proof, sign
from wire.entry import Signed
from wire.errors import BadMessage

KEY = bytes(range(32))
SIGN, VERIFY = sign.signer(KEY), sign.verifier(sign.public_key(KEY))
ROWS = json.loads((Path(__file__).parent / "vectors" / "entries.json").read_text("utf-8"))


def line(data: bytes) -> str:
    return entry.line_of(Signed(data, SIGN(data))).decode()


LEGS = [row["entry"] for row in ROWS if '"before":' in row["entry"]]


@pytest.mark.parametrize("said", LEGS, ids=lambda said: json.loads(said)["body"]["kind"])
def test_the_table_for_other_languages_says_what_the_legs_say(said: str):
    read = proof.read(line(said.encode()))
    body = json.loads(said)["body"]
    kind, giver, receiver, place = proof.LEGS[body["kind"]]
    fields = body | {"bank": "bank zone-01", "door": f"zone-01 door {body.get('compartment')}", "": ""}
    assert read.leg == legs.Leg(kind, body["item"], fields[giver], fields[receiver], fields[place], body["before"])
    assert read.kind == body["kind"]


def test_the_table_has_every_leg_and_no_other():
    kinds = {kind.__struct_config__.tag for kind in legs.LegHappening.__args__}
    assert set(proof.LEGS) == kinds == {json.loads(said)["body"]["kind"] for said in LEGS}
    assert {leg for leg, *_ in proof.LEGS.values()} == set(proof.WORDS)


def test_a_receipt_with_space_around_it_is_read():
    text = line(LEGS[0].encode())
    assert proof.read(f" \r\n{text}\n") == proof.read(text)
    assert proof.check(proof.read(text), VERIFY)


def test_a_receipt_signed_by_somebody_else_is_not_the_devices():
    read = proof.read(entry.line_of(Signed(LEGS[0].encode(), sign.signer(bytes(32))(LEGS[0].encode()))).decode())
    assert not proof.check(read, VERIFY)


def test_every_changed_character_is_noticed_and_looks_like_a_receipt_still():
    text = line(LEGS[0].encode())
    for at, was in enumerate(text):
        changed = text[:at] + ("0" if was != "0" else "1") + text[at + 1 :]
        assert proof.looks_like(changed)
        try:
            assert not proof.check(proof.read(changed), VERIFY), changed
        except BadMessage:
            continue


def test_only_the_leg_right_before_links():
    first, second, other = (proof.read(line(said.encode())) for said in LEGS[:3])
    assert (first.leg.item, second.leg.item) == ("HJ-2026-0001", "HJ-2026-0001")
    assert proof.follows(second, first)
    assert not proof.follows(first, second)
    assert not proof.follows(other, first)
    assert not proof.follows(second, second)


def test_a_link_holds_over_a_start_of_the_centre_whose_journal_begins_anew():
    first, second = (proof.read(line(said.encode())) for said in LEGS[:2])
    later = second._replace(entry=msgspec.structs.replace(second.entry, epoch=second.entry.epoch + 1))
    assert proof.follows(later, first)
    other = second._replace(entry=msgspec.structs.replace(second.entry, device="zone-02"))
    assert not proof.follows(other, first)


@pytest.mark.parametrize("text", ["", " ", "hello", "- {}", "\ud800 {}", "A" * 10_000, f"- {ROWS[0]['entry']}"])
def test_what_is_no_receipt_is_refused(text: str):
    with pytest.raises(BadMessage):
        proof.read(text)


def test_an_entry_that_hands_nothing_over_is_no_receipt():
    nothing = next(row["entry"] for row in ROWS if row["happening"] == happenings.DoorForced.__name__)
    with pytest.raises(BadMessage, match="hands nothing over"):
        proof.read(line(nothing.encode()))

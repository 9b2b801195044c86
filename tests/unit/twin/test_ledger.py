"""The journals read by an auditor who trusts bytes and public keys only."""

from dataclasses import dataclass, field

import pytest

from twin.ledger import Ledger, Row, read
from wire import entry, sign
from wire.entry import GENESIS
from wire.happenings import Accepted, Deposited, DepositOpened, Happening, PickupOpened, Released, Taken

BANK, CITIZEN, STAFF = "bank zone-01", "citizen ****5678", "staff 1001"


@dataclass
class Journal:
    """A journal with a key of its own; `write` keeps chains and legs as a device does."""

    device: str = "zone-01"
    key: bytes = field(default_factory=sign.new_key)
    rows: list[Row] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)

    def write(self, happening: Happening, before: str = "") -> "Journal":
        seq, prev = len(self.rows) + 1, entry.digest(self.rows[-1].data) if self.rows else GENESIS
        item = happening.item
        linked = type(happening)(
            **{name: getattr(happening, name) for name in happening.__struct_fields__}
            | {"before": before or self.heads.get(item, GENESIS)}
        )
        data = entry.encode(
            linked, device=self.device, epoch=1, seq=seq, prev=prev, boot=1, mono=seq, wall=seq, clock_good=True
        )
        self.rows.append(Row(self.device, 1, seq, data, sign.signer(self.key)(data)))
        self.heads[item] = entry.digest(data)
        return self

    def read(self) -> Ledger:
        return read(self.rows, {(self.device, 1): sign.verifier(sign.public_key(self.key))})


def deposited(journal: Journal, item: str = "A") -> Journal:
    journal.write(DepositOpened(item=item, compartment=1, giver=STAFF))
    return journal.write(Deposited(item=item, compartment=1, number="0001", issue=1, giver=STAFF))


def fetched(journal: Journal, item: str = "A") -> Journal:
    journal.write(PickupOpened(item=item, compartment=1, receiver=CITIZEN))
    return journal.write(Taken(item=item, compartment=1, receiver=CITIZEN))


def test_a_whole_journal_is_right_and_says_who_has_what() -> None:
    ledger = deposited(fetched(deposited(Journal())), "B").read()
    assert ledger.wrong == []
    assert ledger.custodians == {"A": CITIZEN, "B": BANK}
    assert ledger.kinds("A") == ["release", "accept", "release", "accept"]


def test_who_released_it_still_answers_for_what_nobody_accepted() -> None:
    journal = Journal().write(DepositOpened(item="A", compartment=1, giver=STAFF))
    assert journal.read().custodians == {"A": STAFF}
    opened = deposited(Journal()).write(PickupOpened(item="A", compartment=1, receiver=CITIZEN))
    assert opened.read().custodians == {"A": BANK}


@pytest.mark.parametrize("seq", [1, 2, 3, 4])
def test_a_changed_entry_is_named(seq: int) -> None:
    journal = fetched(deposited(Journal()))
    row = journal.rows[seq - 1]
    journal.rows[seq - 1] = row._replace(data=row.data.replace(b'"item":"A"', b'"item":"C"'))
    assert any(f"entry {seq} is altered" in wrong for wrong in journal.read().wrong)


def test_a_missing_entry_an_unsigned_one_and_a_foreign_key_are_wrong() -> None:
    journal = fetched(deposited(Journal()))
    del journal.rows[1]
    assert any("deleted" in wrong for wrong in journal.read().wrong)
    journal = deposited(Journal())
    journal.rows[1] = journal.rows[1]._replace(signature=b"")
    assert journal.read().wrong
    journal = deposited(Journal())
    journal.key = sign.new_key()
    assert journal.read().wrong
    assert read(journal.rows, {}).wrong == ["zone-01 1: nobody knows its key"]


def test_a_leg_that_does_not_name_the_one_before_is_wrong_even_when_it_is_signed() -> None:
    journal = Journal().write(DepositOpened(item="A", compartment=1, giver=STAFF))
    journal.write(Deposited(item="A", compartment=1, number="0001", issue=1, giver=STAFF), before=GENESIS)
    assert journal.read().wrong == ["zone-01 1: a accept of A does not name the leg before it"]


def test_the_centres_own_handovers_count_after_those_of_the_bank() -> None:
    bank, centre = fetched(deposited(Journal())), Journal("central")
    centre.rows = []
    for happening in (
        Released(item="A", giver=CITIZEN, receiver=STAFF, place="counter 1"),
        Accepted(item="A", giver=CITIZEN, receiver=STAFF, place="counter 1"),
    ):
        centre.write(happening)
    later = [row._replace(data=row.data.replace(b'"wall":', b'"wall":9')) for row in centre.rows]
    keys = {(each.device, 1): sign.verifier(sign.public_key(each.key)) for each in (bank, centre)}
    assert read([*bank.rows, *later], keys).custodians == {"A": STAFF}

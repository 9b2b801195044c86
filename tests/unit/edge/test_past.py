"""The journal is read once at the start, whoever wants it; and each part gets what it would have read itself."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge.alarms import Alarms
from edge.journal import Journal
from edge.lockers import Lockers
from edge.manifests import Manifests
from edge.order_book import put_last
from edge.past import Past
from edge.receipts import Receipts
from tests.unit.edge.bank_stand import KEY, SECTION, BoardInMemory
from wire.happenings import AlarmCleared, AlarmRaised, BayChanged, TicketPrinted, TicketReserved


def test_all_parts_share_one_reading(journal: Journal, watch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.append(AlarmRaised(alarm="break_in", about="door 1"))
    readings = 0
    history = journal.history

    def counted() -> Iterator[Any]:
        nonlocal readings
        readings += 1
        return history()

    monkeypatch.setattr(journal, "history", counted)
    past = Past(journal, SECTION)
    alarms = Alarms(journal, past)
    bus = BoardInMemory(watch)
    lockers = Lockers(SECTION, key=KEY, bus=bus, journal=journal, alarms=alarms, changed=lambda _: None, past=past)
    Manifests(journal, past)
    Receipts(journal, past)
    assert readings == 1
    assert ("break_in", "door 1") in alarms.active
    assert ("break_in", "door 1") in lockers.bank.alarms


def test_what_is_over_is_not_in_it(journal: Journal) -> None:
    ticket = {"service": "household", "number": "A001", "day": "2026-11-23", "source": "centre"}
    for name in ("t1", "t2"):
        journal.append(TicketReserved(ticket=name, phone="", phone_tail="", **ticket))
    journal.append(TicketPrinted(ticket="t1", evidence="paper"))
    journal.append(AlarmRaised(alarm="x", about="y"), AlarmCleared(alarm="x", about="y"))
    for state in ("free", "occupied"):
        journal.append(BayChanged(bay="P1", node="node-1", state=state))
    past = Past(journal)
    assert (past.tickets, past.alarms, past.bays, past.bank) == ({"t2"}, {}, {"P1": "occupied"}, None)


def test_what_is_remembered_has_a_bound_and_the_oldest_goes_first() -> None:
    memory: dict[str, int] = {}
    for at, name in enumerate(("a", "b", "a", "c")):
        put_last(memory, name, at, 2)
    assert memory == {"a": 2, "c": 3}

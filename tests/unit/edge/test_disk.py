"""The alarm of a full disk: raised once, cleared when there is room, and no trouble when not even it fits."""

import pytest

from edge import disk
from edge.alarms import Alarms
from edge.journal import Journal, JournalFault


def fill(monkeypatch: pytest.MonkeyPatch, *, full: bool) -> None:
    monkeypatch.setattr(Journal, "full", property(lambda _: full))


def test_a_full_disk_is_an_alarm_while_it_is_full(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    alarms = Alarms(journal)
    for full in (False, True, True, False, False):
        fill(monkeypatch, full=full)
        disk.tell(journal, alarms)
        assert (("disk_full", "journal") in alarms.active) == full
    assert journal.last == 2


def test_a_disk_without_room_for_the_alarm_stops_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise JournalFault("full")

    alarms = Alarms(journal)
    fill(monkeypatch, full=True)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "append", refuse)
        disk.tell(journal, alarms)
    assert not alarms.active
    disk.tell(journal, alarms)
    assert alarms.active

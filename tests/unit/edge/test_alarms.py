"""Alarms: one entry when it starts, one when it ends, and the same after a restart."""

from edge.alarms import Alarms
from edge.journal import Journal
from wire.happenings import AlarmCleared, AlarmRaised


def test_a_standing_alarm_is_written_once(journal: Journal) -> None:
    alarms = Alarms(journal)
    alarms.raise_("paper_out", "printer", "no paper")
    alarms.raise_("paper_out", "printer", "still none")
    alarms.clear("paper_out", "printer")
    alarms.clear("paper_out", "printer")
    assert [type(happening) for _, happening in journal.history()] == [AlarmRaised, AlarmCleared]


def test_alarms_stand_across_a_restart(journal: Journal) -> None:
    Alarms(journal).raise_("paper_out", "printer", "no paper")
    again = Alarms(journal)
    assert again.active == {("paper_out", "printer"): "no paper"}
    again.raise_("paper_out", "printer")
    assert journal.last == 1


def test_what_others_write_counts_too(journal: Journal) -> None:
    alarms = Alarms(journal)
    journal.append(AlarmRaised(alarm="break_in", about="door 3"))
    assert ("break_in", "door 3") in alarms.active


def test_a_long_detail_still_fits_into_an_entry(journal: Journal) -> None:
    Alarms(journal).raise_("x", "y", "长" * 100_000)
    assert journal.last == 1

"""The terminal's session, enumerated: every state with every happening. The lockers' is in test_locker_tables."""

from dataclasses import replace
from typing import Any

import pytest

from edge import terminal

TERMINAL = {
    terminal.ServiceChosen: terminal.ServiceChosen("household"),
    terminal.PhoneEntered: terminal.PhoneEntered("13812345678"),
    terminal.Confirmed: terminal.Confirmed(),
    terminal.TicketIssued: terminal.TicketIssued("A001", 3),
    terminal.TicketRefused: terminal.TicketRefused("no_paper"),
    terminal.WentBack: terminal.WentBack(),
    terminal.Left: terminal.Left(),
    terminal.LanguageChosen: terminal.LanguageChosen("en"),
}

TERMINAL_NEXT = {
    ("home", terminal.ServiceChosen): "phone",
    ("home", terminal.TicketRefused): "sorry",
    ("home", terminal.Left): "home",
    ("phone", terminal.PhoneEntered): "check",
    ("phone", terminal.WentBack): "home",
    ("phone", terminal.Left): "home",
    ("check", terminal.Confirmed): "printing",
    ("check", terminal.WentBack): "phone",
    ("check", terminal.Left): "home",
    ("printing", terminal.TicketIssued): "done",
    ("printing", terminal.TicketRefused): "sorry",
    ("done", terminal.Left): "home",
    ("sorry", terminal.WentBack): "home",
    ("sorry", terminal.Left): "home",
}

CASES = [
    pytest.param(state, happening, id=f"{state}-{kind.__name__}")
    for state in terminal.State
    for kind, happening in TERMINAL.items()
]


def in_state(state: terminal.State):
    return terminal.Session(state, "zh", "household", "13812345678")


@pytest.mark.parametrize(("state", "happening"), CASES)
def test_every_state_with_every_happening(state: Any, happening: Any) -> None:
    before = in_state(state)
    step = terminal.after(before, happening)
    if isinstance(happening, terminal.LanguageChosen):
        assert step == terminal.Step(replace(before, lang="en"))
    elif (state.value, type(happening)) in TERMINAL_NEXT:
        assert step.session.state == TERMINAL_NEXT[state.value, type(happening)]
    else:
        assert step == terminal.Step(before)


def test_all_happenings_are_enumerated() -> None:
    assert set(TERMINAL) == set(terminal.Happening.__args__)
    assert {(state.value, kind) for state, kind in terminal.TABLE} == set(TERMINAL_NEXT)


def test_only_the_check_page_prints() -> None:
    effects = {each: terminal.after(in_state(each), terminal.Confirmed()).effect is not None for each in terminal.State}
    assert [each for each, effect in effects.items() if effect] == [terminal.State.CHECK]


@pytest.mark.parametrize("state", [terminal.State.DONE, terminal.State.SORRY])
def test_the_phone_is_forgotten_when_the_ticket_is_out_or_refused(state: Any) -> None:
    before = in_state(terminal.State.PRINTING)
    outcome = {terminal.State.DONE: terminal.TicketIssued("A001", 0), terminal.State.SORRY: terminal.TicketRefused("x")}
    after = terminal.after(before, outcome[state]).session
    assert (after.state, after.phone) == (state, "")


@pytest.mark.parametrize("phone", ["", "1381234567", "138123456789", "23812345678", "1381234567八", "+8613812345678"])
def test_what_is_no_mobile_number_goes_no_further(phone: str) -> None:
    after = terminal.after(in_state(terminal.State.PHONE), terminal.PhoneEntered(phone)).session
    assert (after.state, after.mistake) == (terminal.State.PHONE, "phone")


def test_a_phone_may_be_typed_with_spaces_and_hyphens() -> None:
    after = terminal.after(in_state(terminal.State.PHONE), terminal.PhoneEntered("138 1234-5678")).session
    assert (after.state, after.phone) == (terminal.State.CHECK, "13812345678")

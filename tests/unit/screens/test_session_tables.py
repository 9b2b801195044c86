"""Both session cores, enumerated: every state with every happening."""

from dataclasses import replace
from typing import Any

import pytest

from edge import locker_screen, locker_talk, terminal

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

LOCKER = {
    locker_talk.PickupChosen: locker_talk.PickupChosen(),
    locker_talk.DepositChosen: locker_talk.DepositChosen(),
    locker_talk.PinGiven: locker_talk.PinGiven("1001", "246810"),
    locker_talk.StaffKnown: locker_talk.StaffKnown("1001", "王敏"),
    locker_talk.StaffRefused: locker_talk.StaffRefused(),
    locker_talk.ItemDescribed: locker_talk.ItemDescribed("X1", "", "S", "13812345678"),
    locker_talk.Confirmed: locker_talk.Confirmed(),
    locker_talk.CodeGiven: locker_talk.CodeGiven("1000", "12345678"),
    locker_talk.DoorOrdered: locker_talk.DoorOrdered(3, "X1"),
    locker_talk.DoorRefused: locker_talk.DoorRefused("wrong_code", tries_left=2),
    locker_talk.DepositEnded: locker_talk.DepositEnded("1000"),
    locker_talk.DepositAbandoned: locker_talk.DepositAbandoned(),
    locker_talk.DepositCancelled: locker_talk.DepositCancelled(),
    locker_talk.ItemTaken: locker_talk.ItemTaken(),
    locker_talk.PickupLapsed: locker_talk.PickupLapsed(),
    locker_talk.TookItBack: locker_talk.TookItBack(),
    locker_talk.WentBack: locker_talk.WentBack(),
    locker_talk.Left: locker_talk.Left(),
    locker_talk.LanguageChosen: locker_talk.LanguageChosen("en"),
}

LOCKER_NEXT = {
    ("home", locker_talk.PickupChosen): "pickup",
    ("home", locker_talk.DepositChosen): "sign_in",
    ("home", locker_talk.DoorRefused): "sorry",
    ("sign_in", locker_talk.PinGiven): "sign_in",
    ("sign_in", locker_talk.StaffKnown): "describe",
    ("sign_in", locker_talk.StaffRefused): "sign_in",
    ("sign_in", locker_talk.WentBack): "home",
    ("describe", locker_talk.ItemDescribed): "check",
    ("describe", locker_talk.WentBack): "home",
    ("check", locker_talk.Confirmed): "check",
    ("check", locker_talk.DoorOrdered): "depositing",
    ("check", locker_talk.DoorRefused): "sorry",
    ("check", locker_talk.WentBack): "describe",
    ("depositing", locker_talk.TookItBack): "depositing",
    ("depositing", locker_talk.DepositEnded): "deposited",
    ("depositing", locker_talk.DepositAbandoned): "sorry",
    ("depositing", locker_talk.DepositCancelled): "describe",
    ("deposited", locker_talk.DepositChosen): "describe",
    ("pickup", locker_talk.CodeGiven): "pickup",
    ("pickup", locker_talk.DoorOrdered): "collecting",
    ("pickup", locker_talk.DoorRefused): "pickup",
    ("pickup", locker_talk.WentBack): "home",
    ("collecting", locker_talk.ItemTaken): "collected",
    ("collecting", locker_talk.PickupLapsed): "sorry",
    ("sorry", locker_talk.WentBack): "home",
    **{(state.value, locker_talk.Left): "home" for state in locker_screen.State},
}

CASES = [
    pytest.param(core, state, happening, expected, id=f"{core.__name__}-{state}-{kind.__name__}")
    for core, happenings, expected in ((terminal, TERMINAL, TERMINAL_NEXT), (locker_screen, LOCKER, LOCKER_NEXT))
    for state in core.State
    for kind, happening in happenings.items()
]


def in_state(core: Any, state: Any):
    if core is terminal:
        return terminal.Session(state, "zh", "household", "13812345678")
    return locker_screen.Session(state, "zh", item="X0", compartment=3, phone="13812345678")


@pytest.mark.parametrize(("core", "state", "happening", "expected"), CASES)
def test_every_state_with_every_happening(core: Any, state: Any, happening: Any, expected: Any) -> None:
    before = in_state(core, state)
    step = core.after(before, happening)
    if type(happening).__name__ == "LanguageChosen":
        assert step == core.Step(replace(before, lang="en"))
    elif (state.value, type(happening)) in expected:
        assert step.session.state == expected[state.value, type(happening)]
    else:
        assert step == core.Step(before)


def test_all_happenings_are_enumerated() -> None:
    assert set(TERMINAL) == set(terminal.Happening.__args__)
    assert set(LOCKER) == set(locker_talk.Happening.__args__)
    assert {(state.value, kind) for state, kind in terminal.TABLE} == set(TERMINAL_NEXT)
    assert {(state.value, kind) for state, kind in locker_screen.TABLE} == set(LOCKER_NEXT)


@pytest.mark.parametrize(
    ("core", "state"),
    [(terminal, terminal.State.CHECK), (locker_screen, locker_screen.State.CHECK)],
    ids=("terminal", "locker"),
)
def test_only_the_check_page_prints_or_lets_an_item_in(core: Any, state: Any) -> None:
    effects = {each: core.after(in_state(core, each), core.Confirmed()).effect is not None for each in core.State}
    assert [each for each, effect in effects.items() if effect] == [state]


def test_a_pin_and_a_code_are_never_kept() -> None:
    signing = locker_screen.after(in_state(locker_screen, locker_screen.State.SIGN_IN), LOCKER[locker_talk.PinGiven])
    collecting = locker_screen.after(in_state(locker_screen, locker_screen.State.PICKUP), LOCKER[locker_talk.CodeGiven])
    assert signing.effect == locker_talk.CheckPin("1001", "246810")
    assert collecting.effect == locker_talk.PickUp("1000", "12345678")
    assert "246810" not in repr(signing.session)
    assert "12345678" not in repr(replace(collecting.session, phone=""))


@pytest.mark.parametrize("state", [terminal.State.DONE, terminal.State.SORRY])
def test_the_phone_is_forgotten_when_the_ticket_is_out_or_refused(state: Any) -> None:
    before = in_state(terminal, terminal.State.PRINTING)
    outcome = {terminal.State.DONE: terminal.TicketIssued("A001", 0), terminal.State.SORRY: terminal.TicketRefused("x")}
    after = terminal.after(before, outcome[state]).session
    assert (after.state, after.phone) == (state, "")


def test_taking_an_item_back_twice_cancels_once() -> None:
    depositing = in_state(locker_screen, locker_screen.State.DEPOSITING)
    first = locker_screen.after(depositing, locker_talk.TookItBack())
    assert first.effect == locker_talk.CancelDeposit(3)
    assert locker_screen.after(first.session, locker_talk.TookItBack()).effect is None


@pytest.mark.parametrize("phone", ["", "1381234567", "138123456789", "23812345678", "1381234567八", "+8613812345678"])
def test_what_is_no_mobile_number_goes_no_further(phone: str) -> None:
    asked = in_state(terminal, terminal.State.PHONE)
    assert terminal.after(asked, terminal.PhoneEntered(phone)).session.mistake == "phone"
    described = locker_talk.ItemDescribed("X1", "", "S", phone)
    after = locker_screen.after(in_state(locker_screen, locker_screen.State.DESCRIBE), described).session
    assert (after.state, after.mistake) == (locker_screen.State.DESCRIBE, "phone")


def test_a_phone_may_be_typed_with_spaces_and_hyphens() -> None:
    after = terminal.after(in_state(terminal, terminal.State.PHONE), terminal.PhoneEntered("138 1234-5678")).session
    assert (after.state, after.phone) == (terminal.State.CHECK, "13812345678")

"""The session at a bank's screen: a value, and a table of what each happening makes of it.

What a state does not know leaves the session as it is. Nothing here knows a clock, a door or a page; whoever calls
`after` does the effect and says what came of it. PINs and codes pass through as effects and are never kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from edge import phones
from edge.locker_talk import (
    CancelDeposit,
    CheckPin,
    CodeGiven,
    Confirmed,
    Deposit,
    DepositAbandoned,
    DepositCancelled,
    DepositChosen,
    DepositEnded,
    DoorOrdered,
    DoorRefused,
    Effect,
    Happening,
    ItemDescribed,
    ItemTaken,
    LanguageChosen,
    Left,
    PickUp,
    PickupChosen,
    PickupLapsed,
    PinGiven,
    StaffKnown,
    StaffRefused,
    TookItBack,
    WentBack,
)
from locker.pickup import is_code, is_number
from wire.happenings import Size


class State(StrEnum):
    HOME = "home"
    SIGN_IN = "sign_in"
    DESCRIBE = "describe"
    CHECK = "check"
    DEPOSITING = "depositing"
    DEPOSITED = "deposited"
    PICKUP = "pickup"
    COLLECTING = "collecting"
    COLLECTED = "collected"
    SORRY = "sorry"


@dataclass(frozen=True)
class Session:
    """Everything the screen knows of the person before it; `mistake` and `trouble` are words of `edge.sorry`."""

    state: State = State.HOME
    lang: str = "zh"
    badge: str = ""
    staff: str = ""
    item: str = ""
    label: str = ""
    size: Size = "S"
    phone: str = ""
    compartment: int = 0
    number: str = ""
    cancelling: bool = False
    mistake: str = ""
    trouble: str = ""
    tries_left: int = 0
    wait_s: int = 0


@dataclass(frozen=True)
class Step:
    session: Session
    effect: Effect | None = None


def after(session: Session, happening: Happening) -> Step:
    """Return the session after this, and what is to be done about it."""
    if isinstance(happening, LanguageChosen):
        return Step(replace(session, lang=happening.lang))
    change = TABLE.get((session.state, type(happening)))
    return change(session, happening) if change else Step(session)


# --- staff ---


def _to_sign_in(session: Session, _: DepositChosen) -> Step:
    return Step(Session(State.SIGN_IN, session.lang))


def _check_pin(session: Session, happening: PinGiven) -> Step:
    if not happening.badge or not happening.pin:
        return Step(replace(session, badge=happening.badge, mistake="pin_missing"))
    return Step(replace(session, badge=happening.badge, mistake=""), CheckPin(happening.badge, happening.pin))


def _sign_in(session: Session, happening: StaffKnown) -> Step:
    return Step(Session(State.DESCRIBE, session.lang, happening.badge, happening.name))


def _refuse_staff(session: Session, happening: StaffRefused) -> Step:
    if happening.wait_s:
        return _sorry(session, "staff_locked_out", wait_s=happening.wait_s)
    return Step(replace(session, mistake="pin"))


def _describe(session: Session, happening: ItemDescribed) -> Step:
    phone, item = phones.tidy(happening.phone), happening.item.strip()
    said = replace(session, item=item, label=happening.label.strip(), size=happening.size, phone=phone, mistake="")
    if not item:
        return Step(replace(said, mistake="item"))
    if not phones.is_mobile(phone):
        return Step(replace(said, mistake="phone"))
    return Step(replace(said, state=State.CHECK))


def _order_deposit(session: Session, _: Confirmed) -> Step:
    return Step(session, Deposit(session.item, session.label, session.size, session.phone, session.badge))


def _await_item(session: Session, happening: DoorOrdered) -> Step:
    """The phone is sealed on its way to the centre by now: the screen forgets it."""
    return Step(replace(session, state=State.DEPOSITING, phone="", compartment=happening.compartment))


def _refuse_deposit(session: Session, happening: DoorRefused) -> Step:
    return _sorry(session, happening.trouble)


def _take_back(session: Session, _: TookItBack) -> Step:
    if session.cancelling:
        return Step(session)
    return Step(replace(session, cancelling=True), CancelDeposit(session.compartment))


def _end_deposit(session: Session, happening: DepositEnded) -> Step:
    return Step(replace(session, state=State.DEPOSITED, number=happening.number))


def _abandon_deposit(session: Session, _: DepositAbandoned) -> Step:
    return _sorry(session, "deposit_door_stuck")


def _next_item(session: Session, _: object) -> Step:
    return Step(Session(State.DESCRIBE, session.lang, session.badge, session.staff))


# --- citizens ---


def _to_pickup(session: Session, _: PickupChosen) -> Step:
    return Step(Session(State.PICKUP, session.lang))


def _order_pickup(session: Session, happening: CodeGiven) -> Step:
    """What cannot be a code at all costs no try."""
    given = replace(session, number=happening.number, mistake="")
    if not is_number(happening.number) or not is_code(happening.code):
        return Step(replace(given, mistake="code_length"))
    return Step(given, PickUp(happening.number, happening.code))


def _await_taking(session: Session, happening: DoorOrdered) -> Step:
    return Step(Session(State.COLLECTING, session.lang, item=happening.item, compartment=happening.compartment))


def _refuse_code(session: Session, happening: DoorRefused) -> Step:
    """A wrong code is a slip of the finger while tries are left; everything else is worth an apology."""
    if happening.trouble == "wrong_code" and happening.tries_left:
        return Step(replace(session, mistake="code", tries_left=happening.tries_left))
    trouble = "locked_out" if happening.trouble == "wrong_code" else happening.trouble
    return _sorry(session, trouble, wait_s=happening.wait_s)


def _end_pickup(session: Session, _: ItemTaken) -> Step:
    return Step(Session(State.COLLECTED, session.lang, compartment=session.compartment))


def _lapse(session: Session, _: PickupLapsed) -> Step:
    return _sorry(session, "pickup_door_stuck")


# --- everybody ---


def _sorry(session: Session, trouble: str, wait_s: int = 0) -> Step:
    return Step(replace(session, state=State.SORRY, mistake="", trouble=trouble, wait_s=wait_s))


def _start_over(session: Session, _: WentBack) -> Step:
    return Step(Session(lang=session.lang))


def _change(session: Session, _: WentBack) -> Step:
    return Step(replace(session, state=State.DESCRIBE))


def _from_sorry(session: Session, happening: WentBack) -> Step:
    """A member of staff goes back to the item, which is still described: another size may be free."""
    if not session.staff:
        return _start_over(session, happening)
    return Step(replace(session, state=State.DESCRIBE, compartment=0, cancelling=False, trouble=""))


def _leave(_session: Session, _: Left) -> Step:
    return Step(Session())


TABLE: dict[tuple[State, type], Callable[[Session, Any], Step]] = {
    (State.HOME, PickupChosen): _to_pickup,
    (State.HOME, DepositChosen): _to_sign_in,
    (State.HOME, DoorRefused): _refuse_deposit,
    (State.SIGN_IN, PinGiven): _check_pin,
    (State.SIGN_IN, StaffKnown): _sign_in,
    (State.SIGN_IN, StaffRefused): _refuse_staff,
    (State.SIGN_IN, WentBack): _start_over,
    (State.DESCRIBE, ItemDescribed): _describe,
    (State.DESCRIBE, WentBack): _start_over,
    (State.CHECK, Confirmed): _order_deposit,
    (State.CHECK, DoorOrdered): _await_item,
    (State.CHECK, DoorRefused): _refuse_deposit,
    (State.CHECK, WentBack): _change,
    (State.DEPOSITING, TookItBack): _take_back,
    (State.DEPOSITING, DepositEnded): _end_deposit,
    (State.DEPOSITING, DepositAbandoned): _abandon_deposit,
    (State.DEPOSITING, DepositCancelled): _next_item,
    (State.DEPOSITED, DepositChosen): _next_item,
    (State.PICKUP, CodeGiven): _order_pickup,
    (State.PICKUP, DoorOrdered): _await_taking,
    (State.PICKUP, DoorRefused): _refuse_code,
    (State.PICKUP, WentBack): _start_over,
    (State.COLLECTING, ItemTaken): _end_pickup,
    (State.COLLECTING, PickupLapsed): _lapse,
    (State.SORRY, WentBack): _from_sorry,
    **{(state, Left): _leave for state in State},
}
"""Anybody may leave at any time, also before an open door: the bank goes on watching it, with or without a session."""

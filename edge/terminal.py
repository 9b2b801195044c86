"""The session at a terminal: a value, and a table of what each happening makes of it.

What a state does not know leaves the session as it is: a second press, a page from before, somebody's idea of a
request. Nothing here knows a clock, a printer or a page; who calls `after` does the effect and says what came of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from edge import phones


class State(StrEnum):
    HOME = "home"
    PHONE = "phone"
    CHECK = "check"
    PRINTING = "printing"
    DONE = "done"
    SORRY = "sorry"


# --- what happens ---


@dataclass(frozen=True)
class ServiceChosen:
    service: str


@dataclass(frozen=True)
class PhoneEntered:
    phone: str


class Confirmed:
    """The citizen read the check page and agreed."""


@dataclass(frozen=True)
class TicketIssued:
    """A slip came out; `ahead` people wait before this one, None where the centre could not be asked."""

    number: str
    ahead: int | None


@dataclass(frozen=True)
class TicketRefused:
    """No slip came out, and no number counts; `trouble` is a word of `edge.sorry`."""

    trouble: str


class WentBack:
    """One page back."""


class Left:
    """The citizen is done, or gone."""


@dataclass(frozen=True)
class LanguageChosen:
    lang: str


Happening = ServiceChosen | PhoneEntered | Confirmed | TicketIssued | TicketRefused | WentBack | Left | LanguageChosen

# --- what is to be done ---


@dataclass(frozen=True)
class TakeTicket:
    """Reserve a number and print it, once."""

    service: str
    phone: str
    lang: str


@dataclass(frozen=True)
class Session:
    """Everything a terminal knows of the person before it; `mistake` and `trouble` are words of `edge.sorry`."""

    state: State = State.HOME
    lang: str = "zh"
    service: str = ""
    phone: str = ""
    mistake: str = ""
    trouble: str = ""
    number: str = ""
    ahead: int | None = None


@dataclass(frozen=True)
class Step:
    session: Session
    effect: TakeTicket | None = None


def after(session: Session, happening: Happening) -> Step:
    """Return the session after this, and what is to be done about it."""
    if isinstance(happening, LanguageChosen):
        return Step(replace(session, lang=happening.lang))
    change = TABLE.get((session.state, type(happening)))
    return change(session, happening) if change else Step(session)


def _choose(session: Session, happening: ServiceChosen) -> Step:
    return Step(Session(State.PHONE, session.lang, happening.service))


def _enter_phone(session: Session, happening: PhoneEntered) -> Step:
    phone = phones.tidy(happening.phone)
    if not phones.is_mobile(phone):
        return Step(replace(session, phone=phone, mistake="phone"))
    return Step(replace(session, state=State.CHECK, phone=phone, mistake=""))


def _confirm(session: Session, _: Confirmed) -> Step:
    return Step(replace(session, state=State.PRINTING), TakeTicket(session.service, session.phone, session.lang))


def _issue(session: Session, happening: TicketIssued) -> Step:
    """The phone has done its work: from here on only its tail is needed, and that stands on the slip."""
    done = replace(session, state=State.DONE, phone="", number=happening.number, ahead=happening.ahead)
    return Step(done)


def _refuse(session: Session, happening: TicketRefused) -> Step:
    return Step(replace(session, state=State.SORRY, phone="", trouble=happening.trouble))


def _change_phone(session: Session, _: WentBack) -> Step:
    return Step(replace(session, state=State.PHONE))


def _start_over(session: Session, _: WentBack) -> Step:
    return Step(Session(lang=session.lang))


def _leave(_session: Session, _: Left) -> Step:
    return Step(Session())


TABLE: dict[tuple[State, type], Callable[[Session, Any], Step]] = {
    (State.HOME, ServiceChosen): _choose,
    (State.HOME, TicketRefused): _refuse,
    (State.HOME, Left): _leave,
    (State.PHONE, PhoneEntered): _enter_phone,
    (State.PHONE, WentBack): _start_over,
    (State.PHONE, Left): _leave,
    (State.CHECK, Confirmed): _confirm,
    (State.CHECK, WentBack): _change_phone,
    (State.CHECK, Left): _leave,
    (State.PRINTING, TicketIssued): _issue,
    (State.PRINTING, TicketRefused): _refuse,
    (State.DONE, Left): _leave,
    (State.SORRY, WentBack): _start_over,
    (State.SORRY, Left): _leave,
}
"""Nobody leaves while it prints: the slip would come out before the next person."""

"""The session at a bank's screen: the value that every page is a function of, and what all its people share.

Nothing here knows a clock, a door or a page; whoever applies a change does the effect and says what came of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from edge import locker_talk as talk
from edge.locker_asks import NOTHING, Draft, Effect


class State(StrEnum):
    HOME = "home"
    SIGN_IN = "sign_in"
    # a citizen
    PICKUP = "pickup"
    TAIL = "tail"
    CARD = "card"
    PAPERS = "papers"
    PAPERS_PHONE = "papers_phone"
    RECEIPT = "receipt"
    LOAN = "loan"
    LOAN_PHONE = "loan_phone"
    LENT = "lent"
    RETURN = "return"
    WHICH = "which"
    RETURNED = "returned"
    # anybody, before a door and after it
    CHECK = "check"
    DEPOSITING = "depositing"
    COLLECTING = "collecting"
    COLLECTED = "collected"
    SORRY = "sorry"
    # staff
    MENU = "menu"
    OTHER = "other"
    DESCRIBE = "describe"
    LEVEL = "level"
    DEPOSITED = "deposited"
    MINE = "mine"
    COLLECT = "collect"
    COMPARTMENTS = "compartments"
    COMPARTMENT = "compartment"
    WHY = "why"
    WITNESS = "witness"
    INSPECTING = "inspecting"
    # a courier
    COURIER = "courier"
    UNKNOWN = "unknown"
    DELIVERIES = "deliveries"
    SUMMARY = "summary"


@dataclass(frozen=True)
class Handled:
    """What a courier laid in (`taken`: took out) in this session."""

    item: str
    compartment: int
    taken: bool = False


@dataclass(frozen=True)
class Session:
    """Everything the screen knows of the person before it; `mistake` and `trouble` are words of `edge.sorry`.

    `role` is "", "staff" or "courier"; `badge` is kept beside a mistyped PIN too, before anybody is known. `draft` is
    what shall be laid in, `item` what is taken out or asked about, `asked` what a second person or a reason is needed
    for. `moved_from`: the compartment whose door did not open for
    the deposit. `back_to`: where the way back leads from an apology or a result.
    """

    state: State = State.HOME
    lang: str = "zh"
    low: bool = False
    badge: str = ""
    name: str = ""
    role: str = ""
    to: str = ""
    draft: Draft = NOTHING
    item: str = ""
    items: tuple[str, ...] = ()
    compartment: int = 0
    number: str = ""
    moved_from: int = 0
    cancelling: bool = False
    choices: tuple[talk.Found, ...] = ()
    handled: tuple[Handled, ...] = ()
    asked: str = ""
    why: str = ""
    gone: bool = False
    witness: str = ""
    page: int = 0
    back_to: State = State.HOME
    notice: str = ""
    mistake: str = ""
    trouble: str = ""
    tries_left: int = 0
    wait_s: int = 0

    @property
    def person(self) -> str:
        """How the record names who is signed in: "staff 1001"; empty for a citizen."""
        return f"{self.role} {self.badge}" if self.role else ""


@dataclass(frozen=True)
class Step:
    session: Session
    effect: Effect | None = None


Change = Callable[[Session, Any], Step]
Table = Mapping[tuple[State, type], Change]


def fresh(session: Session, state: State, **facts: Any) -> Session:
    """Return a session that knows nothing but the person: language, reach, who is signed in and what was handled."""
    return Session(
        state,
        session.lang,
        session.low,
        session.badge if session.role else "",
        session.name,
        session.role,
        handled=session.handled,
        **facts,
    )


def to(state: State, **facts: Any) -> Change:
    """Return the change that begins a page with nothing told yet."""
    return lambda session, _: Step(fresh(session, state, **facts))


def start_over(session: Session, _: object) -> Step:
    """Nobody is signed in any more; the language and a low reach stay."""
    return Step(Session(lang=session.lang, low=session.low))


def leave(_session: Session, _: object) -> Step:
    return Step(Session())


def mistaken(session: Session, mistake: str, **facts: Any) -> Step:
    """Say it beside the field; what was typed is kept."""
    return Step(replace(session, mistake=mistake, notice="", **facts))


def sorry(session: Session, trouble: str, back_to: State | None = None, wait_s: int = 0) -> Step:
    """Apologise on a page of its own."""
    back = home_of(session) if back_to is None else back_to
    after = replace(session, state=State.SORRY, mistake="", notice="", trouble=trouble, wait_s=wait_s, back_to=back)
    return Step(after)


def home_of(session: Session) -> State:
    """Return the page on which everything begins for who stands here."""
    return {"staff": State.MENU, "courier": State.COURIER}.get(session.role, State.HOME)


def refused(session: Session, happening: talk.DoorRefused) -> Step:
    """Apologise, and lead back to the page that asked."""
    return sorry(session, happening.trouble, session.state, happening.wait_s)


def turn_page(session: Session, _: talk.MoreAsked) -> Step:
    """Whoever shows the list begins again after its last page."""
    return Step(replace(session, page=session.page + 1, notice=""))

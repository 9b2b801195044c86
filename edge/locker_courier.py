"""What a courier does at a bank's screen: item after item into the lockers, and what is to be delivered out of them."""

from dataclasses import replace

from edge import locker_asks as ask
from edge import locker_talk as talk
from edge.locker_asks import Draft
from edge.locker_session import Session, State, Step, Table, fresh, mistaken, refused, sorry, to, turn_page
from edge.locker_staff import await_taking

_PLACES = {
    "courier": State.COURIER,
    "deliveries": State.DELIVERIES,
    "collect": State.DELIVERIES,
    "summary": State.SUMMARY,
}


def _lay_in(session: Session, happening: talk.CourierItem) -> Step:
    item = happening.item.strip()
    if not item:
        return mistaken(session, "item")
    asked = replace(session, draft=Draft(item=item), mistake="", notice="")
    return Step(asked, ask.DepositKnown(item, session.person))


def _lay_in_scanned(session: Session, happening: talk.Scanned) -> Step:
    return _lay_in(session, talk.CourierItem(happening.text[:64]))


def _begin(session: Session, happening: talk.DoorOrdered) -> Step:
    return Step(replace(session, state=State.DEPOSITING, compartment=happening.compartment, cancelling=False))


def _ask_about(session: Session, happening: talk.ItemUnknown) -> Step:
    return Step(replace(session, state=State.UNKNOWN, draft=Draft(item=happening.item)))


def _lay_in_unknown(session: Session, happening: talk.UnknownAccepted) -> Step:
    """An item that nobody announced goes where staff look at it, never to a citizen."""
    draft = replace(session.draft, size=happening.size, purpose="return" if happening.back else "quarantine")
    return Step(replace(session, draft=draft), ask.Deposit(draft, session.person))


def _refuse_item(session: Session, happening: talk.DoorRefused) -> Step:
    return sorry(session, happening.trouble, State.COURIER, happening.wait_s)


def _go(session: Session, happening: talk.MenuChosen) -> Step:
    return Step(fresh(session, _PLACES[happening.to])) if happening.to in _PLACES else Step(session)


def _collect(session: Session, happening: talk.CollectAsked) -> Step:
    return Step(replace(session, mistake="", notice=""), ask.Collect(happening.item, session.person, "courier"))


TABLE: Table = {
    (State.COURIER, talk.CourierItem): _lay_in,
    (State.COURIER, talk.Scanned): _lay_in_scanned,
    (State.COURIER, talk.DoorOrdered): _begin,
    (State.COURIER, talk.DoorRefused): _refuse_item,
    (State.COURIER, talk.ItemUnknown): _ask_about,
    (State.COURIER, talk.MenuChosen): _go,
    (State.COURIER, talk.MoreAsked): turn_page,
    (State.UNKNOWN, talk.UnknownAccepted): _lay_in_unknown,
    (State.UNKNOWN, talk.DoorOrdered): _begin,
    (State.UNKNOWN, talk.DoorRefused): _refuse_item,
    (State.UNKNOWN, talk.WentBack): to(State.COURIER),
    (State.DELIVERIES, talk.CollectAsked): _collect,
    (State.DELIVERIES, talk.DoorOrdered): await_taking,
    (State.DELIVERIES, talk.DoorRefused): refused,
    (State.DELIVERIES, talk.MenuChosen): _go,
    (State.DELIVERIES, talk.MoreAsked): turn_page,
    (State.DELIVERIES, talk.WentBack): to(State.COURIER),
    (State.SUMMARY, talk.MenuChosen): _go,
    (State.SUMMARY, talk.WentBack): to(State.COURIER),
}

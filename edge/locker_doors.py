"""The check page, the door that opens after it, and how that ends: for everybody who stands at a bank's screen."""

from dataclasses import replace

from edge import locker_asks as ask
from edge import locker_talk as talk
from edge.locker_asks import Draft
from edge.locker_session import Handled, Session, State, Step, Table, fresh, home_of, sorry

# --- check ---


def _order(session: Session, _: talk.Confirmed) -> Step:
    draft = session.draft
    if draft.purpose == "loan" and not session.role:
        return Step(session, ask.Lend(draft.item, draft.phone))
    return Step(session, ask.Deposit(draft, session.person))


def _begin(session: Session, happening: talk.DoorOrdered) -> Step:
    """Phone and address are sealed on their way to the centre by now: the screen forgets them."""
    draft = replace(session.draft, item=happening.item or session.draft.item, phone="", address="", holder="")
    going = replace(session, draft=draft, compartment=happening.compartment, moved_from=0, cancelling=False, mistake="")
    if draft.purpose == "loan" and not session.role:
        return Step(replace(going, state=State.COLLECTING, item=draft.item, items=(draft.label,)))
    return Step(replace(going, state=State.DEPOSITING))


def _refuse(session: Session, happening: talk.DoorRefused) -> Step:
    return sorry(session, happening.trouble, _described_in(session), happening.wait_s)


def _described_in(session: Session) -> State:
    if session.role == "staff":
        return State.DESCRIBE
    if session.role == "courier":
        return State.COURIER
    return {"papers": State.PAPERS_PHONE, "loan": State.LOAN_PHONE}.get(session.draft.purpose, State.HOME)


def _change(session: Session, _: talk.WentBack) -> Step:
    return Step(replace(session, state=_described_in(session)))


# --- laying in ---


def _take_back(session: Session, _: talk.TookItBack) -> Step:
    if session.cancelling:
        return Step(session)
    return Step(replace(session, cancelling=True, mistake=""), ask.CancelDeposit(session.compartment))


def _move(session: Session, happening: talk.DoorMoved) -> Step:
    return Step(replace(session, compartment=happening.compartment, moved_from=session.compartment, mistake=""))


def _end_deposit(session: Session, happening: talk.DepositEnded) -> Step:
    laid_in = Handled(session.draft.item, session.compartment)
    if session.role == "courier":
        after = fresh(session, State.COURIER, compartment=session.compartment, notice="laid_in")
        return Step(replace(after, handled=(*session.handled, laid_in)))
    ended = replace(session, number=happening.number, mistake="")
    if session.role:
        return Step(replace(ended, state=State.DEPOSITED))
    if session.draft.purpose == "papers":
        return Step(replace(ended, state=State.RECEIPT), ask.PrintReceipt(session.draft, session.lang))
    return Step(replace(ended, state=State.RETURNED))


def _abandon(session: Session, _: talk.DepositAbandoned) -> Step:
    return sorry(session, "deposit_door_stuck" if session.role else "papers_door_stuck", _described_in(session))


def _end_cancelled(session: Session, _: talk.DepositCancelled) -> Step:
    """Staff go on with another item; a citizen is back at the beginning."""
    if session.role == "staff":
        return Step(fresh(session, State.DESCRIBE, draft=Draft(purpose=session.draft.purpose)))
    return Step(fresh(session, home_of(session)))


def _claim(session: Session, _: talk.Misplaced) -> Step:
    """The giver says that the item lies inside: behind this door, or behind the one before, which was not seen open."""
    if session.cancelling:
        return Step(session)
    return Step(session, ask.ClaimDeposit(session.draft.item, session.moved_from or session.compartment))


def _claim_later(session: Session, happening: talk.Misplaced) -> Step:
    """Also when the screen has apologised already for a door that did not open."""
    if session.trouble not in ("deposit_door_stuck", "papers_door_stuck"):
        return Step(session)
    return _claim(session, happening)


def _believe(session: Session, _: talk.Acted) -> Step:
    return sorry(session, "door_unseen", _described_in(session))


def _refuse_to_believe(session: Session, _: talk.DoorRefused) -> Step:
    """The contact has seen the door: the page goes on by itself when it is shut."""
    return Step(replace(session, mistake="" if session.cancelling else "not_shut"))


def _close_first(session: Session, _: object) -> Step:
    """A courier is faster than the door: the next item has to wait for it."""
    return Step(replace(session, mistake="close_first")) if session.role == "courier" else Step(session)


# --- taking out ---


def _end_pickup(session: Session, _: talk.ItemTaken) -> Step:
    if session.role == "courier":
        taken = Handled(session.item, session.compartment, taken=True)
        after = fresh(session, State.DELIVERIES, compartment=session.compartment, notice="taken_out")
        return Step(replace(after, handled=(*session.handled, taken)))
    if session.role:
        return Step(fresh(session, State.COLLECTED, compartment=session.compartment, back_to=session.back_to))
    state = State.LENT if session.draft.purpose == "loan" else State.COLLECTED
    return Step(fresh(session, state, compartment=session.compartment, items=session.items))


def _lapse(session: Session, _: talk.PickupLapsed) -> Step:
    if session.role:
        return sorry(session, "collect_door_stuck", session.back_to)
    return sorry(session, "loan_door_stuck" if session.draft.purpose == "loan" else "pickup_door_stuck")


def _find_something_else(session: Session, _: talk.Misplaced) -> Step:
    return Step(session, ask.ReportWrongInside(session.item))


def _apologise(session: Session, _: talk.Acted) -> Step:
    """It is written down, and nothing counts as taken: leave it, close the door, call us."""
    return sorry(session, "wrong_inside", session.back_to if session.role else State.HOME)


def _apologise_too_late(session: Session, _: talk.DoorRefused) -> Step:
    """The door was closed before, or nobody saw it open: only people can say what lies there."""
    return sorry(session, "wrong_inside_late", session.back_to if session.role else State.HOME)


TABLE: Table = {
    (State.CHECK, talk.Confirmed): _order,
    (State.CHECK, talk.DoorOrdered): _begin,
    (State.CHECK, talk.DoorRefused): _refuse,
    (State.CHECK, talk.WentBack): _change,
    (State.DEPOSITING, talk.TookItBack): _take_back,
    (State.DEPOSITING, talk.DoorMoved): _move,
    (State.DEPOSITING, talk.DepositEnded): _end_deposit,
    (State.DEPOSITING, talk.DepositAbandoned): _abandon,
    (State.DEPOSITING, talk.DepositCancelled): _end_cancelled,
    (State.DEPOSITING, talk.Misplaced): _claim,
    (State.DEPOSITING, talk.Acted): _believe,
    (State.DEPOSITING, talk.DoorRefused): _refuse_to_believe,
    (State.DEPOSITING, talk.Scanned): _close_first,
    (State.DEPOSITING, talk.CourierItem): _close_first,
    (State.COLLECTING, talk.ItemTaken): _end_pickup,
    (State.COLLECTING, talk.PickupLapsed): _lapse,
    (State.COLLECTING, talk.Misplaced): _find_something_else,
    (State.COLLECTING, talk.Acted): _apologise,
    (State.COLLECTING, talk.DoorRefused): _apologise_too_late,
    (State.SORRY, talk.Misplaced): _claim_later,
    (State.SORRY, talk.Acted): _believe,
    (State.SORRY, talk.DoorRefused): _refuse,
}

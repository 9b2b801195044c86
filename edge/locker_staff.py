"""What staff do at a bank's screen: lay in, take back, collect, and look after the compartments.

Signing in is here for couriers too; who stands there is decided by the badge, not by the button.
"""

from dataclasses import replace
from typing import Any

from edge import locker_asks as ask
from edge import locker_talk as talk
from edge import phones
from edge.locker_asks import Draft
from edge.locker_session import (
    Change,
    Session,
    State,
    Step,
    Table,
    fresh,
    mistaken,
    refused,
    sorry,
    start_over,
    to,
    turn_page,
)

# --- sign in ---


def _check_pin(session: Session, happening: talk.PinGiven) -> Step:
    if not happening.badge or not happening.pin:
        return mistaken(session, "pin_missing", badge=happening.badge)
    return Step(replace(session, badge=happening.badge, mistake=""), ask.CheckPin(happening.badge, happening.pin))


def _scan_badge(session: Session, happening: talk.Scanned) -> Step:
    return Step(replace(session, badge=happening.text[:32], mistake=""))


def _sign_in(session: Session, happening: talk.StaffKnown) -> Step:
    known = replace(session, badge=happening.badge, name=happening.name, role=happening.role)
    if happening.role == "courier":
        return Step(fresh(known, State.COURIER))
    return Step(fresh(known, State.DESCRIBE if session.to == "deposit" else State.MENU))


def _refuse_staff(session: Session, happening: talk.StaffRefused) -> Step:
    if happening.wait_s:
        return sorry(session, "staff_locked_out", State.HOME, happening.wait_s)
    return mistaken(session, "pin")


# --- menu ---

_PLACES = {
    "menu": State.MENU,
    "other": State.OTHER,
    "mine": State.MINE,
    "collect": State.COLLECT,
    "compartments": State.COMPARTMENTS,
}
_DRAFTS = {"deposit": Draft(), "delivery": Draft(purpose="delivery"), "loan": Draft(purpose="loan")}


def _go(session: Session, happening: talk.MenuChosen) -> Step:
    if happening.to in _PLACES:
        return Step(fresh(session, _PLACES[happening.to]))
    if happening.to == "add":
        return Step(fresh(session, State.DESCRIBE, to="add"))
    if happening.to == "level" and session.state is State.CHECK and session.draft.purpose == "pickup":
        return Step(replace(session, state=State.LEVEL, mistake=""))
    if happening.to in _DRAFTS:
        return Step(fresh(session, State.DESCRIBE, draft=_DRAFTS[happening.to]))
    return Step(session)


def _only_staff(change: Change) -> Change:
    """A page that others see too lets only staff do this."""

    def checked(session: Session, happening: Any) -> Step:
        return change(session, happening) if session.role == "staff" else Step(session)

    return checked


# --- lay in ---


def _describe(session: Session, happening: talk.ItemDescribed) -> Step:
    before = session.draft
    draft = replace(
        before,
        item=happening.item.strip(),
        label=happening.label.strip(),
        size=happening.size,
        phone=phones.tidy(happening.phone),
        level=before.level if happening.level is None else happening.level,
        holder=happening.holder if happening.level is not None else before.holder,
        into=happening.into.strip(),
        address=happening.address.strip(),
        low=happening.low or session.low,
    )
    said = replace(session, draft=draft, mistake="")
    missing = _missing(session, draft)
    return mistaken(said, missing) if missing else Step(replace(said, state=State.CHECK))


def _missing(session: Session, draft: Draft) -> str:
    if not draft.item:
        return "item"
    if session.to == "add" and not draft.into:
        return "into"
    if draft.purpose == "loan":
        return "" if draft.label else "article_name"
    if not phones.is_mobile(draft.phone):
        return "phone"
    if draft.purpose == "delivery" and not draft.address:
        return "address"
    return "id_number" if draft.level == 2 and not draft.holder else ""


def _scan_item(session: Session, happening: talk.Scanned) -> Step:
    return Step(replace(session, draft=replace(session.draft, item=happening.text[:64]), mistake=""))


def _choose_level(session: Session, happening: talk.LevelChosen) -> Step:
    draft = replace(session.draft, level=happening.level, holder=happening.holder)
    if draft.level == 2 and not draft.holder:
        return mistaken(session, "id_number")
    return Step(replace(session, state=State.CHECK, draft=draft, mistake=""))


def _to_check(session: Session, _: talk.WentBack) -> Step:
    return Step(replace(session, state=State.CHECK, mistake=""))


def _next_item(session: Session, _: object) -> Step:
    """The same kind again; of an added item, into the same compartment."""
    draft = Draft(purpose=session.draft.purpose, into=session.draft.into)
    return Step(fresh(session, State.DESCRIBE, draft=draft, to=session.to))


# --- take out ---


def _recall(session: Session, happening: talk.RecallAsked) -> Step:
    return Step(replace(session, mistake="", notice=""), ask.Collect(happening.item, session.person, "giver"))


def _collect(session: Session, happening: talk.CollectAsked) -> Step:
    return Step(replace(session, mistake="", notice=""), ask.Collect(happening.item, session.person, "staff"))


def await_taking(session: Session, happening: talk.DoorOrdered) -> Step:
    """The list that it was asked from is where one comes back to."""
    return Step(
        fresh(
            session,
            State.COLLECTING,
            item=happening.item,
            items=happening.items,
            compartment=happening.compartment,
            back_to=session.state,
        )
    )


def _back_to_list(session: Session, _: object) -> Step:
    return Step(fresh(session, session.back_to))


def _report(session: Session, happening: talk.Misplaced) -> Step:
    if not happening.note:
        return Step(replace(session, state=State.WHY, asked="misplaced", item=happening.item, back_to=State.MINE))
    return Step(session, ask.ReportMisplaced(happening.item, session.person, happening.note))


# --- compartments ---


def _choose_compartment(session: Session, happening: talk.CompartmentChosen) -> Step:
    return Step(fresh(session, State.COMPARTMENT, compartment=happening.compartment))


def _block(session: Session, happening: talk.BlockAsked) -> Step:
    asked = replace(session, asked="block", compartment=happening.compartment, notice="", back_to=State.COMPARTMENT)
    if not happening.why:
        return Step(replace(asked, state=State.WHY))
    return Step(asked, ask.Block(happening.compartment, happening.why, session.person))


def _unblock(session: Session, happening: talk.UnblockAsked) -> Step:
    asked = replace(session, asked="unblock", compartment=happening.compartment, notice="", back_to=State.COMPARTMENT)
    return Step(asked, ask.Unblock(happening.compartment, session.person))


def _inspect(session: Session, happening: talk.InspectAsked) -> Step:
    asked = replace(
        session,
        asked="inspect",
        compartment=happening.compartment,
        why=happening.why,
        notice="",
        back_to=State.COMPARTMENT,
    )
    if not happening.why:
        return Step(replace(asked, state=State.WHY))
    return Step(asked, ask.Inspect(happening.compartment, happening.why, session.person))


def _settle(session: Session, happening: talk.SettleAsked) -> Step:
    """Always on the word of two."""
    asked = replace(session, asked="settle", compartment=happening.compartment, gone=happening.gone)
    return Step(replace(asked, state=State.WITNESS, notice="", mistake="", back_to=State.COMPARTMENT))


def _refuse_act(session: Session, happening: talk.DoorRefused) -> Step:
    if happening.trouble == "needs_witness":
        return Step(replace(session, state=State.WITNESS, mistake=""))
    back = session.back_to if session.state in (State.WHY, State.WITNESS) else session.state
    return sorry(session, happening.trouble, back, happening.wait_s)


def _tell_done(session: Session, _: talk.Acted) -> Step:
    if session.state is State.MINE or session.asked == "misplaced":
        return Step(fresh(session, State.MINE, notice="misplaced"))
    return Step(fresh(session, State.COMPARTMENT, compartment=session.compartment, notice=session.asked))


def _back_from_why(session: Session, _: talk.WentBack) -> Step:
    return Step(fresh(session, session.back_to, compartment=session.compartment))


# --- with a second person ---


def _check_witness(session: Session, happening: talk.PinGiven) -> Step:
    given = replace(session, witness=happening.badge, mistake="")
    if not happening.badge or not happening.pin:
        return mistaken(given, "pin_missing")
    if happening.badge == session.badge:
        return mistaken(given, "same_person")
    return Step(given, ask.CheckPin(happening.badge, happening.pin))


def _scan_witness(session: Session, happening: talk.Scanned) -> Step:
    return Step(replace(session, witness=happening.text[:32], mistake=""))


def _act_with_witness(session: Session, happening: talk.StaffKnown) -> Step:
    if happening.role != "staff":
        return mistaken(session, "not_staff")
    if happening.badge == session.badge:
        return mistaken(session, "same_person")
    witness = f"{happening.role} {happening.badge}"
    if session.asked == "settle":
        return Step(session, ask.Settle(session.compartment, session.gone, session.person, witness))
    return Step(session, ask.Inspect(session.compartment, session.why, session.person, witness))


def _refuse_witness(session: Session, happening: talk.StaffRefused) -> Step:
    if happening.wait_s:
        return sorry(session, "staff_locked_out", session.back_to, happening.wait_s)
    return mistaken(session, "pin")


def _await_inspection(session: Session, happening: talk.DoorOrdered) -> Step:
    return Step(fresh(session, State.INSPECTING, compartment=happening.compartment, back_to=State.COMPARTMENT))


def _end_inspection(session: Session, _: talk.InspectionClosed) -> Step:
    return Step(fresh(session, State.COMPARTMENT, compartment=session.compartment, notice="inspected"))


def _lapse_inspection(session: Session, _: talk.InspectionLapsed) -> Step:
    return sorry(session, "collect_door_stuck", State.COMPARTMENT)


_ASKED_OF_COMPARTMENTS: dict[type, Change] = {
    talk.BlockAsked: _block,
    talk.UnblockAsked: _unblock,
    talk.InspectAsked: _inspect,
    talk.SettleAsked: _settle,
    talk.DoorOrdered: _await_inspection,
    talk.DoorRefused: _refuse_act,
    talk.Acted: _tell_done,
}
_SIGNED_IN = (
    State.MENU,
    State.OTHER,
    State.DESCRIBE,
    State.DEPOSITED,
    State.MINE,
    State.COLLECT,
    State.COMPARTMENTS,
    State.COMPARTMENT,
)
"""Pages from which staff may go anywhere."""

TABLE: Table = {
    (State.HOME, talk.StaffChosen): to(State.SIGN_IN, to="staff"),
    (State.HOME, talk.CourierChosen): to(State.SIGN_IN, to="courier"),
    (State.HOME, talk.DepositChosen): to(State.SIGN_IN, to="deposit"),
    (State.SIGN_IN, talk.PinGiven): _check_pin,
    (State.SIGN_IN, talk.Scanned): _scan_badge,
    (State.SIGN_IN, talk.StaffKnown): _sign_in,
    (State.SIGN_IN, talk.StaffRefused): _refuse_staff,
    (State.SIGN_IN, talk.WentBack): start_over,
    **{(state, talk.MenuChosen): _go for state in _SIGNED_IN},
    (State.CHECK, talk.MenuChosen): _only_staff(_go),
    (State.COLLECTED, talk.MenuChosen): _only_staff(_go),
    (State.MENU, talk.DepositChosen): to(State.DESCRIBE),
    (State.MENU, talk.WentBack): start_over,
    (State.OTHER, talk.WentBack): to(State.MENU),
    (State.DESCRIBE, talk.ItemDescribed): _describe,
    (State.DESCRIBE, talk.Scanned): _scan_item,
    (State.DESCRIBE, talk.WentBack): to(State.MENU),
    (State.LEVEL, talk.LevelChosen): _choose_level,
    (State.LEVEL, talk.WentBack): _to_check,
    (State.DEPOSITED, talk.DepositChosen): _next_item,
    (State.DEPOSITED, talk.NextAsked): _next_item,
    (State.DEPOSITED, talk.WentBack): to(State.MENU),
    (State.MINE, talk.RecallAsked): _recall,
    (State.MINE, talk.Misplaced): _report,
    (State.MINE, talk.DoorOrdered): await_taking,
    (State.MINE, talk.DoorRefused): refused,
    (State.MINE, talk.Acted): _tell_done,
    (State.MINE, talk.MoreAsked): turn_page,
    (State.MINE, talk.WentBack): to(State.MENU),
    (State.COLLECT, talk.CollectAsked): _collect,
    (State.COLLECT, talk.DoorOrdered): await_taking,
    (State.COLLECT, talk.DoorRefused): refused,
    (State.COLLECT, talk.MoreAsked): turn_page,
    (State.COLLECT, talk.WentBack): to(State.MENU),
    (State.COLLECTED, talk.NextAsked): _only_staff(_back_to_list),
    (State.COLLECTED, talk.WentBack): _only_staff(_back_to_list),
    (State.COMPARTMENTS, talk.CompartmentChosen): _choose_compartment,
    (State.COMPARTMENTS, talk.WentBack): to(State.MENU),
    **{
        (state, kind): change
        for state in (State.COMPARTMENTS, State.COMPARTMENT)
        for kind, change in _ASKED_OF_COMPARTMENTS.items()
    },
    (State.COMPARTMENT, talk.WentBack): to(State.COMPARTMENTS),
    (State.WHY, talk.BlockAsked): _block,
    (State.WHY, talk.InspectAsked): _inspect,
    (State.WHY, talk.Misplaced): _report,
    (State.WHY, talk.DoorOrdered): _await_inspection,
    (State.WHY, talk.DoorRefused): _refuse_act,
    (State.WHY, talk.Acted): _tell_done,
    (State.WHY, talk.WentBack): _back_from_why,
    (State.WITNESS, talk.PinGiven): _check_witness,
    (State.WITNESS, talk.Scanned): _scan_witness,
    (State.WITNESS, talk.StaffKnown): _act_with_witness,
    (State.WITNESS, talk.StaffRefused): _refuse_witness,
    (State.WITNESS, talk.DoorOrdered): _await_inspection,
    (State.WITNESS, talk.DoorRefused): _refuse_act,
    (State.WITNESS, talk.Acted): _tell_done,
    (State.WITNESS, talk.WentBack): _back_from_why,
    (State.INSPECTING, talk.InspectionClosed): _end_inspection,
    (State.INSPECTING, talk.InspectionLapsed): _lapse_inspection,
}

"""The session at the lockers' screen, enumerated: every state with every happening, and what it may never keep."""

from dataclasses import fields, replace
from typing import Any

import pytest

from edge import locker_asks as ask
from edge import locker_forms
from edge import locker_screen as core
from edge import locker_talk as talk
from edge.forms import Form
from edge.locker_asks import Draft
from edge.locker_session import Session, State

PHONE, CODE, PIN, ID_NUMBER = "13812345678", "87654321", "246810", "990000199003070021"

HAPPENINGS = {
    type(happening): happening
    for happening in (
        talk.PickupChosen(),
        talk.DepositChosen(),
        talk.PapersChosen(),
        talk.LoanChosen(),
        talk.ReturnChosen(),
        talk.StaffChosen(),
        talk.CourierChosen(),
        talk.LowAsked(),
        talk.Confirmed(),
        talk.TookItBack(),
        talk.NextAsked(),
        talk.MoreAsked(),
        talk.WentBack(),
        talk.Left(),
        talk.LanguageChosen("en"),
        talk.MenuChosen("compartments"),
        talk.PinGiven("1002", PIN),
        talk.Scanned("X9"),
        talk.CodeGiven("1000", CODE),
        talk.TailGiven("5678"),
        talk.CardShown(),
        talk.ItemDescribed("X1", "", "S", PHONE),
        talk.LevelChosen(1),
        talk.PapersDescribed("申请材料", PHONE),
        talk.ArticleChosen("bank-1", PHONE),
        talk.GivenBack("5678"),
        talk.CourierItem("X1"),
        talk.UnknownAccepted("M", back=False),
        talk.RecallAsked("X1"),
        talk.CollectAsked("X1"),
        talk.Misplaced("X1", "放进了别的格口"),
        talk.CompartmentChosen(4),
        talk.BlockAsked(4, "里面需要清洁"),
        talk.UnblockAsked(4),
        talk.InspectAsked(4, "清洁"),
        talk.SettleAsked(4, gone=True),
        talk.StaffKnown("1002", "李强"),
        talk.StaffRefused(),
        talk.DoorOrdered(3, "X1"),
        talk.DoorRefused("busy"),
        talk.CardMissing(),
        talk.ItemUnknown("X1"),
        talk.LoansFound((talk.Found("a", "充电宝"), talk.Found("b", "轮椅"))),
        talk.Acted(),
        talk.DoorMoved(5),
        talk.DepositEnded("1000"),
        talk.DepositAbandoned(),
        talk.DepositCancelled(),
        talk.ItemTaken(),
        talk.PickupLapsed(),
        talk.InspectionClosed(),
        talk.InspectionLapsed(),
    )
}

LIST = {talk.MoreAsked: "", talk.DoorOrdered: "collecting", talk.DoorRefused: "sorry"}
COMPARTMENTS = {
    talk.BlockAsked: "",
    talk.UnblockAsked: "",
    talk.InspectAsked: "",
    talk.SettleAsked: "witness",
    talk.DoorOrdered: "inspecting",
    talk.DoorRefused: "sorry",
    talk.Acted: "compartment",
}
NEXT: dict[str, dict[type, str]] = {
    "home": {
        talk.LowAsked: "",
        talk.PickupChosen: "pickup",
        talk.PapersChosen: "papers",
        talk.LoanChosen: "loan",
        talk.ReturnChosen: "return",
        talk.StaffChosen: "sign_in",
        talk.CourierChosen: "sign_in",
        talk.DepositChosen: "sign_in",
        talk.Scanned: "pickup",
        talk.DoorRefused: "sorry",
    },
    "sign_in": {
        talk.PinGiven: "",
        talk.Scanned: "",
        talk.StaffKnown: "menu",
        talk.StaffRefused: "",
        talk.WentBack: "home",
    },
    "pickup": {
        talk.CodeGiven: "",
        talk.Scanned: "",
        talk.DoorOrdered: "collecting",
        talk.DoorRefused: "sorry",
        talk.WentBack: "home",
    },
    "tail": {
        talk.TailGiven: "",
        talk.DoorOrdered: "collecting",
        talk.DoorRefused: "sorry",
        talk.WentBack: "pickup",
    },
    "card": {
        talk.CardShown: "",
        talk.CardMissing: "",
        talk.DoorOrdered: "collecting",
        talk.DoorRefused: "sorry",
        talk.WentBack: "pickup",
    },
    "papers": {talk.PapersDescribed: "check", talk.WentBack: "home"},
    "papers_phone": {talk.PapersDescribed: "check", talk.WentBack: "papers"},
    "receipt": {},
    "loan": {talk.ArticleChosen: "check", talk.MoreAsked: "", talk.WentBack: "home"},
    "loan_phone": {talk.ArticleChosen: "check", talk.WentBack: "loan"},
    "lent": {},
    "return": {
        talk.GivenBack: "",
        talk.Scanned: "",
        talk.LoansFound: "which",
        talk.DoorOrdered: "depositing",
        talk.DoorRefused: "sorry",
        talk.WentBack: "home",
    },
    "which": {
        talk.GivenBack: "",
        talk.LoansFound: "which",
        talk.MoreAsked: "",
        talk.DoorOrdered: "depositing",
        talk.DoorRefused: "sorry",
        talk.WentBack: "return",
    },
    "returned": {},
    "check": {
        talk.Confirmed: "",
        talk.DoorOrdered: "depositing",
        talk.DoorRefused: "sorry",
        talk.WentBack: "describe",
        talk.MenuChosen: "compartments",
    },
    "depositing": {
        talk.TookItBack: "",
        talk.DoorMoved: "",
        talk.DepositEnded: "deposited",
        talk.DepositAbandoned: "sorry",
        talk.DepositCancelled: "describe",
        talk.Misplaced: "",
        talk.Acted: "sorry",
        talk.DoorRefused: "",
        talk.Scanned: "",
        talk.CourierItem: "",
    },
    "collecting": {
        talk.ItemTaken: "collected",
        talk.PickupLapsed: "sorry",
        talk.Misplaced: "",
        talk.Acted: "sorry",
        talk.DoorRefused: "sorry",
    },
    "collected": {talk.NextAsked: "collect", talk.WentBack: "collect", talk.MenuChosen: "compartments"},
    "sorry": {talk.WentBack: "collect", talk.Misplaced: "", talk.Acted: "sorry", talk.DoorRefused: "sorry"},
    "menu": {talk.MenuChosen: "compartments", talk.DepositChosen: "describe", talk.WentBack: "home"},
    "other": {talk.MenuChosen: "compartments", talk.WentBack: "menu"},
    "describe": {
        talk.MenuChosen: "compartments",
        talk.ItemDescribed: "check",
        talk.Scanned: "",
        talk.WentBack: "menu",
    },
    "level": {talk.LevelChosen: "check", talk.WentBack: "check"},
    "deposited": {
        talk.MenuChosen: "compartments",
        talk.DepositChosen: "describe",
        talk.NextAsked: "describe",
        talk.WentBack: "menu",
    },
    "mine": {
        **LIST,
        talk.MenuChosen: "compartments",
        talk.RecallAsked: "",
        talk.Misplaced: "",
        talk.Acted: "mine",
        talk.WentBack: "menu",
    },
    "collect": {**LIST, talk.MenuChosen: "compartments", talk.CollectAsked: "", talk.WentBack: "menu"},
    "compartments": {
        **COMPARTMENTS,
        talk.MenuChosen: "compartments",
        talk.CompartmentChosen: "compartment",
        talk.WentBack: "menu",
    },
    "compartment": {**COMPARTMENTS, talk.MenuChosen: "compartments", talk.WentBack: "compartments"},
    "why": {
        talk.BlockAsked: "",
        talk.InspectAsked: "",
        talk.Misplaced: "",
        talk.DoorOrdered: "inspecting",
        talk.DoorRefused: "sorry",
        talk.Acted: "compartment",
        talk.WentBack: "collect",
    },
    "witness": {
        talk.PinGiven: "",
        talk.Scanned: "",
        talk.StaffKnown: "",
        talk.StaffRefused: "",
        talk.DoorOrdered: "inspecting",
        talk.DoorRefused: "sorry",
        talk.Acted: "compartment",
        talk.WentBack: "collect",
    },
    "inspecting": {talk.InspectionClosed: "compartment", talk.InspectionLapsed: "sorry"},
    "courier": {
        talk.CourierItem: "",
        talk.Scanned: "",
        talk.DoorOrdered: "depositing",
        talk.DoorRefused: "sorry",
        talk.ItemUnknown: "unknown",
        talk.MenuChosen: "",
        talk.MoreAsked: "",
    },
    "unknown": {
        talk.UnknownAccepted: "",
        talk.DoorOrdered: "depositing",
        talk.DoorRefused: "sorry",
        talk.WentBack: "courier",
    },
    "deliveries": {**LIST, talk.CollectAsked: "", talk.MenuChosen: "", talk.WentBack: "courier"},
    "summary": {talk.MenuChosen: "", talk.WentBack: "courier"},
}
"""By state, what each happening leads to: "" is the same page. A happening that is missing changes nothing at all."""

CITIZENS = [
    "home",
    "sign_in",
    "pickup",
    "tail",
    "card",
    "papers",
    "papers_phone",
    "receipt",
    "loan",
    "loan_phone",
    "lent",
    "return",
    "which",
    "returned",
]
COURIERS = ("courier", "unknown", "deliveries", "summary")


def in_state(state: State, **facts: Any) -> Session:
    """A session of whoever is most at home there: staff, where several are."""
    role = "" if state in CITIZENS else "courier" if state in COURIERS else "staff"
    signed_in = {"role": role, "badge": "1001", "name": "王敏"} if role else {}
    draft = Draft(item="X0", label="证件", phone=PHONE)
    known = {"draft": draft, "item": "X0", "compartment": 3, "back_to": State.COLLECT, **signed_in}
    return Session(state, **{**known, **facts})


CASES = [
    pytest.param(state, happening, id=f"{state}-{kind.__name__}")
    for state in State
    for kind, happening in HAPPENINGS.items()
]


@pytest.mark.parametrize(("state", "happening"), CASES)
def test_every_state_with_every_happening(state: State, happening: Any) -> None:
    before = in_state(state)
    step = core.after(before, happening)
    if isinstance(happening, talk.LanguageChosen):
        assert step == core.Step(replace(before, lang="en"))
    elif isinstance(happening, talk.Left):
        assert step == core.Step(Session())
    elif type(happening) in NEXT[state.value]:
        assert step.session.state == (NEXT[state.value][type(happening)] or state.value)
    else:
        assert step == core.Step(before)


def test_all_states_and_happenings_are_enumerated() -> None:
    assert set(HAPPENINGS) == set(talk.Happening.__args__)
    assert set(NEXT) == {state.value for state in State}
    named = {(state, kind) for state, kinds in NEXT.items() for kind in kinds}
    assert {(state.value, kind) for state, kind in core.TABLE if kind is not talk.Left} == named


@pytest.mark.parametrize("state", State)
def test_nothing_secret_stays_in_any_session(state: State) -> None:
    secrets = {
        talk.PinGiven: PIN,
        talk.CodeGiven: CODE,
        talk.TailGiven: "9081",
        talk.Scanned: "NCFOXN-SIGNED",
    }
    given = {**HAPPENINGS, talk.TailGiven: talk.TailGiven("9081"), talk.Scanned: talk.Scanned("NCFOXN-SIGNED")}
    shows_what_was_scanned = ("sign_in", "describe", "return", "witness", "courier")  # badges and item numbers
    for kind, secret in secrets.items():
        if not (kind is talk.Scanned and state.value in shows_what_was_scanned):
            assert secret not in repr(core.after(in_state(state), given[kind]).session)


def test_no_field_of_the_session_could_hold_a_pin_a_code_or_an_id_number() -> None:
    names = {field.name for each in (Session, Draft) for field in fields(each)}
    assert not names & {"pin", "code", "tail", "id_number", "qr", "claim"}
    assert "holder" in names


@pytest.mark.parametrize("role", ["", "staff", "courier"])
def test_phone_and_address_are_forgotten_when_the_door_is_ordered(role: str) -> None:
    draft = Draft(item="X0", phone=PHONE, address="幸福路 1 号", holder="aabbccddeeff", purpose="papers")
    before = in_state(State.CHECK, role=role, draft=draft)
    after = core.after(before, talk.DoorOrdered(3, "X0")).session
    assert (after.draft.phone, after.draft.address, after.draft.holder) == ("", "", "")


def asked_for(state: State, happening: Any, **facts: Any) -> Any:
    return core.after(in_state(state, **facts), happening).effect


def test_the_check_page_alone_lets_an_item_in_or_lends_one() -> None:
    for state in State:
        effect = asked_for(state, talk.Confirmed())
        assert isinstance(effect, ask.Deposit) is (state is State.CHECK)
    lend = asked_for(State.CHECK, talk.Confirmed(), role="", draft=Draft("bank-1", phone=PHONE, purpose="loan"))
    assert lend == ask.Lend("bank-1", PHONE)


def test_a_code_that_needs_more_proof_asks_for_it_and_goes_on_with_the_same_claim() -> None:
    pickup = in_state(State.PICKUP)
    for trouble, state in (("needs_tail", State.TAIL), ("needs_card", State.CARD)):
        asked = core.after(pickup, talk.DoorRefused(trouble)).session
        assert (asked.state, asked.trouble) == (state, "")
    assert asked_for(State.TAIL, talk.TailGiven("5678")) == ask.ProveTail("5678")
    assert isinstance(asked_for(State.CARD, talk.CardShown()), ask.ProveCard)


@pytest.mark.parametrize("tail", ["", "567", "56789", "五六七八", "abcd"])
def test_what_cannot_be_a_tail_costs_no_try(tail: str) -> None:
    step = core.after(in_state(State.TAIL), talk.TailGiven(tail))
    assert (step.effect, step.session.mistake) == (None, "tail_length")


@pytest.mark.parametrize(
    ("state", "trouble", "mistake"),
    [
        (State.PICKUP, "wrong_code", "code"),
        (State.TAIL, "wrong_tail", "tail"),
        (State.TAIL, "wrong_code", "tail"),
        (State.CARD, "wrong_card", "card"),
    ],
)
def test_a_slip_is_said_beside_the_field_while_tries_are_left(state: State, trouble: str, mistake: str) -> None:
    again = core.after(in_state(state), talk.DoorRefused(trouble, tries_left=2)).session
    assert (again.state, again.mistake, again.tries_left) == (state, mistake, 2)
    over = core.after(in_state(state), talk.DoorRefused(trouble, wait_s=60)).session
    assert (over.state, over.trouble, over.wait_s) == (State.SORRY, "locked_out", 60)


def test_a_qr_code_keeps_its_spaces_which_are_letters_of_base45() -> None:
    form = Form({"do": "scan", "qr": " 6BF5 "})
    assert locker_forms.read(form, lambda number: number) == talk.Scanned(" 6BF5 ")


def test_a_qr_code_at_home_is_a_pickup() -> None:
    step = core.after(Session(), talk.Scanned("QR"))
    assert (step.session.state, step.effect) == (State.PICKUP, ask.Present("QR"))


def test_who_needs_a_low_compartment_keeps_it_until_leaving() -> None:
    low = core.after(Session(), talk.LowAsked()).session
    papers = core.after(core.after(low, talk.PapersChosen()).session, talk.PapersDescribed("申请材料", PHONE)).session
    assert papers.draft.low
    assert core.after(core.after(papers, talk.WentBack()).session, talk.WentBack()).session.low
    assert not core.after(papers, talk.Left()).session.low


@pytest.mark.parametrize("phone", ["", "1381234567", "138123456789", "23812345678", "1381234567八", "+8613812345678"])
def test_what_is_no_mobile_number_goes_no_further(phone: str) -> None:
    for state, happening in (
        (State.DESCRIBE, talk.ItemDescribed("X1", "", "S", phone)),
        (State.PAPERS_PHONE, talk.PapersDescribed("申请材料", phone)),
        (State.LOAN_PHONE, talk.ArticleChosen("bank-1", phone)),
    ):
        after = core.after(in_state(state), happening).session
        assert (after.state, after.mistake) == (state, "phone")


def test_one_question_after_the_other_for_papers_and_loans() -> None:
    assert core.after(in_state(State.PAPERS), talk.PapersDescribed("申请材料")).session.state is State.PAPERS_PHONE
    assert core.after(in_state(State.LOAN), talk.ArticleChosen("bank-1")).session.state is State.LOAN_PHONE
    assert core.after(in_state(State.PAPERS), talk.PapersDescribed("")).session.mistake == "papers_kind"
    assert core.after(in_state(State.LOAN), talk.ArticleChosen("")).session.mistake == "article"


def test_the_badge_decides_who_stands_there_not_the_button() -> None:
    for button in (talk.StaffChosen(), talk.CourierChosen(), talk.DepositChosen()):
        signing = core.after(Session(), button).session
        courier = core.after(signing, talk.StaffKnown("2001", "陈波", "courier")).session
        assert (courier.state, courier.person) == (State.COURIER, "courier 2001")
        staff = core.after(signing, talk.StaffKnown("1001", "王敏")).session
        assert staff.person == "staff 1001"
        assert staff.state == (State.DESCRIBE if isinstance(button, talk.DepositChosen) else State.MENU)


def test_a_courier_gets_nowhere_that_is_for_staff() -> None:
    for state in (State.COURIER, State.DELIVERIES, State.SUMMARY, State.CHECK, State.COLLECTED):
        for place in ("compartments", "mine", "menu", "deposit", "level"):
            after = core.after(in_state(state, role="courier"), talk.MenuChosen(place)).session
            assert after.state is state


@pytest.mark.parametrize(
    ("place", "state", "purpose"),
    [
        ("menu", "menu", "pickup"),
        ("deposit", "describe", "pickup"),
        ("add", "describe", "pickup"),
        ("delivery", "describe", "delivery"),
        ("loan", "describe", "loan"),
        ("other", "other", "pickup"),
        ("mine", "mine", "pickup"),
        ("collect", "collect", "pickup"),
        ("compartments", "compartments", "pickup"),
        ("courier", "menu", "pickup"),
    ],
)
def test_the_menu_of_staff(place: str, state: str, purpose: str) -> None:
    before = Session(State.MENU, role="staff", badge="1001", name="王敏")
    after = core.after(before, talk.MenuChosen(place)).session
    assert (after.state, after.draft.purpose, after.person) == (state, purpose, "staff 1001")


@pytest.mark.parametrize(
    ("facts", "said", "mistake"),
    [
        ({}, talk.ItemDescribed(" ", "", "S", PHONE), "item"),
        ({"to": "add"}, talk.ItemDescribed("X1", "", "S", PHONE), "into"),
        ({"draft": Draft(purpose="loan")}, talk.ItemDescribed("X1", "", "S", ""), "article_name"),
        ({"draft": Draft(purpose="delivery")}, talk.ItemDescribed("X1", "", "S", PHONE), "address"),
        ({}, talk.ItemDescribed("X1", "", "S", PHONE, level=2), "id_number"),
        ({"draft": Draft(purpose="loan")}, talk.ItemDescribed("X1", "充电宝", "S", ""), ""),
        ({"draft": Draft(purpose="delivery")}, talk.ItemDescribed("X1", "", "S", PHONE, address="幸福路"), ""),
        ({}, talk.ItemDescribed("X1", "", "S", PHONE, level=2, holder="aabbccddeeff"), ""),
    ],
)
def test_what_staff_must_tell_of_an_item(facts: Any, said: Any, mistake: str) -> None:
    before = Session(State.DESCRIBE, role="staff", badge="1001", **facts)
    after = core.after(before, said).session
    assert (after.mistake, after.state) == (mistake, "describe" if mistake else "check")


def test_a_level_that_was_chosen_stays_when_the_item_is_corrected() -> None:
    check = Session(State.CHECK, role="staff", badge="1001", draft=Draft("X1", phone=PHONE))
    asked = core.after(core.after(check, talk.MenuChosen("level")).session, talk.LevelChosen(2, "aabbccddeeff")).session
    assert (asked.state, asked.draft.level, asked.draft.holder) == (State.CHECK, 2, "aabbccddeeff")
    corrected = core.after(
        core.after(asked, talk.WentBack()).session, talk.ItemDescribed("X2", "", "M", PHONE)
    ).session.draft
    assert (corrected.item, corrected.level, corrected.holder) == ("X2", 2, "aabbccddeeff")
    assert core.after(in_state(State.LEVEL), talk.LevelChosen(2)).session.mistake == "id_number"


def test_taking_an_item_back_twice_cancels_once() -> None:
    first = core.after(in_state(State.DEPOSITING), talk.TookItBack())
    assert first.effect == ask.CancelDeposit(3)
    assert core.after(first.session, talk.TookItBack()).effect is None


def test_how_a_deposit_ends_depends_on_who_made_it() -> None:
    ended = talk.DepositEnded("1000")
    papers = core.after(in_state(State.DEPOSITING, role="", draft=Draft("p", purpose="papers")), ended)
    assert (papers.session.state, papers.effect) == (
        State.RECEIPT,
        ask.PrintReceipt(Draft("p", purpose="papers"), "zh"),
    )
    loan = core.after(in_state(State.DEPOSITING, role="", draft=Draft("l", purpose="loan")), ended)
    assert (loan.session.state, loan.effect) == (State.RETURNED, None)
    courier = core.after(in_state(State.DEPOSITING, role="courier"), ended).session
    assert (courier.state, courier.notice, courier.compartment) == (State.COURIER, "laid_in", 3)
    assert [(each.item, each.compartment, each.taken) for each in courier.handled] == [("X0", 3, False)]


def test_a_courier_who_is_faster_than_the_door_is_told_to_close_it() -> None:
    for happening in (talk.Scanned("X9"), talk.CourierItem("X9")):
        step = core.after(in_state(State.DEPOSITING, role="courier"), happening)
        assert (step.effect, step.session.mistake) == (None, "close_first")


def test_an_unknown_item_goes_to_quarantine_or_back_and_never_to_a_citizen() -> None:
    for back, purpose in ((False, "quarantine"), (True, "return")):
        effect = asked_for(State.UNKNOWN, talk.UnknownAccepted("L", back))
        assert (effect.draft.purpose, effect.draft.size, effect.giver) == (purpose, "L", "courier 1001")


def test_a_giver_may_claim_a_deposit_whose_door_nobody_saw() -> None:
    assert asked_for(State.DEPOSITING, talk.Misplaced("")) == ask.ClaimDeposit("X0", 3)
    moved = core.after(in_state(State.DEPOSITING), talk.DoorMoved(5)).session
    assert (moved.compartment, moved.moved_from) == (5, 3)
    assert core.after(moved, talk.Misplaced("")).effect == ask.ClaimDeposit("X0", 3)
    assert asked_for(State.SORRY, talk.Misplaced(""), trouble="deposit_door_stuck") == ask.ClaimDeposit("X0", 3)
    assert asked_for(State.SORRY, talk.Misplaced(""), trouble="no_compartment") is None
    assert asked_for(State.DEPOSITING, talk.Misplaced(""), cancelling=True) is None


def test_who_finds_something_else_inside_says_so_and_is_told_what_happens_next() -> None:
    step = core.after(in_state(State.COLLECTING), talk.Misplaced(""))
    assert (step.session.state, step.effect) == (State.COLLECTING, ask.ReportWrongInside("X0"))
    for answer, trouble in ((talk.Acted(), "wrong_inside"), (talk.DoorRefused("too_late"), "wrong_inside_late")):
        after = core.after(step.session, answer).session
        assert (after.state, after.trouble) == (State.SORRY, trouble)


def test_a_reason_is_asked_for_before_anything_is_done() -> None:
    for state, happening in (
        (State.COMPARTMENT, talk.BlockAsked(3)),
        (State.COMPARTMENT, talk.InspectAsked(3)),
        (State.MINE, talk.Misplaced("X1")),
    ):
        step = core.after(in_state(state), happening)
        assert (step.session.state, step.effect) == (State.WHY, None)


def test_an_occupied_compartment_wants_a_second_person_who_is_another_one_and_staff() -> None:
    asked = core.after(in_state(State.COMPARTMENT), talk.InspectAsked(4, "清洁"))
    assert asked.effect == ask.Inspect(4, "清洁", "staff 1001", "")
    waiting = core.after(asked.session, talk.DoorRefused("needs_witness")).session
    assert waiting.state is State.WITNESS
    assert core.after(waiting, talk.PinGiven("1001", PIN)).session.mistake == "same_person"
    assert core.after(waiting, talk.StaffKnown("1001", "王敏")).session.mistake == "same_person"
    assert core.after(waiting, talk.StaffKnown("2001", "陈波", "courier")).session.mistake == "not_staff"
    step = core.after(waiting, talk.StaffKnown("1002", "李强"))
    assert step.effect == ask.Inspect(4, "清洁", "staff 1001", "staff 1002")
    assert step.session.person == "staff 1001"


@pytest.mark.parametrize("gone", [True, False])
def test_what_a_sensor_cannot_tell_is_settled_by_two(gone: bool) -> None:
    step = core.after(in_state(State.COMPARTMENT), talk.SettleAsked(4, gone))
    assert (step.session.state, step.effect) == (State.WITNESS, None)
    effect = core.after(step.session, talk.StaffKnown("1002", "李强")).effect
    assert effect == ask.Settle(4, gone, "staff 1001", "staff 1002")


def test_of_several_loans_the_borrower_says_which_and_of_one_the_door_opens() -> None:
    one, two = talk.Found("a", "充电宝"), talk.Found("b", "轮椅")
    assert asked_for(State.RETURN, talk.LoansFound((one,))) == ask.GiveBack("a", low=False)
    which = core.after(in_state(State.RETURN), talk.LoansFound((one, two)))
    assert (which.session.state, which.session.choices, which.effect) == (State.WHICH, (one, two), None)
    none = core.after(in_state(State.WHICH), talk.LoansFound(())).session
    assert (none.state, none.mistake) == (State.RETURN, "not_lent")


@pytest.mark.parametrize("role", ["staff", "courier"])
def test_an_apology_leads_back_to_the_page_that_asked(role: str) -> None:
    for state in (State.MINE, State.COLLECT) if role == "staff" else (State.COURIER, State.DELIVERIES, State.UNKNOWN):
        apologised = core.after(in_state(state), talk.DoorRefused("stuck", wait_s=5)).session
        back = core.after(apologised, talk.WentBack()).session
        assert back.role == role
        assert back.state == (State.COURIER if state is State.UNKNOWN else state)
        assert (back.trouble, back.wait_s) == ("", 0)


def test_a_citizen_begins_anew_after_an_apology() -> None:
    for state in (State.PICKUP, State.RETURN):
        apologised = core.after(in_state(state), talk.DoorRefused("stuck")).session
        assert core.after(apologised, talk.WentBack()).session == Session()

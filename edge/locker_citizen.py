"""What a citizen does at a bank's screen: fetch, hand in papers, borrow and give back."""

from dataclasses import replace

from edge import locker_asks as ask
from edge import locker_talk as talk
from edge import phones
from edge.locker_asks import Draft
from edge.locker_session import Session, State, Step, Table, mistaken, refused, sorry, start_over, to, turn_page
from locker.pickup import is_code, is_number

TAIL_DIGITS = 4

# --- home ---


def _ask_low(session: Session, _: talk.LowAsked) -> Step:
    return Step(replace(session, low=not session.low))


def _show_at_home(session: Session, happening: talk.Scanned) -> Step:
    """Who holds a QR code before the scanner wants to fetch something: no button is needed for that."""
    return _present(replace(session, state=State.PICKUP), happening)


# --- fetch ---


def _pick_up(session: Session, happening: talk.CodeGiven) -> Step:
    """What cannot be a code at all costs no try."""
    given = replace(session, number=happening.number, mistake="")
    if not is_number(happening.number) or not is_code(happening.code):
        return mistaken(given, "code_length")
    return Step(given, ask.PickUp(happening.number, happening.code))


def _present(session: Session, happening: talk.Scanned) -> Step:
    if not happening.text:
        return mistaken(session, "qr")
    return Step(replace(session, mistake=""), ask.Present(happening.text))


def _prove_tail(session: Session, happening: talk.TailGiven) -> Step:
    if len(happening.tail) != TAIL_DIGITS or not happening.tail.isdecimal():
        return mistaken(session, "tail_length")
    return Step(replace(session, mistake=""), ask.ProveTail(happening.tail))


def _prove_card(session: Session, _: talk.CardShown) -> Step:
    return Step(replace(session, mistake=""), ask.ProveCard())


def _miss_card(session: Session, happening: talk.CardMissing) -> Step:
    return mistaken(session, happening.mistake)


def _await_taking(session: Session, happening: talk.DoorOrdered) -> Step:
    """From here on the screen knows the item and its door, and nothing of whose it is."""
    return Step(
        Session(
            State.COLLECTING,
            session.lang,
            session.low,
            item=happening.item,
            items=happening.items,
            compartment=happening.compartment,
        )
    )


_MORE_PROOF = {"needs_tail": State.TAIL, "needs_card": State.CARD}
_SLIPS = {"wrong_code": "code", "wrong_tail": "tail", "wrong_card": "card"}


def _refuse_claim(session: Session, happening: talk.DoorRefused) -> Step:
    """A wrong code is a slip of the finger until it costs a wait; everything else is worth an apology."""
    trouble = happening.trouble
    if trouble in _MORE_PROOF and session.state is not _MORE_PROOF[trouble]:
        return Step(replace(session, state=_MORE_PROOF[trouble], mistake=""))
    if trouble in _SLIPS and not happening.wait_s:
        return mistaken(session, _slip(session, trouble), tries_left=happening.tries_left)
    return sorry(session, "locked_out" if trouble in _SLIPS else trouble, State.HOME, happening.wait_s)


def _slip(session: Session, trouble: str) -> str:
    """The bank may say only that something was wrong: what was typed last on this page was."""
    return {State.TAIL: "tail", State.CARD: "card"}.get(session.state, _SLIPS[trouble])


def _to_pickup(session: Session, _: talk.WentBack) -> Step:
    """The claim is forgotten; the number may stay where it was typed."""
    return Step(replace(session, state=State.PICKUP, mistake=""))


# --- hand in papers ---


def _describe_papers(session: Session, happening: talk.PapersDescribed) -> Step:
    """The kind of papers is one question, the phone the next."""
    phone = phones.tidy(happening.phone or "")
    label, case = happening.label.strip(), happening.case.strip()
    draft = Draft(label=label, phone=phone, purpose="papers", case=case, low=session.low)
    said = replace(session, draft=draft, mistake="")
    if not label:
        return mistaken(said, "papers_kind")
    if happening.phone is None:
        return Step(replace(said, state=State.PAPERS_PHONE))
    if not phones.is_mobile(phone):
        return mistaken(said, "phone", state=State.PAPERS_PHONE)
    return Step(replace(said, state=State.CHECK))


def _to_papers(session: Session, _: talk.WentBack) -> Step:
    return Step(replace(session, state=State.PAPERS, mistake=""))


# --- borrow and give back ---


def _choose_article(session: Session, happening: talk.ArticleChosen) -> Step:
    phone = phones.tidy(happening.phone or "")
    said = replace(session, draft=Draft(item=happening.item, phone=phone, purpose="loan"), mistake="")
    if not happening.item:
        return mistaken(said, "article")
    if happening.phone is None:
        return Step(replace(said, state=State.LOAN_PHONE))
    if not phones.is_mobile(phone):
        return mistaken(said, "phone", state=State.LOAN_PHONE)
    return Step(replace(said, state=State.CHECK))


def _to_loan(session: Session, _: talk.WentBack) -> Step:
    return Step(replace(session, state=State.LOAN, draft=Draft(), mistake=""))


def _find_loans(session: Session, happening: talk.GivenBack) -> Step:
    said = happening.item.strip()
    if not said:
        return mistaken(session, "give_back")
    return Step(replace(session, item=said, mistake=""), ask.FindLoans(said))


def _find_scanned(session: Session, happening: talk.Scanned) -> Step:
    return _find_loans(session, talk.GivenBack(happening.text))


def _choose_loan(session: Session, happening: talk.LoansFound) -> Step:
    """One article needs no question; of several the borrower says which."""
    if not happening.loans:
        return mistaken(session, "not_lent", state=State.RETURN)
    if len(happening.loans) > 1:
        return Step(replace(session, state=State.WHICH, choices=happening.loans, page=0))
    (loan,) = happening.loans
    draft = Draft(item=loan.item, label=loan.label, purpose="loan", low=session.low)
    return Step(replace(session, draft=draft), ask.GiveBack(loan.item, session.low))


def _await_return(session: Session, happening: talk.DoorOrdered) -> Step:
    return Step(replace(session, state=State.DEPOSITING, item="", choices=(), compartment=happening.compartment))


TABLE: Table = {
    (State.HOME, talk.LowAsked): _ask_low,
    (State.HOME, talk.PickupChosen): to(State.PICKUP),
    (State.HOME, talk.PapersChosen): to(State.PAPERS),
    (State.HOME, talk.LoanChosen): to(State.LOAN),
    (State.HOME, talk.ReturnChosen): to(State.RETURN),
    (State.HOME, talk.Scanned): _show_at_home,
    (State.HOME, talk.DoorRefused): refused,
    (State.PICKUP, talk.CodeGiven): _pick_up,
    (State.PICKUP, talk.Scanned): _present,
    (State.PICKUP, talk.DoorOrdered): _await_taking,
    (State.PICKUP, talk.DoorRefused): _refuse_claim,
    (State.PICKUP, talk.WentBack): start_over,
    (State.TAIL, talk.TailGiven): _prove_tail,
    (State.TAIL, talk.DoorOrdered): _await_taking,
    (State.TAIL, talk.DoorRefused): _refuse_claim,
    (State.TAIL, talk.WentBack): _to_pickup,
    (State.CARD, talk.CardShown): _prove_card,
    (State.CARD, talk.CardMissing): _miss_card,
    (State.CARD, talk.DoorOrdered): _await_taking,
    (State.CARD, talk.DoorRefused): _refuse_claim,
    (State.CARD, talk.WentBack): _to_pickup,
    (State.PAPERS, talk.PapersDescribed): _describe_papers,
    (State.PAPERS, talk.WentBack): start_over,
    (State.PAPERS_PHONE, talk.PapersDescribed): _describe_papers,
    (State.PAPERS_PHONE, talk.WentBack): _to_papers,
    (State.LOAN, talk.ArticleChosen): _choose_article,
    (State.LOAN, talk.MoreAsked): turn_page,
    (State.LOAN, talk.WentBack): start_over,
    (State.LOAN_PHONE, talk.ArticleChosen): _choose_article,
    (State.LOAN_PHONE, talk.WentBack): _to_loan,
    (State.RETURN, talk.GivenBack): _find_loans,
    (State.RETURN, talk.Scanned): _find_scanned,
    (State.RETURN, talk.LoansFound): _choose_loan,
    (State.RETURN, talk.DoorOrdered): _await_return,
    (State.RETURN, talk.DoorRefused): refused,
    (State.RETURN, talk.WentBack): start_over,
    (State.WHICH, talk.GivenBack): _find_loans,
    (State.WHICH, talk.LoansFound): _choose_loan,
    (State.WHICH, talk.DoorOrdered): _await_return,
    (State.WHICH, talk.DoorRefused): refused,
    (State.WHICH, talk.MoreAsked): turn_page,
    (State.WHICH, talk.WentBack): to(State.RETURN),
}

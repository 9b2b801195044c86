"""The lockers: what is laid in, what is taken out, and whom to tell."""

from sqlalchemy import select, update

from central import schema
from central.cases import open_case
from central.chain import MISSING
from central.gathered import Item
from central.notices import Facts, Kind
from central.people import token_mark
from central.projections.told import Told
from central.sql import insert
from wire import happenings as h


def deposit_begun(told: Told, news: h.DepositBegun) -> None:
    item = told.change(news.item, "arriving")
    told.items.brought(news.item, news.giver, told.entry, told.at)
    item.label, item.compartment, item.size, item.number = news.label, news.compartment, news.size, news.number
    item.issue, item.giver, item.purpose, item.level, item.holder = 0, news.giver, news.purpose, news.level, news.holder
    item.joined, item.file, item.owner_card = news.into, news.case, news.holder
    item.address = told.keep_address(news.item, news.address)
    item.person, item.principal, item.reminded, item.misplaced = told.keep(news.phone), None, 0, False
    item.mark = token_mark(told.people.token(told.device, news.item, item.person)) if item.person else ""


def deposit_moved(told: Told, news: h.DepositMoved) -> None:
    told.change(news.item, "arriving").compartment = news.to


def deposited(told: Told, news: h.Deposited) -> None:
    item = told.change(news.item, "waiting")
    item.number, item.issue, item.compartment, item.deposited = news.number, news.issue, news.compartment, told.at
    item.due = 0
    if news.purpose == "loan":
        _given_back(told, item)
    elif news.purpose == "papers":
        _tell(told, item, "papers")
    elif news.purpose == "pickup":
        _tell(told, item, "added" if item.joined else "pickup")


def deposit_abandoned(told: Told, news: h.DepositAbandoned) -> None:
    told.change(news.item, "abandoned")


def pickup_reserved(told: Told, news: h.PickupReserved) -> None:
    item = told.change(news.item, "leaving")
    if news.by == "loan":
        item.person, item.due = told.keep(news.phone), news.due


def pickup_lapsed(told: Told, news: h.PickupLapsed) -> None:
    told.change(news.item, "waiting")


def taken(told: Told, news: h.Taken) -> None:
    item = told.change(news.item, "taken")
    if item.purpose == "loan" and news.due:
        _lent(told, item, news)
    item.person, item.principal = item.principal or item.person, None  # a proxy's right ends with the bank
    kind = _TAKEN.get((item.purpose, news.receiver.partition(" ")[0]))
    if kind:
        _tell(told, item, kind)


_TAKEN: dict[tuple[str, str], Kind] = {
    ("pickup", "citizen"): "taken",
    ("pickup", "staff"): "recalled",
    ("papers", "staff"): "papers_taken",
    ("delivery", "courier"): "delivering",
    ("delivery", "staff"): "recalled",
    ("loan", "citizen"): "lent",
}
"""Who is told what, by why it lay there and who took it; of the rest nobody is told."""


def _tell(told: Told, item: Item, kind: Kind) -> None:
    facts, whose = facts_of(item, at=told.at), item.principal or item.person  # a proxy fetches, the item is another's
    told.notify(kind, facts, whose)


def facts_of(item: Item, at: int = 0) -> Facts:
    """Return what a text about an item is filled with; `at`: of what it tells."""
    return Facts(
        item.number, device=item.device, item=item.item, issue=item.issue, compartment=item.compartment,
        label=item.label, at=at, due=item.due,
    )  # fmt: skip


# --- loans ---


def _lent(told: Told, item: Item, news: h.Taken) -> None:
    item.due = news.due
    new = insert(schema.loan).values(
        device=told.device, item=news.item, label=item.label, receiver=news.receiver, person=item.person,
        lent=told.at, due=news.due,
    )  # fmt: skip
    told.do(new.on_conflict_do_nothing())


def _given_back(told: Told, item: Item) -> None:
    mine = (schema.loan.c.device == told.device) & (schema.loan.c.item == item.item)
    ended = update(schema.loan).where(mine, schema.loan.c.returned.is_(None)).values(returned=told.at)
    row = told.do(ended.returning(schema.loan.c.person)).one_or_none()
    if row:
        told.notify("returned", facts_of(item, at=told.at), row.person)


# --- new codes ---


def reissued(told: Told, news: h.Reissued) -> None:
    """Tell the new code only now: until the bank has taken the order, the old one opens."""
    item = told.items.item(news.item)
    item.number, item.issue = news.number, news.issue
    item.holder = news.holder or item.holder
    if news.holder and news.why != "proxy":
        item.owner_card = news.holder
    if news.why == "proxy_revoked" and item.person:
        _owners_again(item)
    elif news.phone:
        _fetched_by(told, item, told.keep(news.phone), proxy=news.why == "proxy")
    told.work.tell("handovers")
    if news.why == "redirected" or item.misplaced:
        return  # told with the way that it goes, or when it is known where it lies
    kind: Kind = "proxy" if news.why == "proxy" else "reissued"
    told.notify(kind, facts_of(item, at=told.at), item.person)


def redirected(told: Told, news: h.Redirected) -> None:
    """Tell the citizen which way the item goes now; to whoever comes for it again, the code that opens."""
    item = told.items.item(news.item)
    item.purpose = news.purpose
    if news.purpose == "pickup":
        item.address = None
    _tell(told, item, "redirected" if news.purpose == "delivery" else "pickup_again")
    told.work.tell("handovers")


def _owners_again(item: Item) -> None:
    """Whose it was all the time keeps their page, also where the bank never heard of the proxy."""
    item.person, item.principal = item.principal or item.person, None


def _fetched_by(told: Told, item: Item, person: str | None, *, proxy: bool) -> None:
    """Let somebody else fetch an item; the page of the one it was laid in for stays theirs."""
    if proxy:
        item.principal = item.principal or item.person
        item.person = person
    else:
        item.person, item.principal = item.principal or person, None
    whose = item.principal or item.person  # a phone that was wrong loses the page as well
    item.mark = token_mark(told.people.token(told.device, item.item, whose)) if whose else ""


# --- what does not add up ---


def door_forced(told: Told, news: h.DoorForced) -> None:
    """A break-in where something lies is more than an alarm: somebody has to look whether it still does."""
    told.items.write()
    here = (schema.item.c.device == told.device) & (schema.item.c.compartment == news.compartment)
    inside = select(schema.item.c.item).where(here, schema.item.c.state.in_(("waiting", "leaving")))
    for (item,) in told.do(inside).all():
        open_case(told.work, "tampered", told.device, item=item, about=f"door {news.compartment}")


def misplacement_reported(told: Told, news: h.MisplacementReported) -> None:
    item = told.items.item(news.item)
    item.misplaced = item.flagged = True
    open_case(
        told.work, "misplaced", told.device, item=news.item, about=f"door {news.compartment}",
        detail=f"{news.by}: {news.note}",
    )  # fmt: skip


def corrected(told: Told, news: h.Corrected) -> None:
    """Two people looked, and a bank does not have what it should: its citizen is told, and nobody is sent there."""
    item = told.items.known(news.item)
    if news.custodian == MISSING and item is not None and item.state == "waiting":
        told.change(news.item, "missing")
        _tell(told, item, "missing")

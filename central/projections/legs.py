"""Custody at the centre: every leg of every journal is followed; what does not add up becomes a case."""

from central.cases import close_about, open_case
from central.chain import follow
from central.gathered import Custodian, Item
from central.projections.told import Told
from wire.happenings import Happening
from wire.legs import Leg, leg_of


def leg_told(told: Told, happening: Happening) -> None:
    """Follow the leg that this happening is, if it is one."""
    leg = leg_of(told.device, happening)
    if leg is None:
        return
    item = told.items.item(leg.item)
    leg = leg._replace(giver=leg.giver or _giver(item, leg))
    chain, verdict = follow(item.chain, leg, told.digest, bank=f"bank {told.device}")
    item.follow(chain, told.at)
    _keep(told, leg)
    if verdict.wrong:
        item.flagged = True
        open_case(told.work, "contradiction", told.device, item=leg.item, about=leg.place, detail=verdict.wrong)
    elif leg.kind == "release":
        item.flagged = False  # from here on it is this leg that may stay alone
    elif item.flagged or item.misplaced:
        _explain(told, item, leg)
    if leg.kind == "release" and not verdict.wrong and not told.items.custodian(leg.item).startswith("bank "):
        _hand(told, leg, leg.giver)  # whoever gives it has it, however it came back
    if verdict.custodian is not None:
        _hand(told, leg, verdict.custodian)
        if leg.kind == "accept":
            _handed_over(told, item, leg)


def _explain(told: Told, item: Item, leg: Leg) -> None:
    """Where a bank keeps an item after all, nobody knows yet whether what lies there is the right one."""
    doubted = item.misplaced and leg.kind == "withdraw" and leg.giver == f"bank {told.device}"
    item.flagged = item.misplaced = doubted
    if doubted:
        close_about(told.work, told.device, leg.item, leg.kind, ("lone_leg",))
    else:
        close_about(told.work, told.device, leg.item, leg.kind)


def _giver(item: Item, leg: Leg) -> str:
    """Return who gives, where an older device or a withdrawal does not say so."""
    return "" if leg.kind == "correct" else item.giver


def _keep(told: Told, leg: Leg) -> None:
    told.items.leg(
        device=told.device, epoch=told.entry.epoch, seq=told.entry.seq, digest=told.digest, at=told.at,
        **leg._asdict(),
    )  # fmt: skip


def _hand(told: Told, leg: Leg, custodian: str) -> None:
    """Let somebody have it; where no clock tells which journal speaks last, people have to look."""
    said, sure = told.entry, told.entry.clock == "good"
    known = told.items.hand(Custodian(leg.item, custodian, told.device, said.epoch, said.seq, told.at, sure), leg.giver)
    if not known:
        open_case(told.work, "contradiction", told.device, item=leg.item, about=leg.place, detail="unsure clock")
    told.work.tell("handovers")


def _handed_over(told: Told, item: Item, leg: Leg) -> None:
    told.items.handover(
        device=told.device, epoch=told.entry.epoch, seq=told.entry.seq, item=leg.item, label=item.label,
        giver=leg.giver, receiver=leg.receiver, compartment=item.compartment, at=told.at, purpose=item.purpose,
        place=leg.place,
    )  # fmt: skip

"""What a session at the lockers' screen wants done: asked of the bank, the staff file, the manifests and the reader."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import structlog

from edge import locker_asks as ask
from edge import locker_talk as talk
from edge.locker_asks import Draft, Effect
from edge.lockers import LockerRefused, Lockers
from edge.staff import StaffRefused
from edge.zone import Zone
from locker.parcel import Parcel
from locker.step import Open, Step
from locker.tries import FREE, Tries
from wire.errors import BadConfig, DeviceFault
from wire.seal import seal

SCREEN = "locker"
"""The name under which the bank counts the wrong codes of this screen; a zone has one."""

BEGUN = 16
"""Deposits that are remembered as they were begun, for givers who say that a door was not seen."""

SETTLED_BY_SIGHT = "两人现场查看"

Claim = ask.PickUp | ask.Present
"""What was claimed before more proof was asked for; whoever keeps it drops it as soon as the answer is there."""

log = structlog.get_logger()


class Acts:
    """Each effect is done once, and answered with what came of it; None where the door itself will tell."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._begun: dict[str, Parcel] = {}
        self._doing: dict[type, Callable[[Any], Awaitable[talk.Happening | None]]] = {
            ask.CheckPin: self._check_pin,
            ask.Deposit: self._deposit,
            ask.ClaimDeposit: self._claim_deposit,
            ask.CancelDeposit: self._cancel_deposit,
            ask.DepositKnown: self._deposit_known,
            ask.PickUp: self._pick_up,
            ask.Present: self._present,
            ask.Collect: self._collect,
            ask.Lend: self._lend,
            ask.FindLoans: self._find_loans,
            ask.GiveBack: self._give_back,
            ask.ReportMisplaced: self._report_misplaced,
            ask.ReportWrongInside: self._report_wrong_inside,
            ask.Block: self._block,
            ask.Unblock: self._unblock,
            ask.Inspect: self._inspect,
            ask.Settle: self._settle,
        }

    async def do(self, effect: Effect, claim: Claim | None) -> talk.Happening | None:
        """Return what came of it."""
        try:
            if isinstance(effect, ask.ProveTail):
                return await self._prove(claim, tail=effect.tail)
            if isinstance(effect, ask.ProveCard):
                return await self._prove_card(claim)
            return await self._doing[type(effect)](effect)
        except LockerRefused as refused:
            return self._refused(refused, by_qr=isinstance(claim, ask.Present))
        except DeviceFault as fault:
            log.error("lockers out of order", why=str(fault))  # noqa: TRY400
            return talk.DoorRefused("out_of_order")

    def commit(self, id_number: str) -> str:
        """Return what a deposit keeps in place of an ID number; "" in a zone without lockers."""
        return self._zone.lockers.holder(id_number) if self._zone.lockers else ""

    @property
    def _lockers(self) -> Lockers:
        if self._zone.lockers is None:
            raise LockerRefused("board_silent")
        return self._zone.lockers

    def _refused(self, refused: LockerRefused, *, by_qr: bool) -> talk.Happening:
        """Wrong codes at this screen cost a wait; whoever shows a QR code has no part in them."""
        if by_qr:
            return talk.DoorRefused(refused.reason, wait_s=refused.wait_s)
        tries = self._lockers.bank.tries.get(SCREEN, Tries())
        before_a_wait = max(0, FREE + 1 - tries.wrong)
        return talk.DoorRefused(refused.reason, before_a_wait, max(refused.wait_s, self._lockers.wait_s(SCREEN)))

    # --- people ---

    async def _check_pin(self, effect: ask.CheckPin) -> talk.Happening:
        try:
            person = await self._zone.staff.sign_in(effect.badge, effect.pin)
        except StaffRefused as refused:
            return talk.StaffRefused(refused.wait_s)
        except BadConfig as mistakes:
            log.error("staff.toml", why=str(mistakes))  # noqa: TRY400
            return talk.StaffRefused()
        return talk.StaffKnown(person.badge, person.name, person.role)

    # --- laying in ---

    async def _deposit(self, effect: ask.Deposit) -> talk.Happening:
        draft = effect.draft if effect.draft.item else replace(effect.draft, item=f"papers-{secrets.token_hex(8)}")
        return await self._lay_in(self._parcel(draft, effect.giver))

    async def _lay_in(self, parcel: Parcel) -> talk.Happening:
        step = await self._lockers.deposit(parcel)
        self._begun = dict([*self._begun.items(), (parcel.item, parcel)][-BEGUN:])
        return talk.DoorOrdered(_opened(step), parcel.item)

    def _parcel(self, draft: Draft, giver: str) -> Parcel:
        tail = draft.phone[-4:]
        return Parcel(
            item=draft.item,
            label=draft.label,
            size=draft.size,
            giver=giver or f"citizen ****{tail}",
            purpose=draft.purpose,
            phone=self._sealed(draft.phone),
            phone_tail=tail,
            level=draft.level,
            holder=draft.holder,
            into=draft.into,
            low=draft.low,
            address=self._sealed(draft.address),
            case=draft.case,
        )

    def _sealed(self, text: str) -> str:
        return seal(self._zone.seal_key, text) if text else ""

    async def _claim_deposit(self, effect: ask.ClaimDeposit) -> talk.Happening:
        parcel = self._begun.get(effect.item)
        if parcel is None:
            raise LockerRefused("too_late")
        await self._lockers.claim_deposit(parcel, effect.compartment)
        return talk.Acted()

    async def _cancel_deposit(self, effect: ask.CancelDeposit) -> None:
        await self._lockers.cancel_deposit(effect.compartment)

    async def _deposit_known(self, effect: ask.DepositKnown) -> talk.Happening:
        parcel = self._zone.manifests.parcel(effect.item, effect.courier, self._zone.journal.clock.now())
        if parcel.purpose == "quarantine":
            return talk.ItemUnknown(effect.item)
        return await self._lay_in(parcel)

    async def _give_back(self, effect: ask.GiveBack) -> talk.Happening:
        """The borrower stays who borrowed, whoever brings it."""
        loan = self._lockers.bank.loans.get(effect.item)
        if loan is None:
            raise LockerRefused("not_lent")
        parcel = Parcel(
            item=effect.item,
            label=loan.label,
            size=loan.size,
            giver=f"citizen ****{loan.phone_tail}",
            purpose="loan",
            phone_tail=loan.phone_tail,
            low=effect.low,
        )
        return await self._lay_in(parcel)

    # --- taking out ---

    async def _pick_up(self, effect: ask.PickUp) -> talk.Happening:
        return _taking_out(await self._lockers.pick_up(effect.number, effect.code, SCREEN))

    async def _present(self, effect: ask.Present) -> talk.Happening:
        return _taking_out(await self._lockers.present(effect.text, SCREEN))

    async def _prove(self, claim: Claim | None, tail: str = "", id_number: str = "") -> talk.Happening:
        match claim:
            case ask.PickUp(number=number, code=code):
                return _taking_out(await self._lockers.pick_up(number, code, SCREEN, tail, id_number))
            case ask.Present(text=text):
                return _taking_out(await self._lockers.present(text, SCREEN, tail, id_number))
        return talk.DoorRefused("out_of_order")

    async def _prove_card(self, claim: Claim | None) -> talk.Happening:
        if self._zone.reader is None:
            return talk.DoorRefused("no_reader")
        try:
            card = await self._zone.reader.read_card()
        except DeviceFault as fault:
            log.error("card not read", why=str(fault))  # noqa: TRY400
            return talk.CardMissing("card_unread")
        return await self._prove(claim, id_number=card.number) if card else talk.CardMissing()

    async def _collect(self, effect: ask.Collect) -> talk.Happening:
        return _taking_out(await self._lockers.collect(effect.item, effect.by, effect.role))

    async def _lend(self, effect: ask.Lend) -> talk.Happening:
        return _taking_out(await self._lockers.lend(effect.item, self._sealed(effect.phone), effect.phone[-4:]))

    async def _find_loans(self, effect: ask.FindLoans) -> talk.Happening:
        loans = self._lockers.bank.loans
        found = [item for item, loan in loans.items() if effect.said in (item, loan.phone_tail)]
        return talk.LoansFound(tuple(talk.Found(item, loans[item].label) for item in found))

    # --- compartments ---

    async def _report_misplaced(self, effect: ask.ReportMisplaced) -> talk.Happening:
        await self._lockers.report_misplaced(effect.item, effect.by, effect.note)
        return talk.Acted()

    async def _report_wrong_inside(self, effect: ask.ReportWrongInside) -> talk.Happening:
        await self._lockers.report_wrong_inside(effect.item)
        return talk.Acted()

    async def _block(self, effect: ask.Block) -> talk.Happening:
        await self._lockers.block(effect.compartment, effect.why, effect.by)
        return talk.Acted()

    async def _unblock(self, effect: ask.Unblock) -> talk.Happening:
        await self._lockers.unblock(effect.compartment, effect.by)
        return talk.Acted()

    async def _inspect(self, effect: ask.Inspect) -> talk.Happening:
        await self._lockers.inspect(effect.compartment, effect.by, effect.witness, effect.why)
        return talk.DoorOrdered(effect.compartment)

    async def _settle(self, effect: ask.Settle) -> talk.Happening:
        await self._lockers.settle(
            effect.compartment, gone=effect.gone, by=effect.by, witness=effect.witness, why=SETTLED_BY_SIGHT
        )
        return talk.Acted()


def _opened(step: Step) -> int:
    return next(effect.compartment for effect in step.effects if isinstance(effect, Open))


def _taking_out(step: Step) -> talk.Happening:
    """The first of the items tells when they are gone: they go together."""
    compartment = step.bank.compartment(_opened(step))
    going = compartment.taking.waiting + compartment.taking.going if compartment.taking else ()
    labels = tuple(one.label or one.id for one in compartment.items if one.id in going)
    return talk.DoorOrdered(compartment.number, going[0] if going else "", labels)

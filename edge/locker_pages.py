"""The lockers' screen over HTTP: what its forms mean, what the bank is asked, and how an open door ends."""

import math
from typing import Any, cast

import structlog
from fastapi.responses import HTMLResponse

from edge import locker_screen as core
from edge import locker_talk as talk
from edge import phones
from edge.forms import Form
from edge.locker_screen import Session, State
from edge.lockers import LockerRefused, Lockers
from edge.screen import Screen
from edge.sorry import MISTAKES, apology
from edge.staff import StaffRefused
from edge.visits import IDLE_S, Visit
from edge.zone import Zone
from locker.bank import Bank
from locker.compartment import Compartment, Use
from locker.door import Door
from locker.step import Open, Step
from locker.tries import FREE, Tries
from wire.errors import BadConfig, DeviceFault
from wire.happenings import SIZES, Size
from wire.seal import seal
from wire.web.pages import LANGUAGES, Pages

log = structlog.get_logger()

SCREEN = "locker"
"""The name under which the bank counts the wrong codes of this screen; a zone has one."""

DOOR_IDLE_S = 600.0
"""A session that waits for a door to be closed shows nothing of anybody."""

ACTIONS = (
    "choose_pickup",
    "choose_deposit",
    "sign_in",
    "describe",
    "confirm",
    "pick_up",
    "took_it_back",
    "back",
    "leave",
    "language",
)

_PLAIN: dict[str, type] = {
    "choose_pickup": talk.PickupChosen,
    "choose_deposit": talk.DepositChosen,
    "confirm": talk.Confirmed,
    "took_it_back": talk.TookItBack,
    "back": talk.WentBack,
    "leave": talk.Left,
}


def _idle_s(session: Session) -> float:
    return DOOR_IDLE_S if session.state in (State.DEPOSITING, State.COLLECTING) else IDLE_S


class LockerScreen(Screen[Session]):
    """`/locker`."""

    def __init__(self, zone: Zone, pages: Pages) -> None:
        super().__init__("/locker", Session(), _idle_s)
        self._zone = zone
        self._pages = pages

    def read(self, form: Form) -> talk.Happening:
        match form.choice("do", ACTIONS):
            case "sign_in":
                return talk.PinGiven(form.text("badge", 32).strip(), form.text("pin", 32))
            case "describe":
                return talk.ItemDescribed(
                    form.text("item", 64),
                    form.text("label", 64) if form.has("label") else "",
                    cast("Size", form.choice("size", SIZES)),
                    form.digits("phone", 20),
                )
            case "pick_up":
                return talk.CodeGiven(phones.tidy(form.digits("number", 8)), phones.tidy(form.digits("code", 16)))
            case "language":
                return talk.LanguageChosen(form.choice("lang", LANGUAGES))
            case plain:
                happening: talk.Happening = _PLAIN[plain]()
                return happening

    async def act(self, visit: Visit[Session], happening: Any) -> None:
        if isinstance(happening, talk.PickupChosen | talk.DepositChosen) and not self._works():
            happening = talk.DoorRefused("board_silent")
        step = core.after(visit.session, happening)
        visit.now_is(step.session)
        if step.effect:
            outcome = await self._perform(step.effect)
            if outcome:
                visit.now_is(core.after(visit.session, outcome).session)

    def _works(self) -> bool:
        """Nothing is begun that cannot be ended: a silent board opens no door."""
        return self._zone.lockers is not None and not self._zone.lockers.bank.silent

    # --- effects ---

    async def _perform(self, effect: talk.Effect) -> talk.Happening | None:
        if isinstance(effect, talk.CheckPin):
            return await self._check_pin(effect)
        try:
            return await self._ask_bank(effect)
        except LockerRefused as refused:
            return self._refused(refused)
        except DeviceFault as fault:
            log.error("lockers out of order", why=str(fault))  # noqa: TRY400
            return talk.DoorRefused("out_of_order")

    async def _check_pin(self, effect: talk.CheckPin) -> talk.Happening:
        try:
            person = await self._zone.staff.sign_in(effect.badge, effect.pin)
        except StaffRefused as refused:
            return talk.StaffRefused(refused.wait_s)
        except BadConfig as mistakes:
            log.error("staff.toml", why=str(mistakes))  # noqa: TRY400
            return talk.StaffRefused()
        return talk.StaffKnown(person.badge, person.name)

    async def _ask_bank(self, effect: talk.Deposit | talk.PickUp | talk.CancelDeposit) -> talk.Happening | None:
        lockers = self._lockers()
        match effect:
            case talk.PickUp(number=number, code=code):
                return _ordered(await lockers.pick_up(number, code, SCREEN))
            case talk.CancelDeposit(compartment=compartment):
                await lockers.cancel_deposit(compartment)
                return None
        return _ordered(
            await lockers.deposit(
                item=effect.item,
                label=effect.label,
                size=effect.size,
                phone=seal(self._zone.seal_key, effect.phone),
                phone_tail=effect.phone[-4:],
                giver=f"staff {effect.badge}",
            )
        )

    def _lockers(self) -> Lockers:
        if self._zone.lockers is None:
            raise LockerRefused("board_silent")
        return self._zone.lockers

    def _refused(self, refused: LockerRefused) -> talk.Happening:
        tries = self._lockers().bank.tries.get(SCREEN, Tries())
        until = max(refused.until or 0, tries.until)
        wait_s = max(0, math.ceil((until - self._zone.journal.clock.now()) / 1000))
        before_a_wait = max(0, FREE + 1 - tries.wrong)
        return talk.DoorRefused(refused.reason, before_a_wait, wait_s)

    # --- what happens without a press ---

    def follow(self, visit: Visit[Session]) -> None:
        if self._zone.lockers is None:
            return
        happening = seen(visit.session, self._zone.lockers.bank)
        if happening:
            visit.now_is(core.after(visit.session, happening).session)

    # --- pages ---

    def show(self, visit: Visit[Session]) -> HTMLResponse:
        session = visit.session
        return self._pages.show(
            f"locker/{session.state}.html",
            lang=session.lang,
            path="/locker",
            turn=visit.turn,
            session=session,
            config=self._zone.config,
            door=self._door(session),
            masked=phones.masked(session.phone),
            mistake=MISTAKES.get(session.mistake, ""),
            apology=apology(session.trouble),
        )

    def show_part(self, visit: Visit[Session]) -> HTMLResponse:
        session = visit.session
        return self._pages.show("locker/part.html", lang=session.lang, session=session, door=self._door(session))

    def _door(self, session: Session) -> str:
        """What is known of the door that the session is about: a word of `locker.door.Door`."""
        compartment = self._zone.lockers and self._zone.lockers.bank.compartments.get(session.compartment)
        return compartment.door.value if compartment else Door.UNKNOWN.value


def _ordered(step: Step) -> talk.Happening:
    compartment = next(effect.compartment for effect in step.effects if isinstance(effect, Open))
    item = step.bank.compartments[compartment].item
    return talk.DoorOrdered(compartment, item.id if item else "")


def seen(session: Session, bank: Bank) -> talk.Happening | None:
    """Return what became of the session's door, None while it is not decided."""
    compartment = bank.compartments.get(session.compartment)
    if compartment is None:
        return None
    inside = compartment.item is not None and compartment.item.id == session.item
    if session.state is State.DEPOSITING:
        return _deposit_seen(session, compartment, inside=inside)
    if session.state is State.COLLECTING:
        if not inside:
            return talk.ItemTaken()
        return talk.PickupLapsed() if compartment.use is Use.HOLDING else None
    return None


def _deposit_seen(session: Session, compartment: Compartment, *, inside: bool) -> talk.Happening | None:
    if inside and compartment.item:
        waits = compartment.use in (Use.HOLDING, Use.EMPTYING)
        return talk.DepositEnded(compartment.item.number) if waits else None
    if not session.cancelling:
        return talk.DepositAbandoned()
    return None if compartment.door is Door.OPEN else talk.DepositCancelled()

"""The lockers' screen over HTTP: its sessions, what they set in motion, and the pages that show them."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from edge import locker_asks as ask
from edge import locker_forms, locker_receipts, locker_views, phones
from edge import locker_screen as core
from edge import locker_talk as talk
from edge.forms import Form
from edge.locker_acts import Acts, Claim
from edge.locker_session import Session, State
from edge.locker_watch import seen
from edge.locker_words import PAPERS, REASONS
from edge.screen import Screen
from edge.sorry import MISTAKES, apology
from edge.visits import IDLE_S, Visit
from edge.zone import Zone
from locker.bank import Bank
from locker.door import Door
from wire.errors import DeviceFault
from wire.web.pages import Pages

log = structlog.get_logger()

DOOR_IDLE_S = 600.0
"""A session that waits for a door to be closed shows nothing of anybody."""

AT_A_DOOR = (State.DEPOSITING, State.COLLECTING, State.INSPECTING)

_BEGINS = (
    talk.PickupChosen,
    talk.DepositChosen,
    talk.PapersChosen,
    talk.LoanChosen,
    talk.ReturnChosen,
    talk.CourierChosen,
    talk.Scanned,
)
"""What ends at a door; staff get past a silent board, to look after it."""


def _idle_s(session: Session) -> float:
    return DOOR_IDLE_S if session.state in AT_A_DOOR else IDLE_S


class LockerScreen(Screen[Session]):
    """`/locker`."""

    def __init__(self, zone: Zone, pages: Pages) -> None:
        super().__init__("/locker", Session(), _idle_s)
        self._zone = zone
        self._pages = pages
        self._acts = Acts(zone)
        self._claims: WeakKeyDictionary[Visit[Session], Claim] = WeakKeyDictionary()
        self._printing: set[asyncio.Task[None]] = set()

    def router(self) -> APIRouter:
        router = super().router()
        router.add_api_route("/locker/scans", self._get_scans, methods=["GET"])
        return router

    def read(self, form: Form) -> talk.Happening:
        return locker_forms.read(form, self._acts.commit)

    async def act(self, visit: Visit[Session], happening: Any) -> None:
        if visit.session.state is State.HOME and isinstance(happening, _BEGINS) and not self._works():
            happening = talk.DoorRefused("board_silent")
        while happening:
            step = core.after(visit.session, happening)
            visit.now_is(step.session)
            happening = await self._do(visit, step.effect) if step.effect else None

    def _works(self) -> bool:
        """Nothing is begun that cannot be ended: a silent board opens no door."""
        return self._zone.lockers is not None and not self._zone.lockers.bank.silent

    async def _do(self, visit: Visit[Session], effect: ask.Effect) -> talk.Happening | None:
        """A claim is kept beside the session, and only while more proof is asked for: codes are no part of one."""
        if isinstance(effect, ask.PickUp | ask.Present):
            self._claims[visit] = effect
        outcome = await self._acts.do(effect, self._claims.get(visit))
        more = core.after(visit.session, outcome).session.state if outcome else visit.session.state
        if more not in (State.TAIL, State.CARD):
            self._claims.pop(visit, None)
        return outcome

    # --- what happens without a press ---

    def follow(self, visit: Visit[Session]) -> None:
        if visit.session.state not in (State.TAIL, State.CARD):
            self._claims.pop(visit, None)
        if self._zone.lockers is None:
            return
        while happening := seen(visit.session, self._zone.lockers.bank):
            step = core.after(visit.session, happening)
            if not visit.now_is(step.session):
                return
            if isinstance(step.effect, ask.PrintReceipt):
                self._print(step.effect)

    def _print(self, effect: ask.PrintReceipt) -> None:
        draft = effect.draft
        work = locker_receipts.print_slip(self._zone, draft.item, label=draft.label, case=draft.case, lang=effect.lang)
        task = asyncio.create_task(work, name="receipt")
        self._printing.add(task)
        task.add_done_callback(self._printed)

    def _printed(self, task: "asyncio.Task[None]") -> None:
        """The receipt stands on the screen too: paper that did not come is no reason to stop anybody."""
        self._printing.discard(task)
        fault = None if task.cancelled() else task.exception()
        if isinstance(fault, DeviceFault):
            log.warning("receipt not printed", why=str(fault))
        elif fault:
            log.error("receipt broke", exc_info=fault)

    async def _get_scans(self, request: Request) -> HTMLResponse:
        """Take what the scanner read into the session of whoever was last at the screen; the page then follows."""
        name = request.cookies.get(self._cookie)
        found = self.visits.find(name, touch=False)
        visit = found or Visit(self._fresh)
        stands_here = self.visits.is_latest(name) if found else not len(self.visits)
        text = self._zone.scans.take() if stands_here and self._zone.scans else ""
        if text:
            async with visit.one_at_a_time:
                await self.act(visit, talk.Scanned(text[: locker_forms.MOST_SCANNED]))
            self.visits.find(name)
        answer = self._pages.show(
            "locker_scans_part.html", lang=visit.session.lang, session=visit.session, turn=visit.turn
        )
        self._remember(answer, name if found else None, visit)
        return answer

    # --- pages ---

    def show(self, visit: Visit[Session]) -> HTMLResponse:
        session = visit.session
        return self._pages.show(
            f"locker/{session.state}.html",
            lang=session.lang,
            path="/locker",
            turn=visit.turn,
            session=session,
            draft=session.draft,
            config=self._zone.config,
            door=self._door(session),
            masked=phones.masked(session.draft.phone),
            mistake=MISTAKES.get(session.mistake, ""),
            apology=apology(session.trouble),
            kinds=PAPERS,
            reasons=REASONS,
            **self._facts(session),
        )

    def show_part(self, visit: Visit[Session]) -> HTMLResponse:
        session = visit.session
        return self._pages.show(
            "locker/part.html", lang=session.lang, session=session, turn=visit.turn, door=self._door(session)
        )

    def _door(self, session: Session) -> str:
        """What is known of the door that the session is about: a word of `locker.door.Door`."""
        compartment = self._zone.lockers and self._zone.lockers.bank.compartments.get(session.compartment)
        return compartment.door.value if compartment else Door.UNKNOWN.value

    def _facts(self, session: Session) -> dict[str, Any]:
        """What this state's page shows beyond the session itself."""
        if self._zone.lockers is None:
            return {}
        bank = self._zone.lockers.bank
        special = self._special(session, bank)
        rows = self._rows(session, bank)
        return special if rows is None else {"listed": locker_views.listed(rows, session.page)}

    def _special(self, session: Session, bank: Bank) -> dict[str, Any]:
        match session.state:
            case State.COMPARTMENTS:
                return {"tiles": locker_views.tiles(bank)}
            case State.COMPARTMENT:
                return self._compartment(session, bank)
            case State.CHECK | State.LENT:
                return {"article": locker_views.label_of(bank, session.draft.item), "hours": self._loan_hours()}
            case State.RECEIPT:
                paper = locker_receipts.has_paper(self._zone)
                return {"receipt": locker_receipts.shown(self._zone, session.draft.item), "paper": paper}
        return {}

    def _rows(self, session: Session, bank: Bank) -> list[locker_views.Row] | None:
        match session.state:
            case State.MINE:
                return locker_views.mine(bank, session.person)
            case State.COLLECT | State.DELIVERIES:
                return locker_views.collectable(bank, session.role)
            case State.LOAN:
                return locker_views.articles(bank)
            case State.WHICH:
                return locker_views.choices(session)
            case State.COURIER | State.SUMMARY:
                brought = self._zone.manifests.of(session.person, self._zone.journal.clock.now())
                return locker_views.carried(brought)
        return None

    def _compartment(self, session: Session, bank: Bank) -> dict[str, Any]:
        compartment = bank.compartments.get(session.compartment)
        return {
            "compartment": compartment,
            "trouble": compartment is not None and locker_views.in_trouble(bank, compartment),
            "doubtful": compartment is not None and locker_views.is_doubtful(compartment),
        }

    def _loan_hours(self) -> int:
        return self._zone.config.locker.loan_hours if self._zone.config.locker else 0

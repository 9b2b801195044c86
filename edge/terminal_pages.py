"""The terminal over HTTP: what its forms mean, and the ticket walk behind the check page."""

import asyncio
from typing import Any

import structlog
from fastapi.responses import HTMLResponse

from edge import phones, terminal
from edge.desk import Desk
from edge.forms import Form
from edge.screen import Screen
from edge.sorry import MISTAKES, apology
from edge.terminal import State, TakeTicket
from edge.visits import Visit
from edge.zone import Zone
from wire.errors import DeviceFault, Refused
from wire.web.pages import LANGUAGES, Pages

log = structlog.get_logger()

ACTIONS = ("choose", "enter_phone", "confirm", "back", "leave", "language")


class TerminalScreen(Screen[terminal.Session]):
    """`/terminal`."""

    def __init__(self, zone: Zone, pages: Pages) -> None:
        super().__init__("/terminal", terminal.Session())
        self._zone = zone
        self._pages = pages
        self._services = {service.id: service for service in zone.config.service}
        self._printing: set[asyncio.Task[None]] = set()

    def read(self, form: Form) -> terminal.Happening:
        match form.choice("do", ACTIONS):
            case "choose":
                return terminal.ServiceChosen(form.choice("service", tuple(self._services)))
            case "enter_phone":
                return terminal.PhoneEntered(form.digits("phone", 20))
            case "confirm":
                return terminal.Confirmed()
            case "back":
                return terminal.WentBack()
            case "leave":
                return terminal.Left()
            case _:
                return terminal.LanguageChosen(form.choice("lang", LANGUAGES))

    async def act(self, visit: Visit[terminal.Session], happening: Any) -> None:
        if isinstance(happening, terminal.ServiceChosen) and visit.session.state is State.HOME:
            happening = await self._possible(happening)
        step = terminal.after(visit.session, happening)
        visit.now_is(step.session)
        if step.effect:
            self._start(visit, step.effect)

    async def _possible(self, chosen: terminal.ServiceChosen) -> terminal.Happening:
        """Nobody types a phone number for a slip that cannot come out."""
        try:
            await self._desk().ready()
        except Refused as refused:
            return terminal.TicketRefused(refused.reason)
        except DeviceFault as fault:
            log.error("desk out of order", why=str(fault))  # noqa: TRY400
            return terminal.TicketRefused("not_recorded")
        return chosen

    def _desk(self) -> Desk:
        if self._zone.desk is None:
            raise Refused("out_of_order", "这里没有取号机。")
        return self._zone.desk

    def _start(self, visit: Visit[terminal.Session], effect: TakeTicket) -> None:
        task = asyncio.create_task(self._take(visit, effect), name="ticket")
        self._printing.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: "asyncio.Task[None]") -> None:
        self._printing.discard(task)
        if not task.cancelled() and task.exception():
            log.error("ticket walk broke", exc_info=task.exception())

    async def _take(self, visit: Visit[terminal.Session], effect: TakeTicket) -> None:
        outcome: terminal.Happening = terminal.TicketRefused("not_recorded")
        try:
            ticket = await self._desk().take(effect.service, effect.phone, effect.lang)
            outcome = terminal.TicketIssued(ticket.number, ticket.ahead)
        except Refused as refused:
            outcome = terminal.TicketRefused(refused.reason)
        except DeviceFault as fault:
            log.error("desk out of order", why=str(fault))  # noqa: TRY400
        finally:  # whatever happens, the person must not stand before a page that waits for ever
            visit.now_is(terminal.after(visit.session, outcome).session)
            self._zone.hub.changed("terminal")

    def show(self, visit: Visit[terminal.Session]) -> HTMLResponse:
        session = visit.session
        return self._pages.show(
            f"terminal/{session.state}.html",
            lang=session.lang,
            path="/terminal",
            turn=visit.turn,
            session=session,
            config=self._zone.config,
            service=self._services.get(session.service),
            masked=phones.masked(session.phone),
            mistake=MISTAKES.get(session.mistake, ""),
            apology=apology(session.trouble),
        )

    def show_part(self, visit: Visit[terminal.Session]) -> HTMLResponse:
        return self._pages.show("terminal/part.html", lang=visit.session.lang, session=visit.session)

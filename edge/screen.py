"""A screen over HTTP: one GET that shows the session, one POST that tells what happened; the answer to a POST is 303.

Sessions live here, on the server; the browser has a random name for its own in a cookie. A page carries the turn it was
made for: a second press, or a page from before, is answered with the page of now and changes nothing.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from edge import forms
from edge.forms import Form
from edge.visits import IDLE_S, Visit, Visits

S = TypeVar("S")


class Screen(Generic[S]):
    """What the terminal and the lockers share; they say how a form is read, what it does and how a session looks."""

    def __init__(self, path: str, fresh: S, idle_s: Callable[[S], float] = lambda _: IDLE_S) -> None:
        self.visits: Visits[S] = Visits(idle_s)
        self._path = path
        self._cookie = path.strip("/")
        self._fresh = fresh

    def router(self) -> APIRouter:
        """Return the routes of this screen."""
        router = APIRouter()
        router.add_api_route(self._path, self._get, methods=["GET"])
        router.add_api_route(self._path, self._post, methods=["POST"])
        router.add_api_route(f"{self._path}/part", self._get_part, methods=["GET"])
        return router

    # --- what a screen says of itself ---

    def read(self, form: Form) -> object:
        """Return what happened, or raise Junk."""
        raise NotImplementedError

    async def act(self, visit: Visit[S], happening: object) -> None:
        """Change the visit, and do what follows from it."""
        raise NotImplementedError

    def follow(self, visit: Visit[S]) -> None:
        """Bring the visit up to date with what happened without a press."""

    def show(self, visit: Visit[S]) -> HTMLResponse:
        """Return the page."""
        raise NotImplementedError

    def show_part(self, visit: Visit[S]) -> HTMLResponse:
        """Return the part of the page that changes by itself."""
        raise NotImplementedError

    # --- HTTP ---

    async def _get(self, request: Request) -> HTMLResponse:
        visit = self.visits.find(request.cookies.get(self._cookie)) or Visit(self._fresh)
        self.follow(visit)
        return self.show(visit)

    async def _get_part(self, request: Request) -> HTMLResponse:
        """A part is fetched by the page, not by a person: it keeps no session alive."""
        visit = self.visits.find(request.cookies.get(self._cookie), touch=False) or Visit(self._fresh)
        self.follow(visit)
        return self.show_part(visit)

    async def _post(self, request: Request) -> RedirectResponse:
        form = await forms.read(request)
        happening, turn = self.read(form), form.turn()
        name = request.cookies.get(self._cookie)
        found = self.visits.find(name)
        visit = found or Visit(self._fresh)
        async with visit.one_at_a_time:
            self.follow(visit)
            if turn in (None, visit.turn):
                await self.act(visit, happening)
        answer = RedirectResponse(self._path, 303, headers={"Cache-Control": "no-store"})
        self._remember(answer, name if found else None, visit)
        return answer

    def _remember(self, answer: Response, name: str | None, visit: Visit[S]) -> None:
        """Begin a visit that something happened to, `name` None: it is new; end one that is back at the beginning."""
        if visit.session == self._fresh:
            if name:
                self.visits.end(name)
                answer.delete_cookie(self._cookie, path=self._path)
        elif not name and visit.turn:
            begun = self.visits.begin(visit)
            answer.set_cookie(self._cookie, begun, path=self._path, httponly=True, samesite="lax")

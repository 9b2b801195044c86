"""What a press on the page does to the metal: every switch is a POST that answers 303, so it works without a script."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from twin.cabinet import Cabinet
from twin.layout import Zone
from twin.printer import Paper
from wire.errors import BadMessage, Refused

T = TypeVar("T")

MAX_BYTES = 20_000
"""Of a form; only a code is ever typed here."""


def switch(made: FastAPI, zone: Zone) -> None:
    """Give the page its switches."""
    doors, at_bay, plain, slow = _doors(zone.cabinet), _bays(zone), _plain(zone), _slow(zone)

    @made.post("/door/{number}/{act}")
    async def door(number: str, act: str) -> Response:
        if not number.isascii() or not number.isdigit() or len(number) > 3:
            raise Refused("no_such_door", f"没有这扇门 / there is no door {number!r}")
        _of(doors, act)(int(number))
        return _back()

    @made.post("/bay/{bay}/{act}")
    async def bay(bay: str, act: str) -> Response:
        _of(at_bay, act)(bay)
        return _back()

    @made.post("/node/{node}/{act}")
    async def node(node: str, act: str) -> Response:
        program = _of(zone.nodes, node)
        await _of({"on": program.start, "off": program.kill}, act)()
        return _back()

    @made.post("/agent/{act}")
    async def agent(act: str) -> Response:
        await _of({"start": zone.agent.start, "kill": zone.agent.kill}, act)()
        return _back()

    @made.post("/central/{act}")
    async def central(act: str) -> Response:
        await _of(slow, act)()
        return _back()

    @made.post("/scanner/show")
    async def show(request: Request) -> Response:
        zone.scanner.show(await _typed(request, "code"))
        return _back()

    @made.post("/{thing}/{act}")
    async def anything(thing: str, act: str) -> Response:
        _of(plain, f"{thing}/{act}")()
        return _back()


def _doors(cabinet: Cabinet) -> dict[str, Callable[[int], object]]:
    return {
        "close": cabinet.close,
        "jam": cabinet.jam,
        "free": cabinet.free,
        "force": cabinet.force,
        "put": cabinet.put,
        "take": cabinet.take,
        "contact-works": partial(cabinet.lie, contact="works"),
        "contact-open": partial(cabinet.lie, contact="open"),
        "contact-closed": partial(cabinet.lie, contact="closed"),
        "contact-dead": partial(cabinet.lie, contact="dead"),
    }


def _bays(zone: Zone) -> dict[str, Callable[[str], object]]:
    bays = zone.bays
    return {
        "park": bays.park,
        "leave": bays.leave,
        "cover": bays.blind,
        "clean": lambda bay: bays.blind(bay, blind=False),
    }


def _plain(zone: Zone) -> dict[str, Callable[[], object]]:
    printer = zone.printer

    def cut() -> None:
        for line in zone.lines:
            line.cut()

    def mend() -> None:
        for line in zone.lines:
            line.mend()

    return {
        "printer/take-paper": printer.take_paper,
        "printer/load-paper": printer.load_paper,
        "printer/nearly-out": lambda: printer.load_paper(Paper.LOW),
        "printer/off": lambda: printer.power(on=False),
        "printer/on": lambda: printer.power(on=True),
        "reader/lay-card": zone.reader.lay_card,
        "reader/lift-card": zone.reader.lift_card,
        "network/cut": cut,
        "network/mend": mend,
        "phone/break": zone.phone.be_out,
        "phone/repair": lambda: zone.phone.be_out(out=False),
        "backup/take": zone.backup.take,
    }


def _slow(zone: Zone) -> dict[str, Callable[[], Awaitable[object]]]:
    async def restore() -> None:
        if not zone.backup.taken:
            raise Refused("no_backup", "还没有备份 / there is no backup yet")
        await zone.central.kill()
        zone.backup.put_back()
        await zone.central.start()

    return {"start": zone.central.start, "kill": zone.central.kill, "restore": restore}


async def _typed(request: Request, name: str) -> str:
    """Return a field of a form that a person typed; "" when it is not there."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise BadMessage(f"a form has at most {MAX_BYTES} bytes")
    try:
        return parse_qs(body.decode("ascii"), encoding="utf-8", errors="strict", max_num_fields=8).get(name, [""])[0]
    except (UnicodeError, ValueError):
        raise BadMessage("this is no form") from None


def _of(things: Mapping[str, T], name: str) -> T:
    if name not in things:
        raise Refused("unknown", f"这里没有 / not here: {name!r}; there are {', '.join(things)}")
    return things[name]


def _back() -> Response:
    return RedirectResponse("/", 303)

"""Every HTTP route of every program, asked for nonsense: what each of them answers."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import httpx

from twin import junk
from twin.ports import HOST

if TYPE_CHECKING:
    from twin.zone import Zone

AT_ONCE = 8

CENTRAL = (
    "/",
    "/language",
    "/events",
    "/zones",
    "/zones/part",
    "/handovers",
    "/handovers/part",
    "/orders",
    "/orders/part",
    "/cases",
    "/cases/part",
    "/custody",
    "/custody/part",
    "/courier",
    "/audit",
    "/audit/part",
    "/item/{}",
    "/item/{}/part",
    "/receipt/{}/{}/{}",
    "/verify",
    "/counter/{}",
    "/counter/{}/part",
    "/hall",
    "/hall/part",
    "/parking",
    "/parking/part",
    "/static/{}",
    "/healthz",
    "/metrics",
    "/v1/sync",
    "/v1/tickets",
    "/v1/tickets/{}",
    "/v1/blocks/{}",
    "/v1/devices",
    "/v1/alarms",
    "/v1/handovers",
    "/v1/orders",
    "/v1/cases",
    "/v1/loans",
    "/v1/audit",
    "/v1/bays",
    "/v1/counts",
    "/{}",
)
EDGE = (
    "/",
    "/events",
    "/locker",
    "/locker/part",
    "/locker/scans",
    "/terminal",
    "/terminal/part",
    "/parking",
    "/parking/part",
    "/static/{}",
    "/static/edge/{}",
    "/healthz",
    "/v1/state",
    "/v1/{}",
    "/{}",
)
TWIN = (
    "/events",
    "/",
    "/part/{}",
    "/slip/{}.svg",
    "/static/{}",
    "/own/{}",
    "/healthz",
    "/v1/twin",
    "/sms",
    "/scanner/show",
    "/door/{}/close",
)
TWIN_SWITCHES = ("/door/1/{}", "/bay/{}/park", "/node/{}/off", "/agent/{}", "/central/{}", "/{}/{}")
"""Without the ones that do what they say: a person may press those."""

KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "x")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW")


@dataclass
class Answers:
    """`broken`: 5xx or none at all; `taken`: junk that was answered as if it were good; `mute`: 4xx without words."""

    count: int = 0
    broken: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    mute: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Nonsense:
    """A request; `must_fail` where no answer but a 4xx is right."""

    method: str
    url: str
    must_fail: bool
    content: bytes | None = None
    form: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)


async def pester(zone: "Zone", random: Random) -> Answers:
    """Ask every program for nonsense, on every route."""
    requests = [
        *_nonsense(zone.central_url, CENTRAL, random),
        *_nonsense(zone.edge_url, EDGE, random),
        *_nonsense(zone.twin_url, (*TWIN, *TWIN_SWITCHES), random),
    ]
    answers, room = Answers(), asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
        await asyncio.gather(*(_ask(http, request, answers, room) for request in requests))
    for port in (zone.ports.central, zone.ports.edge, zone.ports.page):
        await _shout(port, random)
    return answers


def _nonsense(root: str, paths: tuple[str, ...], random: Random) -> Iterator[Nonsense]:
    names, bodies, forms = list(junk.segments(random)), list(junk.payloads(random)), list(junk.forms(random))
    for path in paths:
        url = root + path.replace("{}", random.choice(names))
        named = "{}" in path
        for method in METHODS:
            yield Nonsense(method, f"{url}?x={random.choice(names)}", must_fail=named and method == "GET")
        for kind in KINDS:
            for method in ("POST", "PUT"):
                headers = {"Content-Type": kind}
                yield Nonsense(method, url, must_fail=True, content=random.choice(bodies), headers=headers)
        for form in random.sample(forms, 4):
            yield Nonsense(
                "POST", url, must_fail=True, form=form, headers={"Cookie": f"session={random.choice(names)}"}
            )
    for name in names:
        yield Nonsense("GET", f"{root}/{name}", must_fail=True)


async def _ask(http: httpx.AsyncClient, asked: Nonsense, answers: Answers, room: asyncio.Semaphore) -> None:
    async with room:
        answers.count += 1
        said = f"{asked.method} {asked.url[:120]}"
        try:
            status, text = await _answered(http, asked)
        except httpx.HTTPError as error:
            answers.broken.append(f"{said}: {type(error).__name__}")
            return
    if status >= 500:
        answers.broken.append(f"{said}: {status}")
    elif status < 400 and asked.must_fail:
        answers.taken.append(f"{said} {asked.form or (asked.content or b'')[:40]!r}: {status}")
    elif status >= 400 and asked.method != "HEAD" and len(text) < 10:
        answers.mute.append(f"{said}: {status} {text!r}")


async def _answered(http: httpx.AsyncClient, asked: Nonsense) -> tuple[int, str]:
    """Return status and text; the text of what is well is not waited for: a stream has no end."""
    request = http.build_request(asked.method, asked.url, content=asked.content, data=asked.form, headers=asked.headers)
    answer = await http.send(request, stream=True)
    try:
        return answer.status_code, (await answer.aread()).decode(errors="replace") if answer.is_error else ""
    finally:
        await answer.aclose()


async def _shout(port: int, random: Random) -> None:
    """Send what is no HTTP, and hang up."""
    for data in (
        junk.noise(random),
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /sms HTTP/1.1\r\nContent-Length: 999999\r\n\r\n{",
    ):
        _, writer = await asyncio.open_connection(HOST, port)
        writer.write(data)
        await asyncio.wait_for(writer.drain(), 5)
        writer.transport.abort()

"""The worker that brings notices to the SMS gateway: again until it takes them, each once, and none too late."""

import asyncio
import json
from typing import Any

import httpx
import structlog
from sqlalchemy import Row, select, update
from sqlalchemy.exc import SQLAlchemyError

from central import notice_texts
from central.config import CentralConfig
from central.metrics import Counts
from central.notice_texts import WITH_CODE, Filled
from central.notices import Facts
from central.people import People, WrongKey
from central.registry import CENTRE, Registry
from central.schema import item, sms
from central.standing_alarms import clear_alarm, raise_alarm
from central.store import Store, Work
from locker import pickup

TIMEOUT_S = 5
FIRST_PAUSE_MS = 1_000
LONGEST_PAUSE_MS = 5 * 60_000
SILENT_AFTER = 3
"""Tries without an answer until somebody is told."""

LOOK_S = 1.0
AT_ONCE = 50

log = structlog.get_logger()


class Forgotten(Exception):
    """The person's phone was deleted: nobody can be told any more."""


class Outdated(Exception):
    """The code in it opens nothing any more: a newer one was given, or the item is gone."""


class KeyMissing(Exception):
    """The centre has no key for the bank, so it cannot make the pickup code; a technician can put that right."""


class Delivery:
    """`wake` when a notice became due, from any thread."""

    def __init__(self, config: CentralConfig, store: Store, registry: Registry, people: People, counts: Counts) -> None:
        self._config = config
        self._store = store
        self._registry = registry
        self._people = people
        self._counts = counts
        self._loop = asyncio.get_running_loop()
        self._due = asyncio.Event()

    def wake(self, topics: set[str]) -> None:
        if "sms" in topics:
            self._loop.call_soon_threadsafe(self._due.set)

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False) as gateway:
            while True:
                self._due.clear()
                try:
                    more = await self._round(gateway)
                except SQLAlchemyError as error:  # a full disk: what was sent is sent again under its id
                    log.error("not recorded", why=str(error.__cause__ or error))  # noqa: TRY400
                    more = False
                if not more:
                    await self._something_due()

    async def _round(self, gateway: httpx.AsyncClient) -> bool:
        rows = await asyncio.to_thread(self._waiting)
        for row in rows:
            await self._deliver(gateway, row)
        return len(rows) == AT_ONCE

    async def _something_due(self) -> None:
        try:
            await asyncio.wait_for(self._due.wait(), LOOK_S)
        except TimeoutError:
            return  # time for what is to be tried again

    def _waiting(self) -> list[Row[Any]]:
        now = self._store.clock()
        due = select(sms).where(sms.c.ended.is_(None), sms.c.next_try <= now).order_by(sms.c.created, sms.c.id)
        with self._store.reading() as connection:
            return list(connection.execute(due.limit(AT_ONCE)))

    async def _deliver(self, gateway: httpx.AsyncClient, row: Row[Any]) -> None:
        if row.expires <= self._store.clock():
            self._counts.sms_expired.inc()
            await self._store.write(lambda work: _end(work, row, "expired"))
            return
        try:
            message = await asyncio.to_thread(self._message, row)
            answer = await gateway.post(self._config.sms.url, json=message)
        except Forgotten:
            await self._refused(row, "nobody to tell")
        except Outdated:
            await self._store.write(lambda work: _end(work, row, "outdated"))
        except KeyMissing as error:
            await self._failed(row, "no key", "bank_key_missing", f"bank {error}")
        except WrongKey:
            await self._failed(row, "kept under another key", "field_key_wrong", "phone")
        except httpx.HTTPError as error:
            await self._failed(row, type(error).__name__)
        else:
            await self._answered(row, answer.status_code)

    def _message(self, row: Row[Any]) -> dict[str, str]:
        with self._store.reading() as connection:
            phone = self._people.phone(connection, row.person)
        if phone is None:
            raise Forgotten
        facts = Facts(**json.loads(row.facts))
        if row.kind in WITH_CODE and self._is_outdated(facts):
            raise Outdated
        filled = self._filled(row, facts)
        return {"id": row.id, "to": phone, "text": notice_texts.text(self._config, row.kind, row.lang, facts, filled)}

    def _is_outdated(self, facts: Facts) -> bool:
        """After tries in vain it may be late: a code that opens nothing must not be the last word that somebody has."""
        mine = (item.c.device == facts.device) & (item.c.item == facts.item)
        with self._store.reading() as connection:
            now = connection.execute(select(item.c.state, item.c.issue).where(mine)).one_or_none()
        return now is not None and (now.state in {"taken", "abandoned", "missing"} or now.issue > facts.issue)

    def _filled(self, row: Row[Any], facts: Facts) -> Filled:
        device = self._registry.device(facts.device)
        return Filled(
            place=device.name if device else facts.device,
            code=self._code(facts) if row.kind in WITH_CODE else "",
            delivery=self._people.delivery_code(facts.item, row.person),
            link=self._config.link(f"/item/{self._people.token(facts.device, facts.item, row.person)}"),
        )

    def _code(self, facts: Facts) -> str:
        mac = self._registry.mac(facts.device)
        if mac is None:
            raise KeyMissing(facts.device)
        return pickup.code(mac, facts.item, facts.issue)

    async def _answered(self, row: Row[Any], status: int) -> None:
        if status < 300:
            self._counts.sms_sent.inc()
            await self._store.write(lambda work: _sent(work, row))
        elif 400 <= status < 500 and status not in {408, 429}:
            await self._refused(row, f"gateway answered {status}")
        else:
            await self._failed(row, f"gateway answered {status}")

    async def _refused(self, row: Row[Any], why: str) -> None:
        self._counts.sms_failed.inc()
        log.error("sms refused", id=row.id, why=why)
        await self._store.write(lambda work: _refuse(work, row, why))

    async def _failed(
        self, row: Row[Any], why: str, alarm: str = "sms_gateway_silent", about: str = "sms gateway"
    ) -> None:
        self._counts.sms_failed.inc()
        log.warning("sms not delivered yet", id=row.id, tries=row.tries + 1, why=why)
        await self._store.write(lambda work: _try_again(work, row, why, alarm, about))


def pause_ms(tries: int) -> int:
    """Return how long to wait after so many tries in vain."""
    return min(FIRST_PAUSE_MS << min(tries - 1, 20), LONGEST_PAUSE_MS)


def _end(work: Work, row: Row[Any], outcome: str) -> None:
    work.connection.execute(update(sms).where(sms.c.id == row.id).values(ended=work.now, outcome=outcome))


def _sent(work: Work, row: Row[Any]) -> None:
    _end(work, row, "sent")
    clear_alarm(work, CENTRE, "sms_gateway_silent", "sms gateway")
    clear_alarm(work, CENTRE, "field_key_wrong", "phone")
    if row.kind in WITH_CODE:
        clear_alarm(work, CENTRE, "bank_key_missing", f"bank {json.loads(row.facts)['device']}")


def _refuse(work: Work, row: Row[Any], why: str) -> None:
    _end(work, row, "refused")
    raise_alarm(work, CENTRE, "sms_refused", "sms gateway", f"{row.kind}: {why}")


def _try_again(work: Work, row: Row[Any], why: str, alarm: str, about: str) -> None:
    tries = row.tries + 1
    again = update(sms).where(sms.c.id == row.id)
    work.connection.execute(again.values(tries=tries, next_try=work.now + pause_ms(tries)))
    if tries >= SILENT_AFTER:
        raise_alarm(work, CENTRE, alarm, about, why)

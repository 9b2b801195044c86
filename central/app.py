"""The composition root: everything the centre consists of is made here, and nowhere else."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from central import api, cases, issuing, item_screens, office_screens, ordering, receipts, refusals, reminders, screens
from central.badges import Badges
from central.centre import Centre
from central.centre_link import CentreLink
from central.config import CentralConfig, Site
from central.delivery import Delivery
from central.guessing import Guessing
from central.intake import Intake
from central.metrics import Counts
from central.news import News
from central.office import Office
from central.ordering import Ordering, new_epoch
from central.own_journal import OwnJournal
from central.people import People
from central.registry import Registry
from central.standing_alarms import clear_quiet
from central.store import Store, Work
from wire.entry import MAX_BATCH
from wire.sign import Sign, signer
from wire.web.guard import Guard
from wire.web.pages import Pages, share_static
from wire.web.stream import Hub

PAGES = Path(__file__).parent / "pages"
SWEEP_S = 30
FOREIGN_QUIET_MS = 10 * 60_000
"""Without a word from a replaced machine for so long, it has been switched off."""

FORGED_QUIET_MS = 24 * 60 * 60_000
"""A day after the last forged entry everybody who has to know has seen it."""

log = structlog.get_logger()


def build(site: Site, open_store: Callable[[], Store]) -> FastAPI:
    """Return the program; what runs beside the pages lives as long as it does."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        store = open_store()
        try:
            centre, delivery = await _assemble(site, store)
            app.state.centre = centre
            beside = asyncio.create_task(_run(centre, delivery))
            beside.add_done_callback(lambda task: _ended(app, task))
            try:
                yield
            finally:
                beside.cancel()
                await asyncio.wait([beside])
        finally:
            await asyncio.to_thread(store.close)

    app = FastAPI(title="zone24 central", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.crashed = False
    app.include_router(api.router)
    app.include_router(screens.router)
    app.include_router(receipts.router)
    app.include_router(office_screens.router)
    app.include_router(item_screens.router)
    share_static(app)
    refusals.install(app)
    app.add_middleware(Guard, most=MAX_BATCH, refuse=refusals.answer)
    return app


async def _assemble(site: Site, store: Store) -> tuple[Centre, Delivery]:
    counts, registry, hub = Counts(), Registry(site.folder), Hub()
    sign = signer(site.centre_key)
    people = People(site.seal_key, site.field_key)
    intake = Intake(registry, people, counts)
    news = News(hub.changed)
    orders = await store.write(lambda work: _begun(work, sign))
    link = CentreLink(
        site.config.broker, registry=registry, intake=intake, ordering=orders, store=store, counts=counts, sign=sign,
        changed=news.changed,
    )  # fmt: skip
    delivery = Delivery(site.config, store, registry, people, counts)
    store.listeners += [news.changed, delivery.wake, link.wake]
    centre = Centre(
        site=site, store=store, registry=registry, people=people, intake=intake, link=link, counts=counts, hub=hub,
        pages=Pages(PAGES), sign=sign, ordering=orders,
        office=Office(OwnJournal(sign, orders.epoch, people), people), badges=Badges(site.folder / "staff.toml"),
        owner_tries=Guessing(),
    )  # fmt: skip
    return centre, delivery


def _begun(work: Work, sign: Sign) -> Ordering:
    """Begin this start's journals, with what still waits from before."""
    begun = Ordering(sign, new_epoch(work.connection, work.now))
    begun.begin(work)
    return begun


async def _run(centre: Centre, delivery: Delivery) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(centre.link.run())
        tasks.create_task(delivery.run())
        tasks.create_task(_sweep(centre.store, centre.config))


async def _sweep(store: Store, config: CentralConfig) -> None:
    while True:
        try:
            await store.write(lambda work: sweep(work, config))
        except SQLAlchemyError as error:  # a full disk is no reason to stop reading
            log.error("not swept", why=str(error.__cause__ or error))  # noqa: TRY400
        await asyncio.sleep(SWEEP_S)


def sweep(work: Work, config: CentralConfig) -> None:
    """What time alone changes."""
    issuing.sweep(work)
    ordering.sweep(work)
    cases.sweep(work)
    reminders.sweep(work, config.lockers)
    clear_quiet(work, "epoch_foreign", FOREIGN_QUIET_MS)
    clear_quiet(work, "signature_bad", FORGED_QUIET_MS)


def _ended(app: FastAPI, task: asyncio.Task[None]) -> None:
    """A bug beside the pages ends the whole program: what half runs would look alive."""
    if not task.cancelled() and (error := task.exception()):
        log.critical("crashed", exc_info=error)
        app.state.crashed = True
        signal.raise_signal(signal.SIGTERM)

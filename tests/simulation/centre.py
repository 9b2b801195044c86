"""The centre: the real intake and its projections on the real store, with virtual time, disk and power."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from central import ordering
from central.intake import Intake, head_of
from central.metrics import Counts
from central.ordering import Ordering, new_epoch
from central.people import People
from central.registry import Registry
from central.store import Store, Work
from tests.simulation import site
from tests.simulation.agenda import MINUTE, SECOND, Agenda
from tests.simulation.god import CODES
from tests.simulation.power import Death, PowerCut, dying, left_behind
from tests.simulation.signing import Signing
from tests.simulation.small_disk import MOST_PAGES
from wire import entry, topics
from wire.entry import Receipt
from wire.errors import BadMessage
from wire.orders import Order

AGAIN = 20 * MINUTE
"""Between two sendings of an order that was not answered; three seconds in truth, which is a third of all the work."""

AT_ONCE = 100
"""Delivered messages that are noted as such in one go."""


class Told(NamedTuple):
    """An SMS with a pickup code, as far as it concerns the one who gets it."""

    device: str
    item: str
    number: str
    issue: int


class OpenPhones(People):
    """Phones come unsealed: the sealing is simulated nowhere, and costs more than all the rest."""

    def opened(self, sealed: str) -> str:
        return sealed

    def sealed(self, text: str) -> str:
        return text


class Centre:
    """`answer(device, receipt)` takes what goes down; `told` hears every SMS that the gateway delivers."""

    def __init__(
        self, folder: Path, devices: list[str], *, agenda: Agenda, signing: Signing, intake: type[Intake],
        answer: Callable[[str, str, bytes], None],
    ) -> None:  # fmt: skip
        self.agenda, self.devices = agenda, devices
        self.death: Death | None = None
        self.store: Store | None = None
        self.told: Callable[[Told], None] = lambda _: None
        self.delivered: set[str] = set()
        self.refused = self.faults = 0
        self._sends_again = False
        self._folder, self._signing, self._intake_class, self._answer = folder, signing, intake, answer
        self._sign = signing.signer("centre")
        self._starts = 0
        self.site = site.make(folder, devices, signing)

    @property
    def file(self) -> Path:
        return self._folder / site.DATABASE

    # --- power and disk ---

    def start(self) -> None:
        if self.store:
            return
        self.store = Store(self.site.database, lambda: self.agenda.now, thread=False)
        people = OpenPhones(self.site.seal_key, self.site.field_key)
        self._intake = self._intake_class(Registry(self._folder, self._signing.verifier), people, Counts())
        self.store.listeners.append(self._listen)
        self._news: set[str] = {"sms"}
        self.ordering: Ordering = self._do(self._begun)
        for device in self.devices:
            self._say_what_is_there(device)
        self.send_orders()

    def crash(self) -> None:
        """Lose the power: what is not on the disk is gone."""
        if self.store is None:
            return
        store, self.store, self.death = self.store, None, None
        left = self._folder / "left" / self.file.name
        left_behind(self.file, left)
        store.close()
        for part in self._folder.glob(f"{self.file.name}*"):
            part.unlink()
        for part in left.parent.iterdir():
            part.rename(self._folder / part.name)

    def back_up(self) -> None:
        """Copy the database as an operator would."""
        backup = self._folder / "backup" / self.file.name
        backup.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(backup)) as target:
            source.backup(target)

    def restore(self) -> bool:
        """Go on with the copy that was made last; False where none was."""
        backup = self._folder / "backup" / self.file.name
        if not backup.exists():
            return False
        self.crash()
        for part in self._folder.glob(f"{self.file.name}*"):
            part.unlink()
        shutil.copyfile(backup, self.file)
        self.start()
        return True

    def fill_disk(self, *, full: bool) -> None:
        """Have no room for another page, or room again."""
        if self.store:
            self._do(lambda work: _limit(work, full=full))

    # --- work ---

    def arrived(self, topic: str, payload: bytes) -> None:
        """Take a batch that came over MQTT."""
        device = topics.read(topic).device
        receipt = self.take(device, payload)
        if receipt is not None:
            self._answer(device, topics.receipt(device), receipt)

    def take(self, device: str, batch: bytes) -> bytes | None:
        """Return the receipt as it goes down; None where there is none, or the power failed."""
        if self.store is None:
            return None
        try:
            receipt: Receipt | None = self._do(self._intake.read(device, batch))
        except BadMessage:
            self.refused += 1
            return None
        self._deliver()
        return entry.sign_receipt(receipt, self._sign) if receipt else None

    def _do(self, job: Callable[[Work], Any]) -> Any:
        """Have a job done; None when the disk or the power did not let it be."""
        if self.store is None:
            return None
        write: Callable[[Any], Any] = lambda change: self.store.commit([change])[0]  # noqa: E731  # type: ignore[union-attr]
        try:
            done = (dying(write, self.death) if self.death else write)(job)
            return done.result()
        except PowerCut:
            self.crash()
            self.agenda.after(30 * SECOND, self.start)
        except SQLAlchemyError:
            self.faults += 1
        return None

    def _say_what_is_there(self, device: str) -> None:
        """A centre that starts sends every device its receipt: one that was restored is refilled at once."""
        receipt = self._do(lambda work: head_of(work.connection, device, 1).receipt())
        if receipt:
            self._answer(device, topics.receipt(device), entry.sign_receipt(receipt, self._sign))

    # --- orders ---

    def _begun(self, work: Work) -> Ordering:
        begun = Ordering(self._sign, new_epoch(work.connection, work.now))
        begun.begin(work)
        return begun

    def order(self, device: str, given: Order) -> bool:
        """Order something, as an office page does; False when it could not be written down."""
        written = self._do(lambda work: self.ordering.give(work, device, given) or True)
        self.send_orders()
        return bool(written)

    def send_orders(self) -> None:
        """Send what waits, and again until nothing waits."""
        if self.store is None:
            return
        with self.store.reading() as connection:
            waiting = self.ordering.waiting(connection)
        for device, batch in waiting.items():
            self._answer(device, topics.down_journal(device), batch)
        if waiting and not self._sends_again:
            self._sends_again = True
            self.agenda.after(AGAIN, self._send_again)

    def _send_again(self) -> None:
        self._sends_again = False
        self._do(ordering.sweep)
        self.send_orders()

    def orders_for(self, device: str, path: str) -> bytes | None:
        """Answer `GET /v1/orders?epoch=…&after=…`."""
        if self.store is None:
            return None
        epoch, after = (int(part.partition("=")[2]) for part in path.partition("?")[2].split("&"))
        with self.store.reading() as connection:
            return self.ordering.batch(connection, device, after if epoch == self.ordering.epoch else 0)

    # --- SMS ---

    def _listen(self, news: set[str]) -> None:
        self._news |= news

    def _deliver(self) -> None:
        """Bring what is due to the gateway, which delivers each id once."""
        if self.store is None or "sms" not in self._news:
            return
        self._news = set()
        with self.store.reading() as connection:
            due = connection.exec_driver_sql("SELECT id, kind, facts FROM sms WHERE ended IS NULL").fetchall()
        for id_, kind, facts in due:
            if id_ not in self.delivered:
                self.delivered.add(id_)
                self._tell(kind, json.loads(facts))
        if len(due) > AT_ONCE:
            self._do(lambda work: work.connection.exec_driver_sql(_SENT, [(work.now, row[0]) for row in due]) and None)

    def _tell(self, kind: str, facts: dict[str, Any]) -> None:
        if kind in CODES:
            self.told(Told(facts["device"], facts["item"], facts["number"], facts["issue"]))


_SENT = "UPDATE sms SET ended = ?, outcome = 'sent' WHERE id = ?"


def _limit(work: Work, *, full: bool) -> None:
    used = work.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    work.connection.exec_driver_sql(f"PRAGMA max_page_count = {used if full else MOST_PAGES}")

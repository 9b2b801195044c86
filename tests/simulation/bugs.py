"""Planted bugs, by name: with each of them the simulation must find something, or it finds nothing at all."""

from typing import Any

from sqlalchemy import select

from central.intake import Intake, head_of
from central.schema import entry as entries
from edge.journal import Journal, Verdict
from edge.lockers import Lockers
from locker.step import Open, Step
from tests.simulation.parts import Parts
from wire.entry import Receipt


class TakesWhateverComes(Intake):
    """Looks at no number: what overtook something else is taken, and what it overtook is never missed."""

    def _take(self, work: Any, device: str, epoch: int, arrived: list[Any]) -> Receipt:
        head = head_of(work.connection, device, epoch)
        mine = select(entries.c.seq).where(entries.c.device == device, entries.c.epoch == epoch)
        there = set(work.connection.execute(mine).scalars())
        new = [one for one in arrived if one.entry.seq not in there]
        for one in new:
            if one.entry.seq > head.upto:
                head.upto, head.head = one.entry.seq, one.digest
        if new:
            self._append(work, head, new)
        return head.receipt()


class OpensFirst(Lockers):
    """Moves the bolt and writes it down afterwards."""

    async def _do(self, step: Step, *kept: Any) -> None:
        for effect in step.effects:
            if isinstance(effect, Open):
                await self._open(effect.compartment, self._journal.last + 1)
        self._keep(step, *kept)


class NeverGoesBack(Journal):
    """Takes a receipt for less than it had for an old one, and the restored centre is not refilled."""

    def take(self, receipt: Receipt) -> Verdict:
        return Verdict.SAME if receipt.upto < self.cursor else super().take(receipt)


class BelievesOnlyTheBroker(Journal):
    """Hears no receipt; the simulation moves its cursor when the broker has acknowledged."""

    def take(self, receipt: Receipt) -> Verdict:
        return Verdict.SAME


BUGS: dict[str, Parts] = {
    "no-sequence-check": Parts(intake=TakesWhateverComes),
    "effect-before-record": Parts(lockers=OpensFirst),
    "puback-moves-cursor": Parts(journal=BelievesOnlyTheBroker, believes_the_broker=True),
    "restored-not-refilled": Parts(journal=NeverGoesBack),
}

import hmac
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from locker import pickup
from locker.bank import Bank
from locker.compartment import Compartment, Place
from locker.parcel import Parcel
from locker.step import Step
from wire.happenings import Happening, Size

KEY = bytes(range(32))
PLACES = (Place(1, "S"), Place(2, "S", low=True), Place(3, "M"), Place(4, "L"))


def code_of(item: str, issue: int) -> str:
    return pickup.code(lambda data: hmac.digest(KEY, data, "sha256"), item, issue)


def parcel(item: str = "paper-1", size: Size = "S", **more: Any) -> Parcel:
    known = {"label": "", "giver": "staff 1001", "phone": "sealed", "phone_tail": "5678"}
    return Parcel(item=item, size=size, **{**known, **more})


class Zone:
    """A bank, the journal that its shell would write, and a clock: every method is something that happens there."""

    def __init__(self, places: Iterable[Place] = PLACES, bank: type[Bank] = Bank) -> None:
        self.empty = bank.empty(places)
        self.now = 1_000_000
        self.bank = self.empty.resumed(self.now)
        self.journal: list[tuple[Happening, int]] = []
        self.contacts()

    def do(self, decide: Callable[[Bank], Step]) -> Step:
        step = decide(self.bank)
        self.journal += [(happening, self.now) for happening in step.record]
        self.bank = step.bank
        return step

    @staticmethod
    def code_of(item: str, issue: int) -> str:
        return code_of(item, issue)

    def deposit(self, item: str = "paper-1", size: Size = "S", **more: Any) -> Step:
        return self.do(lambda bank: bank.deposit(parcel(item, size, **more), self.now))

    def ask(self, name: str, *args: Any, **named: Any) -> Step:
        """Any other method of the bank, now."""
        return self.do(lambda bank: getattr(bank, name)(*args, now=self.now, **named))

    def cancel(self, compartment: int) -> Step:
        return self.do(lambda bank: bank.cancel_deposit(compartment, self.now))

    def pick_up(self, number: str, code: str, screen: str = "left", **more: str) -> Step:
        return self.ask("pick_up", number=number, code=code, screen=screen, code_of=code_of, **more)

    def claims(self, compartment: int, item: str = "paper-1", **more: Any) -> Step:
        """The giver says that the item lies in there."""
        return self.do(lambda bank: bank.claim_deposit(parcel(item, **more), compartment, self.now))

    def opens(self, compartment: int) -> Step:
        return self.do(lambda bank: bank.moved(compartment, True, self.now))

    def closes(self, compartment: int) -> Step:
        return self.do(lambda bank: bank.moved(compartment, False, self.now))

    def contacts(self, *open_doors: int) -> None:
        for number in self.bank.compartments:
            self.do(lambda bank, n=number: bank.moved(n, n in open_doors, self.now))

    def lost(self) -> Step:
        return self.do(lambda bank: bank.lost(self.now))

    def found(self) -> Step:
        return self.do(lambda bank: bank.found(self.now))

    def wait(self, seconds: float) -> Step:
        self.now += int(seconds * 1000)
        return self.do(lambda bank: bank.tick(self.now))

    def restart(self) -> None:
        self.bank = self.folded().resumed(self.now)

    def folded(self) -> Bank:
        bank = self.empty
        for happening, at in self.journal:
            bank = bank.after(happening, at)
        return bank

    # --- several at once, and looks ---

    def put_in(self, item: str = "paper-1", size: Size = "S", **more: Any) -> tuple[int, str, str]:
        """Deposit an item to the end; return compartment, number and the code that opens it."""
        compartment = self.deposit(item, size, **more).effects[0].compartment
        self.opens(compartment)
        self.closes(compartment)
        return compartment, self[compartment].lead.number, self.code(compartment)

    def code(self, compartment: int) -> str:
        """Return the code that opens a compartment now."""
        lead = self[compartment].lead
        return code_of(lead.id, lead.issue)

    def goes_through(self, compartment: int) -> list[Happening]:
        """A door opens and closes."""
        return [*self.opens(compartment).record, *self.closes(compartment).record]

    def wrong(self, times: int, number: str = "1000", screen: str = "left") -> None:
        for _ in range(times):
            self.pick_up(number, "00000000", screen)

    def __getitem__(self, compartment: int) -> Compartment:
        return self.bank.compartments[compartment]

    def kinds(self) -> list[str]:
        return [type(happening).__name__ for happening, _ in self.journal]

    def alarms(self) -> set[str]:
        return {f"{alarm}: {about}" for alarm, about in self.bank.alarms}


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
def zone_of() -> Callable[..., Any]:
    return Zone

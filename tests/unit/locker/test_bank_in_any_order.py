"""Whatever people, doors, board and power do, in any order: the promises of a bank hold. Planted bugs are found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from locker.bank import Bank
from locker.compartment import Compartment, Place, Use
from locker.custody import Custody, Hands
from locker.step import Open, Step
from wire.entry import Instant
from wire.happenings import (
    DepositAbandoned,
    DepositBegun,
    Deposited,
    PickupLapsed,
    PickupOpened,
    PickupReserved,
    Taken,
)

PLACES = (Place(1, "S"), Place(2, "S"), Place(3, "M"))
DOORS = st.sampled_from([place.number for place in PLACES])
ITEMS = st.sampled_from([f"paper-{n}" for n in range(5)])


class Ledger:
    """What an auditor keeps who reads only the journal: where every item is, by rules of the auditor's own."""

    def __init__(self) -> None:
        self.where: dict[str, str | int] = {}
        self.promised: dict[int, str] = {}
        self.opened: set[int] = set()

    def read(self, happening: Any) -> None:
        match happening:
            case DepositBegun(item=item, compartment=compartment):
                assert compartment not in self.where.values(), "two items in one compartment"
                assert self.where.get(item) in (None, "giver", "citizen"), "an item is in two places"
                self.where[item] = compartment
            case DepositAbandoned(item=item):
                self.where[item] = "giver"
            case PickupReserved(compartment=compartment):
                self.opened.discard(compartment)
            case PickupLapsed(compartment=compartment):
                assert compartment not in self.opened, "a pickup lapsed after its door was open"
            case PickupOpened(compartment=compartment):
                assert compartment not in self.opened, "a door opened twice for one code"
                self.opened.add(compartment)
            case Taken(item=item, compartment=compartment):
                assert self.where[item] == compartment, "an item was taken from where it was not"
                assert compartment in self.opened, "an item was taken through a closed door"
                self.opened.discard(compartment)
                self.where[item] = "citizen"


class AnyOrder(RuleBasedStateMachine):
    def __init__(self, zone_of: Callable[..., Any], bank: type[Bank]) -> None:
        super().__init__()
        self.zone = zone_of(PLACES, bank)
        self.ledger, self.custody = Ledger(), Custody("zone-01")
        self.read = 0
        self.codes: dict[str, tuple[str, str]] = {}

    def done(self, step: Step) -> Step:
        """The auditor reads on, and looks whether every order stands in the record."""
        for happening, _ in self.zone.journal[self.read :]:
            self.ledger.read(happening)
            self.custody = self.custody.after(happening)
            if isinstance(happening, Deposited):
                self.codes[happening.number] = (happening.number, self.zone.code_of(happening.item, happening.issue))
        self.read = len(self.zone.journal)
        orders = [effect.compartment for effect in step.effects if isinstance(effect, Open)]
        recorded = [h.compartment for h in step.record if isinstance(h, DepositBegun | PickupReserved)]
        assert orders == recorded, "a bolt would move without a record"
        assert step.refused is None or not orders
        return step

    def pick_up(self, number: str, code: str, screen: str) -> Step:
        return self.done(self.zone.pick_up(number, code, screen))

    # --- people ---

    @rule(item=ITEMS, size=st.sampled_from("SML"))
    def somebody_deposits(self, item: str, size: Any) -> None:
        inside = self.ledger.where.get(item) not in (None, "giver", "citizen")
        step = self.done(self.zone.deposit(item, size))
        assert not (inside and step.record)

    @rule(compartment=DOORS)
    def somebody_takes_it_back(self, compartment: int) -> None:
        self.done(self.zone.cancel(compartment))

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), screen=st.sampled_from(["left", "right"]))
    def somebody_types_a_code_that_was_given_out(self, data: st.DataObject, screen: str) -> None:
        number, code = data.draw(st.sampled_from(sorted(self.codes.values())))
        spent = any(spent.number == number for spent in self.zone.bank.spent)
        step = self.pick_up(number, code, screen)
        assert not (spent and step.effects != (step.refused,)), "a spent code opened a door"

    @precondition(lambda self: self.codes)
    @rule(data=st.data(), code=st.integers(0, 10**8 - 1), times=st.integers(1, 3))
    def somebody_guesses(self, data: st.DataObject, code: int, times: int) -> None:
        number, right = data.draw(st.sampled_from(sorted(self.codes.values())))
        wrong = f"{code:08d}" if f"{code:08d}" != right else f"{(code + 1) % 10**8:08d}"
        for _ in range(times):
            assert self.pick_up(number, wrong, "left").refused, "a wrong code opened a door"

    @rule(item=ITEMS)
    def somebody_deposits_to_the_end(self, item: str) -> None:
        self.somebody_is_served(self.done(self.zone.deposit(item)))

    @precondition(lambda self: self.codes)
    @rule(data=st.data())
    def somebody_picks_up_to_the_end(self, data: st.DataObject) -> None:
        number, code = data.draw(st.sampled_from(sorted(self.codes.values())))
        self.somebody_is_served(self.pick_up(number, code, "right"))

    def somebody_is_served(self, step: Step) -> None:
        for effect in step.effects:
            if isinstance(effect, Open):
                self.a_door_moves(effect.compartment, True)
                self.a_door_moves(effect.compartment, False)

    # --- doors ---

    @rule(compartment=DOORS, is_open=st.booleans())
    def a_door_moves(self, compartment: int, is_open: bool) -> None:
        self.done((self.zone.opens if is_open else self.zone.closes)(compartment))

    @rule(open_doors=st.sets(DOORS))
    def the_contacts_are_read(self, open_doors: set[int]) -> None:
        for place in PLACES:
            self.a_door_moves(place.number, place.number in open_doors)

    @rule()
    def the_board_falls_silent(self) -> None:
        self.done(self.zone.lost())

    @rule()
    def the_board_answers(self) -> None:
        self.done(self.zone.found())

    # --- time and power ---

    @rule(seconds=st.sampled_from([0.1, 9.9, 10, 60, 3600]))
    def time_passes(self, seconds: float) -> None:
        self.done(self.zone.wait(seconds))

    @rule()
    def the_power_fails(self) -> None:
        self.zone.restart()

    # --- the promises ---

    @invariant()
    def the_record_tells_the_whole_bank(self) -> None:
        now = self.zone.now
        assert self.zone.folded().resumed(now) == self.zone.bank.resumed(now), "something was not recorded"

    @invariant()
    def every_item_is_inside_or_with_somebody(self) -> None:
        inside = {c.item.id: c.number for c in self.zone.bank.compartments.values() if c.item}
        audited = {item: at for item, at in self.ledger.where.items() if isinstance(at, int)}
        assert inside == audited, "an item is lost"
        assert all((c.item is None) == (c.use is Use.FREE) for c in self.zone.bank.compartments.values())

    @invariant()
    def every_item_has_the_custodian_that_the_doors_say(self) -> None:
        held = {c.item.id for c in self.zone.bank.compartments.values() if c.use in (Use.HOLDING, Use.EMPTYING)}
        assert held == {item for item, of in self.custody.of.items() if of.hands is Hands.BANK}

    @invariant()
    def no_item_is_behind_a_number_that_another_has(self) -> None:
        numbers = [c.item.number for c in self.zone.bank.compartments.values() if c.item]
        assert len(numbers) == len(set(numbers))


def play(zone_of: Callable[..., Any], bank: type[Bank], **how: Any) -> None:
    chosen = settings(stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), **how)
    run_state_machine_as_test(lambda: AnyOrder(zone_of, bank), settings=chosen)


def test_no_order_of_things_breaks_a_promise(zone_of: Callable[..., Any]):
    play(zone_of, Bank, max_examples=200)


class OffersWhatIsFull(Bank):
    def _is_offered(self, compartment: Compartment) -> bool:
        return True


class KeepsTheCodeOfWhatIsOpen(Bank):
    def under(self, number: str) -> Compartment | None:
        found = super().under(number)
        return found and replace(found, opened=False, use=Use.HOLDING)


class TakesAnyCode(Bank):
    def pick_up(self, **asked: Any) -> Step:
        return super().pick_up(**{**asked, "code_of": lambda _item, _issue: asked["code"]})


class OrdersWithoutRecord(Bank):
    def pick_up(self, **asked: Any) -> Step:
        step = super().pick_up(**asked)
        return Step(self, (), step.effects) if step.refused is None else step


class RecordsTooLittle(Bank):
    def moved(self, *said: Any) -> Step:
        step = super().moved(*said)
        return Step(step.bank, step.record[:1], step.effects)


class LosesTime(Bank):
    def tick(self, now: Instant) -> Step:
        step = super().tick(now)
        return Step(step.bank, tuple(h for h in step.record if not isinstance(h, PickupLapsed)), step.effects)


@pytest.mark.parametrize(
    ("bug", "found"),
    [
        (OffersWhatIsFull, "cannot be commanded|no DepositBegun"),
        (KeepsTheCodeOfWhatIsOpen, "cannot be commanded|a spent code|is emptying"),
        (TakesAnyCode, "a wrong code opened a door"),
        (OrdersWithoutRecord, "a bolt would move without a record"),
        (RecordsTooLittle, "something was not recorded"),
        (LosesTime, "something was not recorded"),
    ],
)
def test_a_planted_bug_is_found(zone_of: Callable[..., Any], bug: type[Bank], found: str):
    with pytest.raises(Exception, match=found):
        play(zone_of, bug, max_examples=1000, phases=[Phase.generate], database=None)

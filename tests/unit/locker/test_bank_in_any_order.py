"""Whatever people, doors, board and power do, in any order: the promises of a bank hold. Planted bugs are found."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from locker.bank import Bank
from locker.compartment import Compartment, Place, Use
from locker.custody import Custody
from locker.door import Door
from locker.step import Open, Step
from tests.unit.locker.ledger import Ledger
from wire.credential import Credential, bank_mark, item_mark
from wire.happenings import DepositBegun, DepositMoved, InspectionBegun, PickupLapsed, PickupReserved, Settled, Taken
from wire.legs import leg_of
from wire.orders import OpenCompartment, Redirect, Reissue

PLACES = (Place(1, "S"), Place(2, "S", low=True), Place(3, "M"))
DOORS = st.sampled_from([place.number for place in PLACES])
ITEMS = st.sampled_from([f"paper-{n}" for n in range(5)])
PURPOSES = st.sampled_from(["pickup", "pickup", "pickup", "papers", "delivery", "quarantine", "loan"])
PEOPLE = st.sampled_from(["staff 1001", "staff 1002", "courier 2001", "citizen ****5678", ""])
SCREENS = st.sampled_from(["left", "right"])
ORDERED = (DepositBegun, DepositMoved, PickupReserved, InspectionBegun)
"""What a bolt moves for."""


class AnyOrder(RuleBasedStateMachine):
    def __init__(self, zone_of: Callable[..., Any], bank: type[Bank]) -> None:
        super().__init__()
        self.zone = zone_of(PLACES, bank)
        self.ledger, self.custody = Ledger(), Custody()
        self.read, self.ordered = 0, 0

    def done(self, step: Step) -> Step:
        """The auditor reads on, and looks whether every order stands in the record."""
        for happening, _ in self.zone.journal[self.read :]:
            self.ledger.read(happening)
            leg = leg_of("zone-01", happening)
            self.custody = self.custody.after(leg, "zone-01") if leg else self.custody
        self.read = len(self.zone.journal)
        orders = [effect.compartment for effect in step.effects if isinstance(effect, Open)]
        recorded = [h.to if isinstance(h, DepositMoved) else h.compartment for h in step.record if type(h) in ORDERED]
        assert set(orders) <= set(recorded), "a bolt would move without a record"
        assert step.refused is None or not orders, "a bolt would move for what was refused"
        return step

    def opened(self, step: Step) -> bool:
        return any(isinstance(effect, Open) for effect in step.effects)

    # --- people ---

    @rule(item=ITEMS, size=st.sampled_from("SSM"), purpose=PURPOSES, low=st.booleans(), level=st.integers(0, 2))
    def somebody_deposits(self, item: str, size: Any, purpose: str, low: bool, level: int) -> None:
        inside = self.ledger.in_bank(item)
        more = {"purpose": purpose, "low": low, "level": level, "holder": "a1b2c3d4e5f6"}
        step = self.done(self.zone.deposit(item, size, **more))
        assert not (inside and step.record), "an item was laid in twice"

    @rule(item=ITEMS, data=st.data(), tail=st.sampled_from(["5678", "4321"]))
    def somebody_adds_an_item(self, item: str, data: st.DataObject, tail: str) -> None:
        numbers = sorted({begun.number for begun in self.ledger.begun.values()}) or ["1000"]
        self.done(self.zone.deposit(item, into=data.draw(st.sampled_from(numbers)), phone_tail=tail))

    @rule(item=ITEMS, purpose=PURPOSES, level=st.integers(0, 2))
    def somebody_deposits_to_the_end(self, item: str, purpose: str, level: int) -> None:
        more = {"purpose": purpose, "level": level, "holder": "a1b2c3d4e5f6"}
        self.somebody_is_served(self.done(self.zone.deposit(item, **more)))

    @precondition(lambda self: any(self.ledger.inside.values()))
    @rule(item=ITEMS, data=st.data())
    def somebody_adds_an_item_to_the_end(self, item: str, data: st.DataObject) -> None:
        at = data.draw(st.sampled_from(sorted(at for at, items in self.ledger.inside.items() if items)))
        lead = self.ledger.begun[self.ledger.inside[at][0]]
        more = {"into": lead.number, "purpose": lead.purpose, "giver": data.draw(PEOPLE)}
        self.somebody_is_served(self.done(self.zone.deposit(item, **more)))

    @rule(compartment=DOORS)
    def somebody_takes_it_back(self, compartment: int) -> None:
        self.done(self.zone.cancel(compartment))

    @rule(item=ITEMS, compartment=DOORS)
    def somebody_says_that_it_lies_inside(self, item: str, compartment: int) -> None:
        inside = self.ledger.is_inside(item)
        self.done(self.zone.claims(compartment, item))
        assert self.ledger.is_inside(item) == inside, "the word of one person put an item inside"

    @precondition(lambda self: self.ledger.codes)
    @rule(data=st.data(), screen=SCREENS, proof=st.sampled_from(["", "right", "wrong"]))
    def somebody_types_a_code_that_was_given_out(self, data: st.DataObject, screen: str, proof: str) -> None:
        number, item, issue = data.draw(st.sampled_from(sorted(self.ledger.codes)))
        good = self.ledger.opens(number, item, issue)
        level = self.level_at(item)
        step = self.done(self.zone.pick_up(number, self.zone.code_of(item, issue), screen, **proofs(proof)))
        assert good or not self.opened(step), "a code that is not good any more opened a door"
        assert not self.opened(step) or not level or proof == "right", "a door opened for the wrong person"

    @precondition(lambda self: self.ledger.codes)
    @rule(data=st.data(), proof=st.sampled_from(["", "right", "wrong"]), newer=st.integers(0, 2), there=st.booleans())
    def somebody_shows_a_qr_code(self, data: st.DataObject, proof: str, newer: int, there: bool) -> None:
        _, item, issue = data.draw(st.sampled_from(sorted(self.ledger.codes)))
        issue += newer
        lies = self.ledger.is_inside(item) and self.ledger.begun[item].purpose == "pickup"
        good = there and lies and issue >= self.ledger.issue[item] and (item, issue) not in self.ledger.spent
        level = self.level_at(item)
        mark = bank_mark("zone-01" if there else "zone-02")
        shown = Credential(mark, item_mark(item), issue, 0, 24, 0)
        step = self.done(
            self.zone.ask(
                "present", shown, device="zone-01", screen="left", wall=self.zone.now, clock_good=True, **proofs(proof)
            )
        )
        assert good or not self.opened(step), "a QR code that is not good any more opened a door"
        assert not self.opened(step) or not level or proof == "right", "a door opened for the wrong person"
        assert step.refused is None or step.refused.reason != "locked_out"

    def level_at(self, item: str) -> int:
        at = self.ledger.where.get(item)
        lie_there = self.ledger.inside.get(at, []) if isinstance(at, int) else []
        return max((self.ledger.begun[other].level for other in lie_there), default=0)

    @precondition(lambda self: self.ledger.codes)
    @rule(data=st.data(), code=st.integers(0, 10**8 - 1), times=st.integers(1, 3))
    def somebody_guesses(self, data: st.DataObject, code: int, times: int) -> None:
        number, *_ = data.draw(st.sampled_from(sorted(self.ledger.codes)))
        right = {self.zone.code_of(item, issue) for n, item, issue in self.ledger.codes if n == number}
        wrong = next(f"{c % 10**8:08d}" for c in range(code, code + 50) if f"{c % 10**8:08d}" not in right)
        for _ in range(times):
            assert self.done(self.zone.pick_up(number, wrong, "left")).refused, "a wrong code opened a door"

    @rule(item=ITEMS, by=PEOPLE, role=st.sampled_from(["staff", "courier", "giver", "citizen"]))
    def somebody_collects(self, item: str, by: str, role: Any) -> None:
        begun = self.ledger.begun.get(item)
        step = self.done(self.zone.ask("collect", item, by=by, role=role))
        if self.opened(step):
            assert begun is not None
            allowed = {
                "staff": ("papers", "quarantine", "return", "loan"),
                "courier": ("delivery",),
                "giver": ("pickup", "delivery"),
                "citizen": (),
            }
            assert begun.purpose in allowed[role], "a door opened for the wrong role"
            assert role != "giver" or begun.giver == by, "a door opened for another giver"

    @rule(item=ITEMS)
    def somebody_borrows(self, item: str) -> None:
        step = self.done(self.zone.ask("lend", item, phone="sealed", phone_tail="9999", due=self.zone.now + 1))
        assert not self.opened(step) or self.ledger.begun[item].purpose == "loan", "what is no loan was lent"

    @precondition(lambda self: self.ledger.codes)
    @rule(data=st.data())
    def somebody_picks_up_to_the_end(self, data: st.DataObject) -> None:
        number, item, issue = data.draw(st.sampled_from(sorted(self.ledger.codes)))
        code = self.zone.code_of(item, issue)
        self.somebody_is_served(self.done(self.zone.pick_up(number, code, "right", **proofs("right"))))

    def somebody_is_served(self, step: Step) -> None:
        for effect in step.effects:
            if isinstance(effect, Open):
                self.a_door_moves(effect.compartment, True)
                self.a_door_moves(effect.compartment, False)

    # --- staff and the centre ---

    @rule(compartment=DOORS, by=PEOPLE, witness=PEOPLE)
    def somebody_looks_inside(self, compartment: int, by: str, witness: str) -> None:
        self.done(self.zone.ask("inspect", compartment, by=by, witness=witness, why="noise"))

    @rule(compartment=DOORS, by=PEOPLE, witness=PEOPLE, gone=st.booleans())
    def somebody_settles(self, compartment: int, by: str, witness: str, gone: bool) -> None:
        self.done(self.zone.ask("settle", compartment, gone=gone, by=by, witness=witness, why="looked"))

    @rule(item=ITEMS, by=PEOPLE)
    def somebody_says_that_it_lies_elsewhere(self, item: str, by: str) -> None:
        step = self.done(self.zone.ask("report_misplaced", item, by=by, note=""))
        assert not step.record or by.startswith("staff") or by == self.ledger.begun[item].giver

    @precondition(lambda self: self.ledger.released)
    @rule(data=st.data(), closes=st.booleans())
    def somebody_finds_something_else_inside(self, data: st.DataObject, closes: bool) -> None:
        item = data.draw(st.sampled_from(sorted(self.ledger.released)))
        compartment = self.ledger.released[item]
        self.done(self.zone.ask("report_wrong_inside", item))
        if closes:
            self.a_door_moves(compartment, False)
        assert self.ledger.is_inside(item), "what nobody took is gone"

    @rule(item=ITEMS, way=st.sampled_from(["delivery", "pickup"]))
    def a_citizen_wants_it_another_way(self, item: str, way: Any) -> None:
        self.done(self.zone.ask("redirect", item, way, by="citizen ****5678"))

    @rule(compartment=DOORS, blocks=st.booleans())
    def somebody_blocks_or_unblocks(self, compartment: int, blocks: bool) -> None:
        said = {"why": "smell", "by": "staff 1001"} if blocks else {"by": "staff 1001"}
        self.done(self.zone.ask("block" if blocks else "unblock", compartment, **said))

    @rule(name=st.sampled_from(["r1", "r2"]), low=st.booleans(), hours=st.integers(1, 3))
    def somebody_reserves(self, name: str, low: bool, hours: int) -> None:
        until = self.zone.now + hours * 3_600_000
        self.done(self.zone.ask("reserve", reservation=name, size="S", low=low, by="staff 1001", until=until))

    @rule(name=st.sampled_from(["r1", "r2"]), item=ITEMS, uses=st.booleans())
    def somebody_uses_or_cancels_a_reservation(self, name: str, item: str, uses: bool) -> None:
        self.done(self.zone.deposit(item, reservation=name) if uses else self.zone.ask("cancel_reservation", name))

    @rule(item=ITEMS, more=st.integers(-1, 2))
    def the_code_is_given_out_anew(self, item: str, more: int) -> None:
        issue = self.ledger.issue.get(item, 0) + more
        self.done(self.zone.ask("reissue", item, issue=issue, why="reissue", by="staff 1001"))

    @rule(item=ITEMS, compartment=DOORS, late=st.booleans(), boot=st.integers(7, 8), witness=PEOPLE)
    def the_centre_orders(self, item: str, compartment: int, late: bool, boot: int, witness: str) -> None:
        self.ordered += 1
        not_after = self.zone.now + (-1 if late else 30_000)
        named: dict[str, Any] = {"order": f"{self.ordered:032x}", "actor": "staff 1001", "not_after": not_after}
        orders = (
            Reissue(item=item, issue=self.ledger.issue.get(item, 0) + 1, why="proxy", **named),
            OpenCompartment(compartment=compartment, why="noise", witness=witness, fence=boot, **named),
            Redirect(item=item, purpose="delivery", **named),
        )
        order = orders[self.ordered % 3]
        told = {"epoch": 1, "seq": self.ordered, "wall": self.zone.now, "clock_good": True, "boot": 7}
        step = self.done(self.zone.ask("obey", order, **told))
        assert not self.opened(step) or (boot == 7 and not late), "an order that was late or for another boot opened"
        assert step.record[-1].order == order.order, "an order was not answered"
        again = self.done(self.zone.ask("obey", order, **told))
        assert (again.record, again.effects) == ((), ()), "an order was taken twice"

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
        inside = {c.number: [item.id for item in c.items] for c in self.zone.bank.compartments.values() if c.items}
        assert inside == {at: items for at, items in self.ledger.inside.items() if items}, "an item is lost"

    @invariant()
    def every_use_says_what_is_inside(self) -> None:
        for c in self.zone.bank.compartments.values():
            if c.use in (Use.FREE, Use.RESERVED):
                assert not c.occupied, "an item is lost"
            assert c.use not in (Use.HOLDING, Use.ADDING, Use.EMPTYING) or c.items, "an item is lost"
            assert (c.taking is not None) == (
                c.use is Use.EMPTYING or (c.was[0] is Use.EMPTYING and c.use is Use.INSPECTING)
            )

    @invariant()
    def every_item_has_the_custodian_that_the_doors_say(self) -> None:
        held = {item for items in self.ledger.inside.values() for item in items}
        assert held == {item for item, of in self.custody.of.items() if of.custodian == "bank zone-01"}

    @invariant()
    def every_item_has_the_issue_that_its_codes_say(self) -> None:
        for c in self.zone.bank.compartments.values():
            assert all(item.issue == self.ledger.issue[item.id] for item in c.items)

    @invariant()
    def what_lies_inside_can_be_taken_out(self) -> None:
        for compartment, items in self.ledger.inside.items():
            for item in items:
                assert can_be_taken_out(self.zone, compartment, item), "an item is trapped"


def proofs(proof: str) -> dict[str, str]:
    return {
        "": {},
        "right": {"tail": "5678", "holder": "a1b2c3d4e5f6"},
        "wrong": {"tail": "0000", "holder": "000000000000"},
    }[proof]


def can_be_taken_out(zone: Any, number: int, item: str) -> bool:
    """Try it on the value of the bank, which changes nothing: the board works, a technician frees a stuck door."""
    now = zone.now + 2 * 3_600_000
    bank = zone.bank.found(now).bank
    here = bank.compartment(number)
    if here.awaits_opening or here.door is Door.OPENING:
        bank = bank.tick(now + 10_000).bank
        now += 20_000
    here = bank.compartment(number)
    if not here.at_rest or here.claimed or any(inside.misplaced for inside in here.items):
        bank = bank.settle(number, gone=False, by="staff 1", witness="staff 2", why="seen", now=now).bank
    here = bank.compartment(number)
    lies = here.item(item)
    assert lies is not None
    if bank.stands("door_stuck", here.about):
        bank = bank.moved(number, True, now).bank.moved(number, False, now).bank
    bank = ask_for(zone, bank, number, item, now).bank
    bank = bank.moved(number, True, now).bank.moved(number, False, now).bank
    return bank.holding(item) is None


def ask_for(zone: Any, bank: Bank, number: int, item: str, now: int) -> Step:
    here = bank.compartment(number)
    lies, lead = here.item(item), here.content()
    assert lies is not None
    match lies.purpose:
        case "pickup":
            code = zone.code_of(lead.id, lead.issue)
            proof = {"tail": lies.phone_tail, "holder": "a1b2c3d4e5f6"}
            return bank.pick_up(number=lead.number, code=code, screen="other", code_of=zone.code_of, now=now, **proof)
        case "delivery":
            return bank.collect(item, by="courier 2001", role="courier", now=now)
    return bank.collect(item, by="staff 1001", role="staff", now=now)


class PlainDays(AnyOrder):
    """Deposits and pickups with few troubles: bugs in them are found sooner where less else happens."""

    somebody_says_that_it_lies_inside = None
    somebody_shows_a_qr_code = None
    somebody_collects = None
    somebody_borrows = None
    somebody_looks_inside = None
    somebody_settles = None
    somebody_says_that_it_lies_elsewhere = None
    somebody_blocks_or_unblocks = None
    somebody_reserves = None
    somebody_uses_or_cancels_a_reservation = None
    somebody_finds_something_else_inside = None
    a_citizen_wants_it_another_way = None
    the_code_is_given_out_anew = None
    the_centre_orders = None
    the_board_falls_silent = None
    what_lies_inside_can_be_taken_out = None


class WrongOnes(PlainDays):
    """Plain days on which people find something else behind their door."""

    somebody_finds_something_else_inside = AnyOrder.somebody_finds_something_else_inside


class OtherWays(PlainDays):
    """Plain days on which people ask for a delivery and take it back."""

    a_citizen_wants_it_another_way = AnyOrder.a_citizen_wants_it_another_way


def play(zone_of: Callable[..., Any], bank: type[Bank], machine: type[AnyOrder] = AnyOrder, **how: Any) -> None:
    chosen = settings(
        stateful_step_count=50,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        **how,
    )
    run_state_machine_as_test(lambda: machine(zone_of, bank), settings=chosen)


def test_no_order_of_things_breaks_a_promise(zone_of: Callable[..., Any]):
    play(zone_of, Bank, max_examples=150)


class OffersWhatIsFull(Bank):
    def offers(self, compartment: Compartment) -> bool:
        return True


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
    def tick(self, *said: Any) -> Step:
        step = super().tick(*said)
        return Step(step.bank, tuple(h for h in step.record if not isinstance(h, PickupLapsed)), step.effects)


class TakesWhatIsWrong(Bank):
    """The receiver said that something else lies there, and the record has the receiver take it."""

    def moved(self, *said: Any) -> Step:
        step = super().moved(*said)
        return Step(step.bank, tuple(self._taken(h) for h in step.record), step.effects)

    @staticmethod
    def _taken(h: Any) -> Any:
        wrong = isinstance(h, PickupLapsed) and h.why == "wrong_inside"
        return Taken(item=h.item, compartment=h.compartment, receiver="citizen ****5678") if wrong else h


class KeepsTheCode(Bank):
    """What a courier shall have still opens for its old code."""

    def redirect(self, *asked: Any, **said: Any) -> Step:
        step = super().redirect(*asked, **said)
        if not step.record:
            return step
        changed = step.record[1:]
        bank = self
        for happening in changed:
            bank = bank.after(happening, said["now"])
        return Step(bank, changed, step.effects)


class TakesOnePersonsWord(Bank):
    def settle(self, compartment: int, **said: Any) -> Step:
        step = super().settle(compartment, **{**said, "by": "a", "witness": "b"})
        alone = (msgspec.structs.replace(h, by="a", witness="a") if isinstance(h, Settled) else h for h in step.record)
        return Step(step.bank, tuple(alone), step.effects)


@pytest.mark.parametrize(
    ("machine", "bug", "found"),
    [
        (PlainDays, OffersWhatIsFull, "cannot be commanded|no DepositBegun|no CompartmentReserved|two items in one"),
        (PlainDays, TakesAnyCode, "a wrong code opened a door|not good any more"),
        (PlainDays, OrdersWithoutRecord, "a bolt would move without a record|an item is trapped"),
        (PlainDays, RecordsTooLittle, "something was not recorded"),
        (PlainDays, LosesTime, "something was not recorded"),
        (AnyOrder, TakesOnePersonsWord, "one person alone"),
        (WrongOnes, TakesWhatIsWrong, "by whoever found something else|something was not recorded"),
        (OtherWays, KeepsTheCode, "kept its code"),
    ],
)
def test_a_planted_bug_is_found(zone_of: Callable[..., Any], machine: type[AnyOrder], bug: type[Bank], found: str):
    with pytest.raises(BaseException, match=found):
        play(zone_of, bug, machine, max_examples=1000, phases=[Phase.generate], database=None)

"""Who gives out compartments: every order in which two who ask, a split and a crash can come, tried to the end.

The model is small enough to try all of it: two compartments, two who want one each (at the bank itself and through the
centre), a line that is cut and mended once, a bank that crashes once. Only the bank assigns; the centre asks. Nobody's
compartment is ever another's, and whoever was told a compartment has it. The control lets the centre assign too, from
what it last heard: the same search finds two people in one compartment.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from locker.bank import Bank
from locker.compartment import Place, Use
from locker.parcel import Parcel
from locker.step import Open
from wire.happenings import CompartmentReserved, DepositBegun, Happening

PLACES = (Place(1, "S"), Place(2, "S"))
NOW = 1_000_000


class State(NamedTuple):
    """Everything that can be told apart; `record` is on disk, `told` is what the two were promised."""

    record: tuple[Happening, ...] = ()
    heard: int = 0
    """How much of the record the centre knows."""

    wants: tuple[str, ...] = ("bank", "centre")
    asked: bool = False
    """The centre's order is under way, or waits for the line."""

    told: tuple[tuple[str, int], ...] = ()
    cuts: int = 1
    line: bool = True
    crashes: int = 1


def bank_of(record: tuple[Happening, ...]) -> Bank:
    bank = Bank.empty(PLACES)
    for happening in record:
        bank = bank.after(happening, NOW)
    return bank.resumed(NOW)


def steps(state: State, *, centre_assigns: bool) -> Iterator[State]:
    yield from at_the_bank(state)
    yield from at_the_centre(state, centre_assigns=centre_assigns)
    yield from misfortunes(state)


def at_the_bank(state: State) -> Iterator[State]:
    bank = bank_of(state.record)
    if "bank" in state.wants:
        parcel = Parcel(item="paper-1", label="", size="S", giver="staff 1001")
        step = bank.deposit(parcel, NOW)
        kept = state._replace(record=state.record + step.record, wants=without(state.wants, "bank"))
        yield kept  # written, and the power failed before anybody was told
        opened = [effect.compartment for effect in step.effects if isinstance(effect, Open)]
        yield kept._replace(told=state.told + tuple(("bank", at) for at in opened))
    if state.asked and state.line:
        step = bank.reserve(reservation="r1", size="S", low=False, by="staff 1002", until=NOW + 1, now=NOW)
        yield state._replace(record=state.record + step.record, asked=False)
        if state.crashes:  # it comes again: the answer was lost
            yield state._replace(record=state.record + step.record, crashes=0)


def at_the_centre(state: State, *, centre_assigns: bool) -> Iterator[State]:
    if state.line and state.heard < len(state.record):
        yield state._replace(heard=state.heard + 1)
    if "centre" not in state.wants:
        yield from told_by_the_centre(state)
        return
    waiting = state._replace(wants=without(state.wants, "centre"))
    if not centre_assigns:
        yield waiting._replace(asked=True)
        return
    known = bank_of(state.record[: state.heard])
    free = [number for number, c in known.compartments.items() if c.use is Use.FREE]
    yield waiting._replace(told=(*state.told, ("centre", free[0])) if free else state.told)


def told_by_the_centre(state: State) -> Iterator[State]:
    """The centre tells its own only what it has read in the bank's journal."""
    for happening in state.record[: state.heard]:
        if isinstance(happening, CompartmentReserved) and not any(who == "centre" for who, _ in state.told):
            yield state._replace(told=(*state.told, ("centre", happening.compartment)))


def misfortunes(state: State) -> Iterator[State]:
    if state.line and state.cuts:
        yield state._replace(line=False, cuts=0)
    if not state.line:
        yield state._replace(line=True)
    if state.crashes:
        yield state._replace(crashes=0)


def without(wants: tuple[str, ...], who: str) -> tuple[str, ...]:
    return tuple(other for other in wants if other != who)


def doubled(state: State) -> str:
    """Say what is wrong with a state, empty when nothing is."""
    compartments = [at for _, at in state.told]
    if len(set(compartments)) < len(compartments):
        return "two were told the same compartment"
    kept = {h.compartment: type(h) for h in state.record if isinstance(h, DepositBegun | CompartmentReserved)}
    given = [h for h in state.record if isinstance(h, DepositBegun | CompartmentReserved)]
    if len(kept) < len(given):
        return "one compartment was given out twice"
    meant = {"bank": DepositBegun, "centre": CompartmentReserved}
    return "" if all(kept.get(at) is meant[who] for who, at in state.told) else "somebody was told what is not kept"


def explore(*, centre_assigns: bool) -> dict[State, str]:
    """Return every state that can be reached, with what is wrong with it."""
    seen: dict[State, str] = {}
    todo = [State()]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen[state] = doubled(state)
            todo += steps(state, centre_assigns=centre_assigns)
    return seen


def test_whatever_comes_in_whatever_order_nobody_gets_anothers_compartment():
    seen = explore(centre_assigns=False)
    assert {wrong for wrong in seen.values() if wrong} == set()
    assert len(seen) > 100, "the model is not as large as it says"
    assert any(len(state.told) == 2 for state in seen), "both can be served"
    assert any(not state.line and state.told for state in seen), "the bank serves also while it is cut off"


@pytest.mark.parametrize("wrong", ["two were told the same compartment", "somebody was told what is not kept"])
def test_a_centre_that_assigns_too_is_found(wrong: str):
    assert wrong in explore(centre_assigns=True).values()

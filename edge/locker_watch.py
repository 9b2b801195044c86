"""What became of the door that a session waits for, as the bank tells it without anybody pressing anything."""

from edge import locker_talk as talk
from edge.locker_session import Session, State
from locker.bank import Bank
from locker.compartment import Compartment, Use
from locker.door import Door


def seen(session: Session, bank: Bank) -> talk.Happening | None:
    """Return what became of the session's door, None while it is not decided."""
    compartment = bank.compartments.get(session.compartment)
    if compartment is None:
        return None
    match session.state:
        case State.DEPOSITING:
            return _deposit_seen(session, bank, compartment)
        case State.COLLECTING:
            return _pickup_seen(session.item, compartment)
        case State.INSPECTING:
            return _inspection_seen(compartment)
    return None


def _deposit_seen(session: Session, bank: Bank, compartment: Compartment) -> talk.Happening | None:
    if session.cancelling:
        return None if compartment.door is Door.OPEN else talk.DepositCancelled()
    item = session.draft.item
    inside = next((c for c in bank.compartments.values() if any(one.id == item for one in c.items)), None)
    if inside:
        return talk.DepositEnded(inside.items[0].number)
    going = next((c for c in bank.compartments.values() if c.arriving and c.arriving.id == item), None)
    if going is None:
        return talk.DepositAbandoned()
    return None if going.number == session.compartment else talk.DoorMoved(going.number)


def _pickup_seen(item: str, compartment: Compartment) -> talk.Happening | None:
    if all(one.id != item for one in compartment.items):
        return talk.ItemTaken()
    return talk.PickupLapsed() if compartment.use is Use.HOLDING else None


def _inspection_seen(compartment: Compartment) -> talk.Happening | None:
    if compartment.use is Use.INSPECTING:
        return None
    return talk.InspectionLapsed() if compartment.door is Door.STUCK else talk.InspectionClosed()

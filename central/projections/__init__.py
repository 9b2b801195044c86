"""What an entry changes at the centre: one small function a kind of happening, found in a table.

They run in the transaction that appends the entry and never raise for what a device wrote: an entry that makes no sense
is kept, becomes an alarm or a case, and must not hold up those behind it.
"""

from collections.abc import Callable
from typing import Any

from central.projections import compartments, handovers, legs, lockers, tickets, zone
from central.projections.told import Told
from central.standing_alarms import raise_alarm
from wire import happenings as h
from wire.errors import BadMessage

PROJECTIONS: dict[type, Callable[[Told, Any], None]] = {
    h.AgentStarted: zone.agent_started,
    h.AlarmRaised: zone.alarm_raised,
    h.AlarmCleared: zone.alarm_cleared,
    h.DepositBegun: lockers.deposit_begun,
    h.DepositMoved: lockers.deposit_moved,
    h.Deposited: lockers.deposited,
    h.DepositAbandoned: lockers.deposit_abandoned,
    h.PickupReserved: lockers.pickup_reserved,
    h.PickupLapsed: lockers.pickup_lapsed,
    h.Taken: lockers.taken,
    h.Reissued: lockers.reissued,
    h.Redirected: lockers.redirected,
    h.DoorForced: lockers.door_forced,
    h.MisplacementReported: lockers.misplacement_reported,
    h.Corrected: lockers.corrected,
    h.CompartmentReserved: compartments.compartment_reserved,
    h.ReservationEnded: compartments.reservation_ended,
    h.CompartmentBlocked: compartments.compartment_blocked,
    h.CompartmentUnblocked: compartments.compartment_unblocked,
    h.InspectionBegun: compartments.inspection_begun,
    h.Settled: compartments.settled,
    h.OrderTaken: compartments.order_taken,
    h.Released: handovers.released,
    h.Accepted: handovers.accepted,
    h.Withdrawn: handovers.withdrawn,
    h.TicketReserved: tickets.ticket_reserved,
    h.TicketPrinted: tickets.ticket_printed,
    h.TicketReleased: tickets.ticket_released,
    h.BayChanged: zone.bay_changed,
}
"""What is not here changes nothing but the journal and custody: DepositOpened, PickupOpened, CodeRefused, …"""


def project(told: Told, happening: h.Happening | BadMessage | None) -> None:
    """Let what happened change what it changes; a kind from a later version (None) changes nothing yet."""
    if happening is None:
        return
    if isinstance(happening, BadMessage):
        detail = f"entry {told.entry.seq}: {happening}"
        raise_alarm(told.work, told.device, "entry_unreadable", "journal", detail)
        return
    change = PROJECTIONS.get(type(happening))
    if change:
        change(told, happening)
    legs.leg_told(told, happening)


__all__ = ["PROJECTIONS", "Told", "project"]

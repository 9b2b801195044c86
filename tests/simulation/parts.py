"""What the agents and the centre of a world are made of, and the clock of a Pi that may be wrong."""

from dataclasses import dataclass
from pathlib import Path

from central.intake import Intake
from edge.config import Broker, CompartmentSection, Locker
from edge.journal import Journal
from edge.lockers import Lockers
from tests.simulation.agenda import Agenda

SIZES = "SSSSSSSSMMMMLLLL"
"""The compartments of a bank."""

SECTION = Locker(
    port=Path("simulated"),
    key=Path("bank.key"),
    compartment=tuple(CompartmentSection(number=n, size=size) for n, size in enumerate(SIZES, 1)),
)
BROKER = Broker(host="simulated", port=1)


@dataclass
class Parts:
    """The real ones; planted bugs put others in. `believes_the_broker`: a PUBACK moves the cursor."""

    journal: type[Journal] = Journal
    lockers: type[Lockers] = Lockers
    intake: type[Intake] = Intake
    believes_the_broker: bool = False


@dataclass
class WallClock:
    """What the Pi believes: the true time and an error, in ms."""

    agenda: Agenda
    error: int = 0

    def __call__(self) -> int:
        return self.agenda.now + self.error

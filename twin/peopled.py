"""Who comes to a zone: everybody with the badge and the page that are theirs."""

from twin.office import Badge, Deliverer, Office, Receiver
from twin.people import Citizen, Courier, Staff
from twin.ports import HOST, Ports
from twin.provisioned import BADGE, COURIER_BADGE, COURIER_PIN, PIN, WITNESS_BADGE, WITNESS_PIN
from twin.visitors import Counter, Visitor

OWN, COLLEAGUE = Badge(BADGE, PIN), Badge(WITNESS_BADGE, WITNESS_PIN)
COURIER = Badge(COURIER_BADGE, COURIER_PIN)


class Peopled:
    """The addresses of a zone's pages, and the people in front of them."""

    def __init__(self, ports: Ports) -> None:
        self.ports = ports

    # --- where it answers ---

    @property
    def central_url(self) -> str:
        """The root of central's pages."""
        return f"http://{HOST}:{self.ports.central}"

    @property
    def edge_url(self) -> str:
        """The root of the agent's screens."""
        return f"http://{HOST}:{self.ports.edge}"

    @property
    def twin_url(self) -> str:
        """The page of the metal."""
        return f"http://{HOST}:{self.ports.page}"

    # --- who is in it ---

    def staff(self) -> Staff:
        """Return a member of staff at the lockers."""
        return Staff(self.edge_url, *OWN)

    def colleague(self) -> Staff:
        """Return another member of staff at the lockers."""
        return Staff(self.edge_url, *COLLEAGUE)

    def courier(self) -> Courier:
        """Return a courier at the lockers."""
        return Courier(self.edge_url, *COURIER)

    def office(self) -> Office:
        """Return a member of staff at central's pages, with a colleague beside them."""
        return Office(self.central_url, OWN, COLLEAGUE)

    def other_office(self) -> Office:
        """Return the colleague at central's pages."""
        return Office(self.central_url, COLLEAGUE, OWN)

    def deliverer(self) -> Deliverer:
        """Return the courier on the way to somebody's door."""
        return Deliverer(self.central_url, COURIER)

    def receiver(self, path: str) -> Receiver:
        """Return a citizen on the page of their item."""
        return Receiver(self.central_url, path)

    def citizen(self) -> Citizen:
        """Return a citizen at the lockers."""
        return Citizen(self.edge_url)

    def visitor(self) -> Visitor:
        """Return a citizen at the terminal."""
        return Visitor(self.edge_url)

    def counter(self, counter: str) -> Counter:
        """Return a member of staff behind a counter."""
        return Counter(self.central_url, counter)

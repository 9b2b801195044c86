"""What an auditor makes of one device's journal alone, by rules of the auditor's own."""

from wire import happenings as h


class Contradiction(Exception):
    """The journal says what cannot be."""


class Ledger:
    """`inside`: the compartment of each item that was begun and has not left.

    `handed`: how often items changed hands; `told`: how many codes somebody has to be told.
    """

    def __init__(self) -> None:
        self.inside: dict[str, int] = {}
        self.numbers: dict[str, str] = {}
        self.owner: dict[str, str] = {}
        self.handed = 0
        self.told = 0
        self._codes: set[tuple[str, int]] = set()
        self._opened: set[int] = set()
        self._held: dict[str, str] = {}

    def read(self, happening: h.Happening) -> None:
        """Take in what happened next; Contradiction when it cannot be true."""
        match happening:
            case h.DepositBegun(item=item, compartment=compartment, number=number, phone_tail=tail):
                self._begin(item, compartment, number, tail)
            case h.DepositMoved(item=item, compartment=before, to=compartment):
                _must(self.inside.get(item) == before, f"{item} moves from where it is not")
                self._alone(item, compartment, self.owner[item])
                self.inside[item] = compartment
            case h.DepositAbandoned(item=item):
                _must(item in self.inside and item not in self._held, f"{item} is abandoned, and is not being laid in")
                self._leave(item)
            case h.Deposited(item=item, compartment=compartment, number=number):
                self._deposit(item, compartment, number)
                self._issue(item, happening.issue, told=happening.purpose == "pickup")
            case h.Reissued(item=item, number=number, issue=issue, why=why):
                _must(item in self._held, f"{item} has a new code and is not here")
                self._held[item] = number
                self._issue(item, issue, told=why != "redirected")  # told with the way that it goes
            case h.PickupOpened(compartment=compartment):
                _must(compartment not in self._opened, f"door {compartment} opened twice for one right")
                self._opened.add(compartment)
            case h.PickupLapsed(compartment=compartment):
                _must(compartment not in self._opened, f"a pickup at door {compartment} lapsed after it was open")
            case h.Taken(item=item, compartment=compartment):
                _must(self.inside.get(item) == compartment, f"{item} is taken from where it is not")
                _must(compartment in self._opened, f"{item} is taken through a closed door")
                _must(item in self._held, f"{item} is taken and was never deposited")
                self._leave(item)
                if compartment not in self.inside.values():
                    self._opened.discard(compartment)
                self.handed += 1

    def _begin(self, item: str, compartment: int, number: str, tail: str) -> None:
        _must(item not in self.inside, f"{item} is in two places")
        self._alone(item, compartment, tail)
        self.inside[item], self.owner[item] = compartment, tail

    def _alone(self, item: str, compartment: int, tail: str) -> None:
        others = {self.owner[other] for other, at in self.inside.items() if at == compartment and other != item}
        _must(others <= {tail}, f"compartment {compartment} belongs to {others} and {tail}")

    def _deposit(self, item: str, compartment: int, number: str) -> None:
        _must(self.inside.get(item) == compartment, f"{item} is deposited where it was not laid")
        _must(item not in self._held, f"{item} is deposited twice")
        others = {self.inside[other] for other, known in self._held.items() if known == number}
        _must(others <= {compartment}, f"pickup number {number} is at doors {others} and {compartment}")
        self._held[item] = number
        self.handed += 1

    def _issue(self, item: str, issue: int, *, told: bool) -> None:
        _must((item, issue) not in self._codes, f"{item} has the code of issue {issue} twice")
        self._codes.add((item, issue))
        self.told += told

    def _leave(self, item: str) -> None:
        for known in (self.inside, self.owner, self._held):
            known.pop(item, None)

    @property
    def held(self) -> set[str]:
        """The items that the bank has."""
        return set(self._held)


def _must(true: bool, otherwise: str) -> None:
    if not true:
        raise Contradiction(otherwise)

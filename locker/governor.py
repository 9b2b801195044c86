"""Nobody opens everything: how many doors may be opened by hand within an hour. Folded, so a restart forgets none."""

from dataclasses import dataclass, replace

from wire.entry import Instant

HOUR = 3_600_000
BY_PEOPLE = 6
BY_CENTRE = 3


@dataclass(frozen=True)
class Governor:
    """When the latest inspections began, oldest first: those that people at the bank and those that the centre asked
    for.
    """

    people: tuple[Instant, ...] = ()
    centre: tuple[Instant, ...] = ()

    def allows(self, now: Instant, *, centre: bool) -> bool:
        times, most = (self.centre, BY_CENTRE) if centre else (self.people, BY_PEOPLE)
        return len(times) < most or now - times[-most] >= HOUR

    def until(self, *, centre: bool) -> Instant:
        """When the next one is allowed, after it was refused."""
        return (self.centre[-BY_CENTRE] if centre else self.people[-BY_PEOPLE]) + HOUR

    def after(self, at: Instant, *, centre: bool) -> "Governor":
        if centre:
            return replace(self, centre=(*self.centre, at)[-BY_CENTRE:])
        return replace(self, people=(*self.people, at)[-BY_PEOPLE:])

    def resumed(self, now: Instant) -> "Governor":
        """A clock that was turned back while the power was off lengthens no wait beyond its own length."""
        return Governor(tuple(min(at, now) for at in self.people), tuple(min(at, now) for at in self.centre))

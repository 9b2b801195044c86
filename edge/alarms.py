"""What is wrong in the zone now: one entry when it starts, one when it ends."""

from edge.journal import Journal
from edge.past import Past, fold_alarm
from wire.happenings import AlarmCleared, AlarmRaised, Happening


class Alarms:
    """The standing alarms, folded from the journal: `active` has the detail of each `(alarm, about)`."""

    def __init__(self, journal: Journal, past: Past | None = None) -> None:
        self.active = (past or Past(journal)).alarms
        self._journal = journal
        journal.watch(self._fold)

    def raise_(self, alarm: str, about: str, detail: str = "") -> None:
        """Write that this is wrong, unless it is known."""
        if (alarm, about) not in self.active:
            self._journal.append(AlarmRaised(alarm=alarm, about=about, detail=detail[:500]))

    def clear(self, alarm: str, about: str) -> None:
        """Write that this is over, if it stood."""
        if (alarm, about) in self.active:
            self._journal.append(AlarmCleared(alarm=alarm, about=about))

    def _fold(self, happenings: tuple[Happening, ...]) -> None:
        for happening in happenings:
            fold_alarm(self.active, happening)

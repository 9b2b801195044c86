"""The three kinds of trouble somebody can act on; everything else is a bug and crashes."""


class Refused(Exception):
    """What was asked cannot be done now; the person sees why and what to do next.

    `reason` is a stable word for code and counters (`wrong_code`), `args[0]` the plain Chinese sentence.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason

    @property
    def sentence(self) -> str:
        return str(self.args[0])


class BadMessage(ValueError):
    """The peer sent something that is not of the contract: count it, drop it, never let it cross the link."""


class DeviceFault(OSError):
    """A device does not do its part: it becomes an alarm, is tried again, or a technician is asked."""


class BadConfig(ValueError):
    """The configuration has mistakes; `args[0]` names all of them, one a line."""

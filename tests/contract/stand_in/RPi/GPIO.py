# ruff: noqa: N999  the name is the original's
"""The rules of RPi.GPIO's interface, as far as an output needs them: a mode before a pin, a setup before an output."""

BCM, BOARD = 11, 10
OUT, IN = 0, 1
LOW, HIGH = 0, 1
PUD_OFF = 20

levels: dict[int, int] = {}
"""The pins that are set up as outputs, and what is on them."""

broken: Exception | None = None
"""What the chip says to everything."""

_mode: int | None = None


def setmode(mode: int) -> None:
    global _mode  # noqa: PLW0603  so does the original
    _check()
    if _mode not in (None, mode):
        raise ValueError("A different mode has already been set!")
    _mode = mode


def setup(channel: int, direction: int, pull_up_down: int = PUD_OFF, initial: int | None = None) -> None:
    _check()
    _valid(channel)
    if direction != OUT or pull_up_down != PUD_OFF:
        raise ValueError("An invalid direction was passed to setup()")
    levels[channel] = initial or LOW


def output(channel: int, value: int) -> None:
    _check()
    _valid(channel)
    if channel not in levels:
        raise RuntimeError("The GPIO channel has not been set up as an OUTPUT")
    levels[channel] = value


def cleanup(channel: int | None = None) -> None:
    global _mode  # noqa: PLW0603
    if channel is None:
        levels.clear()
        _mode = None
    else:
        levels.pop(channel, None)


def _valid(channel: int) -> None:
    if _mode is None:
        raise RuntimeError("Please set pin numbering mode using GPIO.setmode(GPIO.BOARD) or GPIO.setmode(GPIO.BCM)")
    if not 0 <= channel < 54:
        raise ValueError("The channel sent is invalid on a Raspberry Pi")


def _check() -> None:
    if broken is not None:
        raise broken

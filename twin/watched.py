"""Something whose changes others want to see."""

from collections.abc import Callable

Listener = Callable[[], None]


class Watched:
    """`changed()` is for the thing itself; everybody else listens with `watch`."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def watch(self, listener: Listener) -> None:
        """Call `listener` after every change, in the loop, for as long as this lives."""
        self._listeners.append(listener)

    def changed(self) -> None:
        """Tell everybody who listens."""
        for listener in list(self._listeners):
            listener()

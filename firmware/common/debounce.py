"""A contact that chatters, made calm. Pure."""


class Debounce:
    """`level` is the settled level; a new one settles when it was seen without a break for `settle_ms`."""

    def __init__(self, level: bool, settle_ms: int) -> None:
        self.level = level
        self._settle_ms = settle_ms
        self._since: int | None = None

    def settled(self, level: bool, now_ms: int) -> bool:
        """Take one sample; return whether it settled a new level."""
        if level == self.level:
            self._since = None
            return False
        if self._since is None:
            self._since = now_ms
        if now_ms - self._since < self._settle_ms:
            return False
        self.level = level
        self._since = None
        return True

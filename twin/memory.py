"""What the metal looked like when the zone was switched off: a door does not close because a laptop slept."""

import json
from pathlib import Path
from typing import Any, Protocol

from twin.watched import Listener


class Lasting(Protocol):
    """Something that can say how it is, in JSON, and be made so again."""

    def watch(self, listener: Listener) -> None: ...
    def state(self) -> Any: ...
    def restore(self, state: Any) -> None: ...


def keep(folder: Path, **things: Lasting) -> None:
    """Restore each thing from `folder/<its name>.json` where that is, and write that file after every change."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, thing in things.items():
        file = folder / f"{name}.json"
        if file.exists():
            thing.restore(json.loads(file.read_text(encoding="utf-8")))
        thing.watch(_writer(file, thing))


def _writer(file: Path, thing: Lasting) -> Listener:
    last = ""

    def write() -> None:
        nonlocal last
        text = json.dumps(thing.state(), ensure_ascii=False, indent=1)
        if text != last:
            new = file.with_suffix(".new")
            new.write_text(text, encoding="utf-8")
            new.replace(file)
            last = text

    return write

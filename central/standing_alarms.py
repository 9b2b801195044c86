"""The alarms that stand, in the database: raised and cleared inside whoever's transaction."""

from typing import Literal

from sqlalchemy import bindparam, text, update

from central.schema import alarm as alarms
from central.sql import insert
from central.store import Work

Source = Literal["device", "centre"]

ABOUT = 200
DETAIL = 500


def raise_alarm(
    work: Work,
    device: str,
    alarm: str,
    about: str,
    detail: str = "",
    *,
    at: int | None = None,
    source: Source = "centre",
) -> None:
    """Let an alarm stand; one that stands already is counted once more."""
    since = work.now if at is None else at
    row = {
        "device": device, "source": source, "alarm": alarm[:ABOUT], "about": about[:ABOUT], "detail": detail[:DETAIL],
        "raised": since, "last": since, "count": 1,
    }  # fmt: skip
    work.connection.execute(_RAISE, row)
    work.tell("alarms")


def clear_alarm(
    work: Work, device: str, alarm: str, about: str, *, at: int | None = None, source: Source = "centre"
) -> None:
    """End an alarm, if it stands."""
    which = {"of": device, "by": source, "name": alarm[:ABOUT], "what": about[:ABOUT]}
    ended = work.connection.execute(_CLEAR, {**which, "at": work.now if at is None else at})
    if ended.rowcount:
        work.tell("alarms")


def clear_quiet(work: Work, alarm: str, quiet_ms: int) -> None:
    """End the centre's alarms of this name that were not raised again for so long."""
    ended = work.connection.execute(
        update(alarms)
        .where(alarms.c.alarm == alarm, alarms.c.source == "centre", alarms.c.cleared.is_(None))
        .where(alarms.c.last < work.now - quiet_ms)
        .values(cleared=work.now)
    )
    if ended.rowcount:
        work.tell("alarms")


_new = insert(alarms)
_RAISE = _new.on_conflict_do_update(
    index_elements=["device", "source", "alarm", "about"],
    index_where=text("cleared IS NULL"),
    set_={"last": _new.excluded.last, "count": alarms.c.count + 1, "detail": _new.excluded.detail},
)
_CLEAR = (
    update(alarms)
    .where(alarms.c.device == bindparam("of"), alarms.c.source == bindparam("by"), alarms.c.cleared.is_(None))
    .where(alarms.c.alarm == bindparam("name"), alarms.c.about == bindparam("what"))
    .values(cleared=bindparam("at"))
)

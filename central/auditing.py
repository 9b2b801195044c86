"""Who did what: a line an act of people, also of those that were refused."""

from sqlalchemy import insert

from central.schema import audit
from central.store import Work

DETAIL = 500


def note(
    work: Work, act: str, actor: str, *, witness: str = "", device: str = "", item: str = "", detail: str = "",
    done: bool = True, at: int | None = None,
) -> None:  # fmt: skip
    """Write an act down; no phone, no code and no PIN may be in it."""
    work.connection.execute(
        insert(audit).values(
            at=work.now if at is None else at, act=act, actor=actor[:100], witness=witness[:100], device=device,
            item=item[:200], detail=detail[:DETAIL], done=done,
        )
    )  # fmt: skip
    work.tell("audit")

"""SMS: what is to be said to whom, written beside the happening that makes it due."""

import json
from typing import Any, Literal, NamedTuple

from central.schema import sms
from central.sql import insert
from central.store import Work

Kind = Literal[
    "pickup", "added", "reissued", "unchanged", "redirected", "pickup_again", "found", "missing", "proxy", "overdue",
    "taken", "recalled", "papers", "papers_taken", "lent", "loan_due", "loan_overdue", "returned", "delivering",
    "delivered", "handing", "called", "void",
]  # fmt: skip

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
LASTS: dict[Kind, int] = {
    "pickup": 3 * DAY,
    "added": 3 * DAY,
    "reissued": 3 * DAY,
    "unchanged": DAY,
    "redirected": DAY,
    "pickup_again": 3 * DAY,
    "found": 3 * DAY,
    "missing": DAY,
    "proxy": 3 * DAY,
    "overdue": DAY,
    "taken": DAY,
    "recalled": DAY,
    "papers": DAY,
    "papers_taken": DAY,
    "lent": 60 * MINUTE,
    "loan_due": 60 * MINUTE,
    "loan_overdue": DAY,
    "returned": DAY,
    "delivering": DAY,
    "delivered": DAY,
    "handing": 60 * MINUTE,
    "called": 5 * MINUTE,  # "come now" said late sends a person for nothing
    "void": 60 * MINUTE,
}
"""Milliseconds after which a notice is not sent any more."""


ITEM_LANG = "zh"
"""What people are told in about items: no bank asks for a language, and nothing else says whose phone reads which.

Tickets have their own (`ticket.lang`); whoever asks on their own page is answered in the language of that page.
"""


class Facts(NamedTuple):
    """What a text is filled with, as far as it concerns; `issue` with `device` and `item` give the pickup code.

    `at` and `due` are instants, `days` how long something has been waiting or is late.
    """

    number: str
    device: str = ""
    item: str = ""
    issue: int = 0
    label: str = ""
    compartment: int = 0
    service: str = ""
    counter: str = ""
    at: int = 0
    due: int = 0
    days: int = 0


def notify(work: Work, id_: str, kind: Kind, facts: Facts, *, person: str | None, lang: str) -> None:
    """Have a person told, once for each `id_`; nobody is told where no phone was given."""
    if person is not None:
        work.connection.execute(PUT_NOTICE, notice(work, id_, kind, facts, person=person, lang=lang))


def notice(work: Work, id_: str, kind: Kind, facts: Facts, *, person: str, lang: str) -> dict[str, Any]:
    """Return the row for `PUT_NOTICE` by which a person is told."""
    work.tell("sms")
    return {
        "id": id_, "kind": kind, "person": person, "lang": lang,
        "facts": json.dumps(facts._asdict(), ensure_ascii=False), "created": work.now,
        "expires": work.now + LASTS[kind], "next_try": work.now, "tries": 0,
    }  # fmt: skip


PUT_NOTICE = insert(sms).on_conflict_do_nothing()

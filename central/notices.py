"""SMS: what is to be said to whom, written beside the happening that makes it due, and the words it is said in."""

import json
from typing import Literal, NamedTuple

from central.config import CentralConfig
from central.schema import sms
from central.sql import insert
from central.store import Work

Kind = Literal["pickup", "taken", "called", "void"]

MINUTE = 60_000
LASTS: dict[Kind, int] = {
    "pickup": 3 * 24 * 60 * MINUTE,
    "taken": 24 * 60 * MINUTE,
    "called": 5 * MINUTE,  # "come now" said late sends a person for nothing
    "void": 60 * MINUTE,
}
"""Milliseconds after which a notice is not sent any more."""

TEXTS: dict[Kind, dict[str, str]] = {
    "pickup": {
        "zh": "【{centre}】您的{label}已放入{place}{compartment}号格口。取件号{number}，取件码{code}，24小时可取。"
        "咨询电话{phone}。",
        "en": "[{centre}] Your {label} is in compartment {compartment} of {place}. Pickup number {number}, code {code},"
        " at any hour. Questions: {phone}.",
    },
    "taken": {
        "zh": "【{centre}】您的{label}已于{place}取走。如非本人或委托人取件，请立即致电{phone}。",
        "en": "[{centre}] Your {label} was collected at {place}. If this was not you, call {phone} at once.",
    },
    "called": {
        "zh": "【{centre}】{number}号，请到{counter}办理{service}。",
        "en": "[{centre}] Number {number}, please come to {counter} for {service}.",
    },
    "void": {
        "zh": "【{centre}】{number}号已过号作废，请重新取号。咨询电话{phone}。",
        "en": "[{centre}] Number {number} was passed and is no longer valid. Please take a new number."
        " Questions: {phone}.",
    },
}


class Facts(NamedTuple):
    """What a text is filled with, as far as it concerns; `issue` with `device` and `item` give the pickup code."""

    number: str
    device: str = ""
    item: str = ""
    issue: int = 0
    label: str = ""
    compartment: int = 0
    service: str = ""
    counter: str = ""


def notify(work: Work, id_: str, kind: Kind, facts: Facts, *, person: str | None, lang: str) -> None:
    """Have a person told, once for each `id_`; nobody is told where no phone was given."""
    if person is None:
        return
    due = insert(sms).values(
        id=id_, kind=kind, person=person, lang=lang, facts=json.dumps(facts._asdict(), ensure_ascii=False),
        created=work.now, expires=work.now + LASTS[kind], next_try=work.now, tries=0,
    )  # fmt: skip
    work.connection.execute(due.on_conflict_do_nothing())
    work.tell("sms")


def text(config: CentralConfig, kind: Kind, lang: str, facts: Facts, *, place: str, code: str) -> str:
    """Return the SMS; `place` is the zone's name, `code` the pickup code where it is one."""
    english = lang == "en"
    service, counter = config.service_of(facts.service), config.counter_of(facts.counter)
    return TEXTS[kind]["en" if english else "zh"].format(
        centre=config.centre,
        phone=config.phone,
        number=facts.number,
        label=_what(facts.label, english=english),
        compartment=facts.compartment,
        place=place,
        code=code,
        service=(service.en if english else service.zh) if service else facts.service,
        counter=(counter.en if english else counter.zh) if counter else facts.counter,
    )


def _what(label: str, *, english: bool) -> str:
    if not label:
        return "item" if english else "物品"
    return label if english else f"“{label}”"

"""The forms of the lockers' screen: what each `do` and its fields mean. What no page of ours sends is `Junk`."""

import re
from collections.abc import Callable
from typing import cast

from edge import locker_talk as talk
from edge import phones
from edge.forms import Form
from wire.happenings import SIZES, Size
from wire.web.pages import LANGUAGES

MOST_SCANNED = 1_024
"""Characters of the longest code that a scanner reads to us."""

PLACES = (
    "menu",
    "deposit",
    "add",
    "delivery",
    "loan",
    "other",
    "mine",
    "collect",
    "compartments",
    "level",
    "courier",
    "summary",
)
LEVELS = ("0", "1", "2")
YES_NO = ("0", "1")

_ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")

Commit = Callable[[str], str]
"""Turns an ID number into the commitment that a deposit keeps in its place; the number itself goes no further."""


def read(form: Form, commit: Commit) -> talk.Happening:
    """Return what happened, or raise Junk."""
    do = form.choice("do", ACTIONS)
    if do in _PLAIN:
        happening: talk.Happening = _PLAIN[do]()
        return happening
    if do == "describe":
        return _description(form, commit)
    if do == "level":
        return talk.LevelChosen(int(form.choice("level", LEVELS)), _proof(form, commit)[1])
    return _TELLING[do](form)


def _description(form: Form, commit: Commit) -> talk.ItemDescribed:
    level, holder = _proof(form, commit)
    return talk.ItemDescribed(
        form.text("item", 64),
        _optional(form, "label", 64),
        cast("Size", form.choice("size", SIZES)),
        form.digits("phone", 20) if form.has("phone") else "",
        level,
        holder,
        phones.tidy(form.digits("into", 8)) if form.has("into") else "",
        _optional(form, "address", 120),
        _yes(form, "low"),
    )


def _proof(form: Form, commit: Commit) -> tuple[int | None, str]:
    level = int(form.choice("level", LEVELS)) if form.has("level") else None
    number = phones.tidy(_optional(form, "id_number", 24)).upper()
    return level, commit(number) if level == 2 and is_id_number(number) else ""


def is_id_number(text: str) -> bool:
    """Tell whether this is an ID number: 17 digits and the check digit that belongs to them.

    A mistyped one would keep the item from its owner.
    """
    if not _ID_NUMBER.fullmatch(text):
        return False
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(text[:17]))
    return text[17] == "10X98765432"[total % 11]


def _optional(form: Form, name: str, most: int) -> str:
    return form.text(name, most) if form.has(name) else ""


def _yes(form: Form, name: str) -> bool:
    return form.has(name) and form.choice(name, YES_NO) == "1"


def _door(form: Form) -> int:
    return int(phones.tidy(form.digits("compartment", 4)) or 0)


def _phone(form: Form) -> str | None:
    return form.digits("phone", 20) if form.has("phone") else None


_PLAIN: dict[str, type] = {
    "choose_pickup": talk.PickupChosen,
    "choose_deposit": talk.DepositChosen,
    "choose_papers": talk.PapersChosen,
    "choose_loan": talk.LoanChosen,
    "choose_return": talk.ReturnChosen,
    "choose_staff": talk.StaffChosen,
    "choose_courier": talk.CourierChosen,
    "low": talk.LowAsked,
    "confirm": talk.Confirmed,
    "card": talk.CardShown,
    "took_it_back": talk.TookItBack,
    "next_item": talk.NextAsked,
    "more": talk.MoreAsked,
    "back": talk.WentBack,
    "leave": talk.Left,
}

_TELLING: dict[str, Callable[[Form], talk.Happening]] = {
    "sign_in": lambda form: talk.PinGiven(form.text("badge", 32).strip(), form.text("pin", 32)),
    "witness": lambda form: talk.PinGiven(form.text("badge", 32).strip(), form.text("pin", 32)),
    "pick_up": lambda form: talk.CodeGiven(phones.tidy(form.digits("number", 8)), phones.tidy(form.digits("code", 16))),
    "scan": lambda form: talk.Scanned(form.text("qr", MOST_SCANNED)),
    "tail": lambda form: talk.TailGiven(phones.tidy(form.digits("tail", 8))),
    "papers": lambda form: talk.PapersDescribed(form.text("label", 64), _phone(form), _optional(form, "case", 32)),
    "loan": lambda form: talk.ArticleChosen(form.text("item", 64), _phone(form)),
    "give_back": lambda form: talk.GivenBack(form.text("item", 64)),
    "courier_item": lambda form: talk.CourierItem(form.text("item", 64)),
    "unknown": lambda form: talk.UnknownAccepted(cast("Size", form.choice("size", SIZES)), _yes(form, "back")),
    "recall": lambda form: talk.RecallAsked(form.text("item", 64)),
    "collect": lambda form: talk.CollectAsked(form.text("item", 64)),
    "misplaced": lambda form: talk.Misplaced(_optional(form, "item", 64), _optional(form, "note", 120).strip()),
    "menu": lambda form: talk.MenuChosen(form.choice("to", PLACES)),
    "compartment": lambda form: talk.CompartmentChosen(_door(form)),
    "block": lambda form: talk.BlockAsked(_door(form), _optional(form, "why", 120).strip()),
    "unblock": lambda form: talk.UnblockAsked(_door(form)),
    "inspect": lambda form: talk.InspectAsked(_door(form), _optional(form, "why", 120).strip()),
    "settle": lambda form: talk.SettleAsked(_door(form), form.choice("gone", YES_NO) == "1"),
    "language": lambda form: talk.LanguageChosen(form.choice("lang", LANGUAGES)),
}

ACTIONS = (*_PLAIN, *_TELLING, "describe", "level")

"""Phones: the only place where a number is opened and kept. Everything else knows a person by a random reference."""

import hashlib
import hmac
import re
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from central.schema import person
from central.sql import insert
from central.store import Work
from wire import seal
from wire.errors import BadMessage

_PHONE = re.compile(r"\+?[0-9]{5,15}")
_NONCE = 12


class WrongKey(Exception):
    """A phone was kept under another key than the one this centre has: the database or the key was restored alone."""


class People:
    """Opens with `seal_key` what an edge sealed, and keeps it under `field_key`.

    `field_key` also makes the tokens of citizens' pages: whoever has the database alone opens none.
    """

    def __init__(self, seal_key: bytes, field_key: bytes) -> None:
        self._seal_key = seal_key
        self._public_key = seal.read_public_key(seal.public_key(seal_key))
        self._field_key = field_key
        self._box = AESGCM(field_key)

    def opened(self, sealed: str) -> str:
        """Return what was sealed to this centre; BadMessage when it was not."""
        return seal.unseal(self._seal_key, sealed)

    def sealed(self, text: str) -> str:
        """Return a text sealed to this centre, as an order carries it down and an entry brings it back."""
        return seal.seal(self._public_key, text)

    def token(self, device: str, item: str, person: str) -> str:
        """Return the 32 hexadecimal digits of a person's page about an item: nobody can guess them."""
        return self._mac(f"item-v1|{device}|{item}|{person}")[:32]

    def delivery_code(self, item: str, person: str) -> str:
        """Return the six digits that a citizen tells the courier at the door."""
        return f"{int(self._mac(f'delivery-v1|{item}|{person}'), 16) % 1_000_000:06}"

    def _mac(self, text: str) -> str:
        return hmac.digest(self._field_key, text.encode(), "sha256").hex()

    def closed(self, text: str, about: str) -> bytes:
        """Return a text as the database keeps it: nobody reads it there, or moves it to another row."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._box.encrypt(nonce, text.encode(), about.encode())

    def text(self, kept: bytes, about: str) -> str:
        """Return what `closed` made unreadable; WrongKey when `field.key` is not the one it had."""
        try:
            return self._box.decrypt(kept[:_NONCE], kept[_NONCE:], about.encode()).decode()
        except InvalidTag:
            raise WrongKey from None

    def unsealed(self, sealed: str) -> str:
        """Return the phone; BadMessage when it was not sealed to this centre or is no phone."""
        phone = self.opened(sealed)
        if not _PHONE.fullmatch(phone):
            raise BadMessage("what was sealed is no phone")
        return phone

    def keep(self, work: Work, phone: str) -> str:
        """Keep a phone; returns the reference of its person."""
        row = self.person(work, phone)
        work.connection.execute(PUT_PERSON, row)
        return str(row["ref"])

    def person(self, work: Work, phone: str, about: str = "") -> dict[str, Any]:
        """Return the row for `PUT_PERSON` that keeps a phone, under the reference `ref` of its person.

        `about`: the entry that told it. It has the same reference again at a centre that was restored and refilled, and
        so the links and codes that people were sent hold.
        """
        ref = self._mac(f"person-v1|{about}")[:32] if about else secrets.token_hex(16)
        return {"ref": ref, "phone": self.closed(phone, ref), "tail": phone[-4:], "since": work.now}

    def phone(self, connection: Connection, ref: str) -> str | None:
        """Return the phone of a person, None when it was forgotten; WrongKey when `field.key` is not the one it had."""
        kept = connection.execute(select(person.c.phone).where(person.c.ref == ref)).scalar_one_or_none()
        return None if kept is None else self.text(kept, ref)


def is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None


def token_mark(token: str) -> str:
    """Return what the database knows of a token: enough to find its page, not enough to open it."""
    return hashlib.sha256(token.encode()).hexdigest()


PUT_PERSON = insert(person).on_conflict_do_nothing()

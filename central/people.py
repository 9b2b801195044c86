"""Phones: the only place where a number is opened and kept. Everything else knows a person by a random reference."""

import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, insert, select

from central.schema import person
from central.store import Work
from wire import seal
from wire.errors import BadMessage

_PHONE = re.compile(r"\+?[0-9]{5,15}")
_NONCE = 12


class WrongKey(Exception):
    """A phone was kept under another key than the one this centre has: the database or the key was restored alone."""


class People:
    """Opens with `seal_key` what an edge sealed, and keeps it under `field_key`."""

    def __init__(self, seal_key: bytes, field_key: bytes) -> None:
        self._seal_key = seal_key
        self._box = AESGCM(field_key)

    def unsealed(self, sealed: str) -> str:
        """Return the phone; BadMessage when it was not sealed to this centre or is no phone."""
        phone = seal.unseal(self._seal_key, sealed)
        if not _PHONE.fullmatch(phone):
            raise BadMessage("what was sealed is no phone")
        return phone

    def keep(self, work: Work, phone: str) -> str:
        """Keep a phone; returns the reference of its person."""
        ref, nonce = secrets.token_hex(16), secrets.token_bytes(_NONCE)
        kept = nonce + self._box.encrypt(nonce, phone.encode(), ref.encode())
        work.connection.execute(insert(person).values(ref=ref, phone=kept, tail=phone[-4:], since=work.now))
        return ref

    def phone(self, connection: Connection, ref: str) -> str | None:
        """Return the phone of a person, None when it was forgotten; WrongKey when `field.key` is not the one it had."""
        kept = connection.execute(select(person.c.phone).where(person.c.ref == ref)).scalar_one_or_none()
        if kept is None:
            return None
        try:
            return self._box.decrypt(kept[:_NONCE], kept[_NONCE:], ref.encode()).decode()
        except InvalidTag:
            raise WrongKey from None

"""The tables of the centre. Every instant is milliseconds UTC; `central/migrations` makes them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from central.schema_custody import case, custody, handover, item, leg, loan
from central.schema_metadata import metadata
from central.schema_orders import addressee, audit, blocked, down, order, reservation

__all__ = [
    "addressee", "alarm", "audit", "bay", "block", "blocked", "call", "case", "custody", "device", "down", "entry",
    "fork", "handover", "item", "journal", "leg", "loan", "metadata", "number", "order", "person", "reservation", "sms",
    "ticket",
]  # fmt: skip

# --- journals: the exact bytes of every device, never changed ---

entry = Table(
    "entry",
    metadata,
    Column("id", Integer, primary_key=True, comment="the order in which the centre took them"),
    Column("device", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("wall", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    UniqueConstraint("device", "epoch", "seq"),
)

journal = Table(
    "journal",
    metadata,
    Column("device", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True),
    Column("upto", BigInteger, nullable=False),
    Column("head", Text, nullable=False),
    comment="what the receipts say",
)

fork = Table(
    "fork",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("device", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    UniqueConstraint("device", "epoch", "seq", "digest"),
    comment="entries that say another history than the one the centre has",
)

# --- the fleet ---

device = Table(
    "device",
    metadata,
    Column("device", Text, primary_key=True),
    Column("online", Boolean, comment="NULL: its status was never heard"),
    Column("boot", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False, server_default="1", comment="of `boot`"),
    Column("version", Text, nullable=False),
    Column("since", BigInteger, nullable=False, comment="of `online`"),
    Column("last_word", BigInteger, nullable=False),
)

alarm = Table(
    "alarm",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("device", Text, nullable=False),
    Column("source", Text, nullable=False, comment="device or centre: neither clears what the other raised"),
    Column("alarm", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("raised", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("count", Integer, nullable=False),
    Column("cleared", BigInteger),
    Index(
        "ix_alarm_active", "device", "source", "alarm", "about", unique=True,
        sqlite_where=text("cleared IS NULL"), postgresql_where=text("cleared IS NULL"),
    ),
)  # fmt: skip

bay = Table(
    "bay",
    metadata,
    Column("device", Text, primary_key=True),
    Column("bay", Text, primary_key=True),
    Column("node", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("last_word", BigInteger, nullable=False),
)

# --- people: the only place where a phone number is, and there encrypted ---

person = Table(
    "person",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("phone", LargeBinary, nullable=False, comment="nonce and AES-GCM under field.key, bound to ref"),
    Column("tail", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
)

# --- tickets ---

number = Table(
    "number",
    metadata,
    Column("service", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("series", Text, primary_key=True, comment="centre or block"),
    Column("last", Integer, nullable=False),
)

block = Table(
    "block",
    metadata,
    Column("block", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("leased", BigInteger, nullable=False),
    Index(None, "device", "service", "day"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("ticket", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("number", Text, nullable=False),
    Column("source", Text, nullable=False, comment="centre or block"),
    Column("state", Text, nullable=False),
    Column("person", Text),
    Column("lang", Text, nullable=False),
    Column("counter", Text),
    Column("reserved", BigInteger, nullable=False),
    Column("waiting", BigInteger, comment="since when: the instant of its print"),
    Column("called", BigInteger),
    Column("ended", BigInteger),
    Column("why", Text, nullable=False, server_default=""),
    UniqueConstraint("service", "day", "ordinal"),
    Index(None, "state", "service"),
)

call = Table(
    "call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket", Text, nullable=False, index=True),
    Column("number", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("counter", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("again", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False, comment="when the person had begun to wait"),
    Column("others", Integer, nullable=False, comment="how many waited then for the services of this counter"),
    comment="every call with what it saw, so that anybody can be told why",
)

# --- notices ---

sms = Table(
    "sms",
    metadata,
    Column("id", Text, primary_key=True, comment="the gateway delivers each id once"),
    Column("kind", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("lang", Text, nullable=False),
    Column("facts", Text, nullable=False, comment="JSON; never a phone, never a code"),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("next_try", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("ended", BigInteger),
    Column("outcome", Text, nullable=False, server_default="", comment="sent, refused, expired or outdated"),
    Index(None, "ended", "next_try"),
)

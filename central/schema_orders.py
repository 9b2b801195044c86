"""The tables of what the centre orders, of what came of it, and of who did what."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from central.schema_metadata import metadata

order = Table(
    "order",
    metadata,
    Column("id", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("item", Text, nullable=False, server_default="", comment="of a new code"),
    Column("body", LargeBinary, nullable=False, comment="JSON of wire.orders"),
    Column("actor", Text, nullable=False),
    Column("witness", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("not_after", BigInteger, nullable=False, comment="0: it does not grow old"),
    Column("fence", BigInteger, nullable=False),
    Column("state", Text, nullable=False, comment="waiting, taken, refused, expired, cancelled"),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("ended", BigInteger),
    Index(None, "state", "device"),
)

down = Table(
    "down",
    metadata,
    Column("device", Text, primary_key=True),
    Column("epoch", BigInteger, primary_key=True, comment="the instant at which the centre began this journal"),
    Column("seq", BigInteger, primary_key=True),
    Column("order", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    comment="the centre's journal for each device: the exact bytes, sent again until the device has them",
)

addressee = Table(
    "addressee",
    metadata,
    Column("device", Text, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("upto", BigInteger, nullable=False, comment="the last entry of `down` in this epoch"),
    Column("head", Text, nullable=False, comment="its digest"),
    Column("taken", BigInteger, nullable=False, comment="up to where the device says it has them"),
)

reservation = Table(
    "reservation",
    metadata,
    Column("device", Text, primary_key=True),
    Column("reservation", Text, primary_key=True),
    Column("compartment", Integer, nullable=False),
    Column("size", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("why", Text, nullable=False, server_default=""),
)

blocked = Table(
    "blocked",
    metadata,
    Column("device", Text, primary_key=True),
    Column("compartment", Integer, primary_key=True),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    comment="compartments that are offered to nobody",
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("act", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("witness", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("done", Boolean, nullable=False, comment="false: it was refused"),
    Index(None, "actor"),
    comment="who did what, never changed",
)

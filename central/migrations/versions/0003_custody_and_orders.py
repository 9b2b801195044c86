"""Signed journals, custody by legs, cases, loans, and the centre's own orders."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 - as many steps as there are tables
    op.create_table(
        "addressee",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False, comment="the last entry of `down` in this epoch"),
        sa.Column("head", sa.Text(), nullable=False, comment="its digest"),
        sa.Column("taken", sa.BigInteger(), nullable=False, comment="up to where the device says it has them"),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_addressee")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False, comment="false: it was refused"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        comment="who did what, never changed",
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_actor"), ["actor"], unique=False)

    op.create_table(
        "blocked",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("compartment", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "compartment", name=op.f("pk_blocked")),
        comment="compartments that are offered to nobody",
    )
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="lone_leg, contradiction, tampered, misplaced, late_order"
        ),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=True),
        sa.Column("closed_why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        comment="what does not add up, for people to look into",
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_open",
            ["kind", "device", "item", "about"],
            unique=True,
            sqlite_where=sa.text("closed IS NULL"),
            postgresql_where=sa.text("closed IS NULL"),
        )

    op.create_table(
        "custody",
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("custodian", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False, comment="with epoch and seq: the entry that says so"),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "sure", sa.Boolean(), server_default="1", nullable=False, comment="false: `at` is when the entry arrived"
        ),
        sa.PrimaryKeyConstraint("item", name=op.f("pk_custody")),
        comment="who has an item now: one custodian each, whatever journals tell of it",
    )
    op.create_table(
        "down",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column(
            "epoch", sa.BigInteger(), nullable=False, comment="the instant at which the centre began this journal"
        ),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("device", "epoch", "seq", name=op.f("pk_down")),
        comment="the centre's journal for each device: the exact bytes, sent again until the device has them",
    )
    op.create_table(
        "leg",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="release, accept, withdraw, correct"),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
        sa.UniqueConstraint("device", "epoch", "seq", name=op.f("uq_leg_device_epoch_seq")),
    )
    with op.batch_alter_table("leg", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leg_item"), ["item"], unique=False)

    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("lent", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=True),
        sa.Column("reminded", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
    )
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.create_index("ix_loan_out", ["device", "item"], unique=True, sqlite_where=sa.text("returned IS NULL"))

    op.create_table(
        "order",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False, comment="of a new code"),
        sa.Column("body", sa.LargeBinary(), nullable=False, comment="JSON of wire.orders"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("not_after", sa.BigInteger(), nullable=False, comment="0: it does not grow old"),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting, taken, refused, expired, cancelled"),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order")),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_state_device"), ["state", "device"], unique=False)

    op.create_table(
        "reservation",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("reservation", sa.Text(), nullable=False),
        sa.Column("compartment", sa.Integer(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("device", "reservation", name=op.f("pk_reservation")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.Text(), server_default="pickup", nullable=False))
        batch_op.add_column(sa.Column("place", sa.Text(), server_default="", nullable=False))

    op.execute(
        "INSERT INTO custody (item, custodian, device, epoch, seq, at)"
        " SELECT item, custodian, device, 0, 0, max(since) FROM item GROUP BY item"
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.Text(), server_default="pickup", nullable=False))
        batch_op.add_column(sa.Column("level", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column(
                "holder",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="commitment to the ID card of who may fetch it",
            )
        )
        batch_op.add_column(
            sa.Column(
                "owner_card",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="the same of whom it was laid in for",
            )
        )
        batch_op.add_column(
            sa.Column(
                "joined",
                sa.Text(),
                server_default="",
                nullable=False,
                comment="the pickup number of the items it joined",
            )
        )
        batch_op.add_column(
            sa.Column("file", sa.Text(), server_default="", nullable=False, comment="the case that papers belong to")
        )
        batch_op.add_column(
            sa.Column(
                "address",
                sa.LargeBinary(),
                nullable=True,
                comment="nonce and AES-GCM under field.key, bound to device and item",
            )
        )
        batch_op.add_column(
            sa.Column(
                "principal", sa.Text(), nullable=True, comment="whom it was laid in for, while a proxy may fetch it"
            )
        )
        batch_op.add_column(
            sa.Column("mark", sa.Text(), server_default="", nullable=False, comment="SHA-256 of the token of its page")
        )
        batch_op.add_column(sa.Column("deposited", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("reminded", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("due", sa.BigInteger(), server_default="0", nullable=False, comment="of a loan that is out")
        )
        batch_op.add_column(sa.Column("misplaced", sa.Boolean(), server_default="0", nullable=False))
        batch_op.add_column(
            sa.Column("flagged", sa.Boolean(), server_default="0", nullable=False, comment="a case about it stands")
        )
        batch_op.add_column(
            sa.Column("head", sa.Text(), server_default="", nullable=False, comment="digest of its last leg")
        )
        batch_op.add_column(
            sa.Column("held_by", sa.Text(), server_default="", nullable=False, comment="as far as this journal knows")
        )
        batch_op.add_column(
            sa.Column("opened", sa.BigInteger(), nullable=True, comment="since when it is released and not accepted")
        )
        batch_op.add_column(sa.Column("open_giver", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("open_receiver", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("open_place", sa.Text(), server_default="", nullable=False))
        batch_op.create_index("ix_item_compartment", ["device", "compartment", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_item"), ["item"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_mark"), ["mark"], unique=False)
        batch_op.create_index("ix_item_open", ["opened"], unique=False, sqlite_where=sa.text("opened IS NOT NULL"))
        batch_op.create_index("ix_item_state", ["state", "deposited"], unique=False)
    op.execute("UPDATE item SET deposited = since, held_by = custodian")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_column("custodian")
    _go_on_from_the_last_legs()


def _go_on_from_the_last_legs() -> None:
    """Let every item's chain go on where it is: a device names the leg before, and what stands open is accepted."""
    connection = op.get_bind()
    newest = "SELECT device, max(epoch) AS epoch FROM journal GROUP BY device"
    legs = connection.execute(
        sa.text(
            f"SELECT entry.device, kind, digest, received, data FROM entry JOIN ({newest}) USING (device, epoch)"  # noqa: S608
            " WHERE kind IN ('deposit_opened', 'deposited', 'deposit_abandoned', 'pickup_opened', 'taken',"
            " 'pickup_lapsed') ORDER BY seq"
        )
    ).all()
    for device, kind, digest, received, data in legs:
        item = json.loads(data)["body"].get("item")
        if isinstance(item, str):
            place = {"device": device, "item": item}
            opened = received if kind in {"deposit_opened", "pickup_opened"} else None
            connection.execute(_HEAD, {**place, "head": digest, "opened": opened})
            if opened is not None:
                connection.execute(_DEPOSIT if kind == "deposit_opened" else _PICKUP, place)


_MINE = "WHERE device = :device AND item = :item"
_HEAD = sa.text(
    f"UPDATE item SET head = :head, opened = :opened, open_giver = '', open_receiver = '' {_MINE}"  # noqa: S608
)
_DEPOSIT = sa.text(f"UPDATE item SET open_giver = giver, open_receiver = 'bank ' || device {_MINE}")  # noqa: S608
_PICKUP = sa.text(f"UPDATE item SET open_giver = 'bank ' || device {_MINE}")  # noqa: S608


def downgrade() -> None:
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("custodian", sa.Text(), server_default="", nullable=False))
        batch_op.drop_index("ix_item_state")
        batch_op.drop_index("ix_item_open", sqlite_where=sa.text("opened IS NOT NULL"))
        batch_op.drop_index(batch_op.f("ix_item_mark"))
        batch_op.drop_index(batch_op.f("ix_item_item"))
        batch_op.drop_index("ix_item_compartment")
        batch_op.drop_column("open_place")
        batch_op.drop_column("open_receiver")
        batch_op.drop_column("open_giver")
        batch_op.drop_column("opened")
        batch_op.drop_column("held_by")
        batch_op.drop_column("head")
        batch_op.drop_column("flagged")
        batch_op.drop_column("misplaced")
        batch_op.drop_column("due")
        batch_op.drop_column("reminded")
        batch_op.drop_column("deposited")
        batch_op.drop_column("mark")
        batch_op.drop_column("principal")
        batch_op.drop_column("address")
        batch_op.drop_column("file")
        batch_op.drop_column("joined")
        batch_op.drop_column("owner_card")
        batch_op.drop_column("holder")
        batch_op.drop_column("level")
        batch_op.drop_column("purpose")

    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_column("place")
        batch_op.drop_column("purpose")

    op.drop_table("reservation")
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_state_device"))

    op.drop_table("order")
    with op.batch_alter_table("loan", schema=None) as batch_op:
        batch_op.drop_index("ix_loan_out", sqlite_where=sa.text("returned IS NULL"))

    op.drop_table("loan")
    with op.batch_alter_table("leg", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leg_item"))

    op.drop_table("leg")
    op.drop_table("down")
    op.drop_table("custody")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_open", sqlite_where=sa.text("closed IS NULL"), postgresql_where=sa.text("closed IS NULL")
        )

    op.drop_table("case")
    op.drop_table("blocked")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_actor"))

    op.drop_table("audit")
    op.drop_table("addressee")

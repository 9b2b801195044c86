"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column(
            "source", sa.Text(), nullable=False, comment="device or centre: neither clears what the other raised"
        ),
        sa.Column("alarm", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raised", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("cleared", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index(
            "ix_alarm_active",
            ["device", "source", "alarm", "about"],
            unique=True,
            sqlite_where=sa.text("cleared IS NULL"),
            postgresql_where=sa.text("cleared IS NULL"),
        )

    op.create_table(
        "bay",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("bay", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("last_word", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "bay", name=op.f("pk_bay")),
    )
    op.create_table(
        "block",
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("leased", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("block", name=op.f("pk_block")),
    )
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_block_device_service_day"), ["device", "service", "day"], unique=False)

    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False, comment="when the person had begun to wait"),
        sa.Column(
            "others", sa.Integer(), nullable=False, comment="how many waited then for the services of this counter"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        comment="every call with what it saw, so that anybody can be told why",
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_ticket"), ["ticket"], unique=False)

    op.create_table(
        "device",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=True, comment="NULL: its status was never heard"),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False, comment="of `online`"),
        sa.Column("last_word", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_device")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False, comment="the order in which the centre took them"),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("wall", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("device", "epoch", "seq", name=op.f("uq_entry_device_epoch_seq")),
    )
    op.create_table(
        "fork",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fork")),
        sa.UniqueConstraint("device", "epoch", "seq", "digest", name=op.f("uq_fork_device_epoch_seq_digest")),
        comment="entries that say another history than the one the centre has",
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("compartment", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("device", "epoch", "seq", name=op.f("uq_handover_device_epoch_seq")),
    )
    op.create_table(
        "item",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("compartment", sa.Integer(), nullable=False),
        sa.Column("size", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="arriving, waiting, leaving, taken, abandoned"),
        sa.Column("custodian", sa.Text(), nullable=False),
        sa.Column("giver", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "item", name=op.f("pk_item")),
    )
    op.create_table(
        "journal",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("device", "epoch", name=op.f("pk_journal")),
        comment="what the receipts say",
    )
    op.create_table(
        "number",
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False, comment="centre or block"),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service", "day", "series", name=op.f("pk_number")),
    )
    op.create_table(
        "person",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False, comment="nonce and AES-GCM under field.key, bound to ref"),
        sa.Column("tail", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_person")),
    )
    op.create_table(
        "sms",
        sa.Column("id", sa.Text(), nullable=False, comment="the gateway delivers each id once"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False, comment="JSON; never a phone, never a code"),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("next_try", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False, comment="sent, refused or expired"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sms")),
    )
    with op.batch_alter_table("sms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sms_ended_next_try"), ["ended", "next_try"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="centre or block"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=True),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.BigInteger(), nullable=True, comment="since when: the instant of its print"),
        sa.Column("called", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("ticket", name=op.f("pk_ticket")),
        sa.UniqueConstraint("service", "day", "ordinal", name=op.f("uq_ticket_service_day_ordinal")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_state_service"), ["state", "service"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_state_service"))

    op.drop_table("ticket")
    with op.batch_alter_table("sms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sms_ended_next_try"))

    op.drop_table("sms")
    op.drop_table("person")
    op.drop_table("number")
    op.drop_table("journal")
    op.drop_table("item")
    op.drop_table("handover")
    op.drop_table("fork")
    op.drop_table("entry")
    op.drop_table("device")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_ticket"))

    op.drop_table("call")
    with op.batch_alter_table("block", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_block_device_service_day"))

    op.drop_table("block")
    op.drop_table("bay")
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_alarm_active", sqlite_where=sa.text("cleared IS NULL"), postgresql_where=sa.text("cleared IS NULL")
        )

    op.drop_table("alarm")

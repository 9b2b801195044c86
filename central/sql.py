"""The one statement that SQLAlchemy's common part lacks: insert or, on conflict, something else."""

from sqlalchemy import Table
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


def insert(table: Table) -> Insert:
    """Return an INSERT that takes `ON CONFLICT`; PostgreSQL understands the same words through its own dialect."""
    return sqlite_insert(table)

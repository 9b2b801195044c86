"""What SQLAlchemy's common part lacks: insert or, on conflict, something else; and many rows at the price of few."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert as AnyInsert


def insert(table: Table) -> Insert:
    """Return an INSERT that takes `ON CONFLICT`; PostgreSQL understands the same words through its own dialect."""
    return sqlite_insert(table)


def many(connection: Connection, statement: AnyInsert, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, all with the same keys, by a statement that the module keeps.

    It is compiled once and the rows go to the driver as they are: what SQLAlchemy does for each row costs more than the
    row itself. So the columns must be of types that the driver takes.
    """
    if not rows:
        return
    compiled = _compiled(statement, connection.dialect, tuple(rows[0]))
    names = compiled.positiontup
    values: Any = [tuple(row[name] for name in names) for row in rows] if names else list(rows)
    connection.exec_driver_sql(str(compiled), values)


@functools.lru_cache(maxsize=64)
def _compiled(statement: AnyInsert, dialect: Dialect, columns: tuple[str, ...]) -> SQLCompiler:
    compiled = statement.compile(dialect=dialect, column_keys=list(columns))
    assert isinstance(compiled, SQLCompiler)  # noqa: S101  an INSERT always is
    return compiled

"""How a database of an earlier version becomes one of this: run at every start, in order, each step once.

All steps are one transaction: killed in the middle, the database is what it was, and the next start begins again.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL


def upgrade(url: URL) -> None:
    """Bring the database at `url` to this version; a new file becomes a database."""
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # Python would commit each CREATE TABLE by itself
        # here, once: two connections that set it at the same time find the database locked, and do not wait
        connection.execute("PRAGMA journal_mode = WAL")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            command.upgrade(configuration(connection), "head")
    finally:
        engine.dispose()


def configuration(connection: object) -> Config:
    """Return what Alembic wants to know, without an alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

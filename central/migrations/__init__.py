"""How a database of an earlier version becomes one of this: run at every start, in order, each step once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.engine import URL


def upgrade(url: URL) -> None:
    """Bring the database at `url` to this version; a new file becomes a database."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            # here, once: two connections that set it at the same time find the database locked, and do not wait
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            connection.commit()
            command.upgrade(configuration(connection), "head")
            connection.commit()
    finally:
        engine.dispose()


def configuration(connection: object) -> Config:
    """Return what Alembic wants to know, without an alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

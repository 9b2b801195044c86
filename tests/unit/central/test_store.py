"""What waits is committed together, fails alone, and is told after the flush."""

import concurrent.futures
import threading
from typing import Any

import pytest
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from central import migrations, schema
from central.schema import number
from central.sql import insert
from central.store import Store, Work


def put(work: Work, service: str) -> str:
    work.connection.execute(insert(number).values(service=service, day="d", series="s", last=1))
    work.tell(service)
    return service


def services(store: Any) -> set[Any]:
    with store.reading() as connection:
        return {row[0] for row in connection.execute(text("SELECT service FROM number"))}


def test_what_is_returned_is_readable(desk: Any):
    assert desk.store.submit(lambda work: put(work, "a")).result(10) == "a"
    assert services(desk.store) == {"a"}


def test_jobs_that_wait_share_a_commit_and_a_bad_one_fails_alone(desk: Any):
    told, gate = [], threading.Event()
    desk.store.listeners.append(told.append)
    first = desk.store.submit(lambda _: gate.wait(10))
    jobs = [desk.store.submit(lambda work, s=service: put(work, s)) for service in ("a", "a", "b")]
    gate.set()
    first.result(10)
    assert [jobs[0].result(10), jobs[2].result(10)] == ["a", "b"]
    with pytest.raises(IntegrityError):
        jobs[1].result(10)
    desk.store.submit(lambda _: None).result(10)
    assert told == [{"a", "b"}]
    assert services(desk.store) == {"a", "b"}


def test_a_job_that_raises_leaves_nothing_behind(desk: Any):
    def halfway(work: Work) -> None:
        put(work, "a")
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        desk.store.submit(halfway).result(10)
    assert services(desk.store) == set()


def test_a_reader_cannot_write(desk: Any):
    with pytest.raises(OperationalError), desk.store.reading() as connection:
        connection.execute(insert(number).values(service="a", day="d", series="s", last=1))


def test_every_commit_is_flushed_before_it_counts(desk: Any):
    pragmas = desk.store.submit(
        lambda work: [work.connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "synchronous")]
    ).result(10)
    assert pragmas == ["wal", 2]


def test_what_was_submitted_before_the_end_is_done(site: Any):
    store = Store(site.database)
    jobs = [store.submit(lambda work, s=str(n): put(work, s)) for n in range(100)]
    store.close()
    assert all(job.done() for job in jobs)


def test_a_database_that_cannot_be_written_fails_whoever_asked(site: Any):
    store = Store(site.database)
    store.submit(lambda work: put(work, "a")).result(10)
    with create_engine(site.database).begin() as other:
        other.exec_driver_sql("DROP TABLE number")
    with pytest.raises(DBAPIError):
        store.submit(lambda work: put(work, "b")).result(10)
    assert store.submit(lambda _: 7).result(10) == 7
    store.close()


def test_tables_and_migrations_agree(site: Any):
    with create_engine(site.database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


def test_a_database_can_be_upgraded_again_and_keeps_its_rows(site: Any):
    store = Store(site.database)
    store.submit(lambda work: put(work, "a")).result(10)
    store.close()
    migrations.upgrade(site.database)
    store = Store(site.database)
    assert services(store) == {"a"}
    store.close()


def test_the_first_migration_can_be_taken_back(site: Any):
    engine = create_engine(site.database)
    with engine.connect() as connection:
        command.downgrade(migrations.configuration(connection), "base")
        connection.commit()
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_an_upgrade_that_was_killed_in_the_middle_is_begun_again(tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    url, make = make_url(f"sqlite:///{tmp_path}/new.db"), op.create_table

    def killed(name: str, *columns: Any, **options: Any) -> Any:
        if name == "person":
            raise KeyboardInterrupt
        return make(name, *columns, **options)

    monkeypatch.setattr(op, "create_table", killed)
    with pytest.raises(KeyboardInterrupt):
        migrations.upgrade(url)
    monkeypatch.undo()
    migrations.upgrade(url)
    with create_engine(url).connect() as connection:
        assert set(schema.metadata.tables) < set(inspect(connection).get_table_names())


def test_two_upgrades_at_once_are_one(tmp_path: Any):
    url = make_url(f"sqlite:///{tmp_path}/new.db")
    with concurrent.futures.ThreadPoolExecutor() as both:
        migrations.upgrade(url)
        assert list(both.map(migrations.upgrade, [url, url])) == [None, None]

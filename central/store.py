"""The database: one writer thread that commits whatever waits in one go, and readers that never wait for it.

A commit costs a flush to the disk, so jobs that wait share one (group commit). Each job runs in its own savepoint: one
that raises changes nothing and fails alone. Whoever asked hears after the flush, never before.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError, SQLAlchemyError

T = TypeVar("T")

GROUP = 500
"""Jobs in one commit."""

BUSY_MS = 5_000


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Work:
    """What a job writes with: `now` in ms UTC, and `topics`, which pages hear of after the commit."""

    connection: Connection
    now: int
    topics: set[str] = field(default_factory=set)

    def tell(self, *topics: str) -> None:
        self.topics.update(topics)


@dataclass
class _Job(Generic[T]):
    do: Callable[[Work], T]
    future: Future[T]
    result: T | None = None
    failed: bool = False


class Store:
    """The centre's database at `url`; `listeners` are called on the writer's thread with the topics of a commit.

    `thread` False: there is no writer's thread, and whoever has the store commits on its own (`commit`).
    """

    def __init__(self, url: URL, clock: Callable[[], int] = wall_ms, *, thread: bool = True) -> None:
        self.listeners: list[Callable[[set[str]], None]] = []
        self.clock = clock
        self._writer = _engine(url, immediate=True)
        self._readers = _engine(url, immediate=False)
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        if thread:
            self._thread.start()

    def commit(self, jobs: Iterable[Callable[[Work], T]]) -> list[Future[T]]:
        """Do these jobs in one commit, here and now, as the writer's thread does; only without a thread."""
        group = [_Job(job, Future()) for job in jobs]
        self._commit(group)
        return [job.future for job in group]

    def submit(self, job: Callable[[Work], T]) -> Future[T]:
        """Have the job done and committed; the future ends after the commit."""
        future: Future[T] = Future()
        self._jobs.put(_Job(job, future))
        return future

    async def write(self, job: Callable[[Work], T]) -> T:
        """Have the job done; returns what it returned once that is durable, raises what it raised."""
        return await asyncio.wrap_future(self.submit(job))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database and cannot write."""
        with self._readers.begin() as connection:
            yield connection

    def close(self) -> None:
        """Finish what waits and let go of the files."""
        if self._thread.is_alive():
            self._jobs.put(None)
            self._thread.join()
        self._writer.dispose()
        self._readers.dispose()

    def _run(self) -> None:
        while (first := self._jobs.get()) is not None:
            group, more = self._with_waiting(first)
            self._commit(group)
            if not more:
                return

    def _with_waiting(self, first: _Job[Any]) -> tuple[list[_Job[Any]], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, False
            group.append(job)
        return group, True

    def _commit(self, group: list[_Job[Any]]) -> None:
        topics: set[str] = set()
        try:
            with self._writer.begin() as connection:
                for job in group:
                    topics |= self._do(connection, job, alone=len(group) == 1)
        except SQLAlchemyError as error:  # a full disk, a locked file: nothing of the group is there
            for job in group:
                _fail(job, error)
            return
        for job in group:
            if not job.failed and job.future.set_running_or_notify_cancel():
                job.future.set_result(job.result)
        if topics:
            for listener in self.listeners:
                listener(topics)

    def _do(self, connection: Connection, job: _Job[Any], *, alone: bool) -> set[str]:
        """Do a job; one that is alone in its commit needs no savepoint, for its failure takes nothing with it."""
        work = Work(connection, self.clock())
        try:
            with nullcontext() if alone else connection.begin_nested():
                job.result = job.do(work)
        except OperationalError:  # SQLite may have ended the whole transaction
            raise
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked
            if alone:
                connection.rollback()
            _fail(job, error)
            return set()
        return work.topics


def _fail(job: _Job[Any], error: Exception) -> None:
    if not job.failed and job.future.set_running_or_notify_cancel():
        job.future.set_exception(error)
    job.failed = True


def _engine(url: URL, *, immediate: bool) -> Engine:
    engine = create_engine(url, pool_pre_ping=False, connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, below; WAL was set by central.migrations
        for pragma in ("synchronous = FULL", f"busy_timeout = {BUSY_MS}", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        if not immediate:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine

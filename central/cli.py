"""The command line of the centre."""

import signal
import socket
from pathlib import Path
from typing import Annotated

import structlog
import typer
import uvicorn
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from central import app as application
from central import config, migrations
from central.config import Http, Site
from central.store import Store
from wire import exits
from wire import log as logs
from wire.errors import BadConfig

GRACE_S = 2
"""Seconds that open pages have to leave; a live page's stream would never end by itself."""

BACKLOG = 512

log = structlog.get_logger()
cli = typer.Typer(add_completion=False)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"zone24-central {exits.version()}")
        raise typer.Exit


@cli.command()
def central(
    file: Annotated[Path, typer.Argument(metavar="CENTRAL.TOML", help="the central.toml of a centre's folder")],
    *,
    check: Annotated[bool, typer.Option("--check", help="look for mistakes in the configuration, and stop")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="say the version, and stop", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Run the centre: tickets, handovers, parking and the fleet of zones.

    Exit codes: 0 ended as asked, 1 a bug, 2 mistakes in the configuration, 3 port in use or no database.
    """
    try:
        site = config.read(file)
    except BadConfig as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(exits.MISCONFIGURED) from None
    if check:
        typer.echo(f"{file}: ok")
        return
    logs.start("zone24-central")
    raise typer.Exit(run(site))


def run(site: Site) -> int:
    """Serve until told to end; returns the exit code."""
    try:
        listening = _listen(site.config.http)
    except OSError as error:
        http = site.config.http
        typer.echo(f"{http.host}:{http.port}: {error.strerror}; is the centre running already?", err=True)
        return exits.CANNOT_START
    try:
        migrations.upgrade(site.database)
    except (SQLAlchemyError, CommandError) as error:  # CommandError: a later version of zone24 made it
        typer.echo(f"{site.database.database}: {error.__cause__ or error}", err=True)
        return exits.CANNOT_START
    return _serve(site, listening)


def _listen(http: Http) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(http.host, http.port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(BACKLOG)  # a second program cannot have the port from here on
    except OSError:
        listening.close()
        raise
    return listening


def _serve(site: Site, listening: socket.socket) -> int:
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda *_: None)  # uvicorn raises it again after a clean end
    app = application.build(site, lambda: Store(site.database))
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_S, server_header=False)
    )
    log.info("serving", centre=site.config.centre, address=f"http://{site.config.http.host}:{site.config.http.port}")
    server.run(sockets=[listening])
    if app.state.crashed or not server.started:
        return exits.FAILED
    log.info("ended")
    return exits.OK


def main() -> None:
    """Run the program `zone24-central`."""
    cli()


if __name__ == "__main__":
    main()

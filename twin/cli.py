"""zone24-demo: a living zone on this machine, for people (`run`) and for proofs (`play`)."""

import asyncio
import logging
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import structlog
import typer

from twin import scenarios
from twin.broker import Kind, NoMosquitto, find_mosquitto
from twin.ports import Claim, PortTaken
from twin.programs import ProgramFailed, missing
from twin.verdict import Verdict
from twin.zone import DataInUse, Zone, opened
from wire import exits

PLAY_WITHIN_S = 120

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)

Broker = Annotated[Kind, typer.Option(help="消息代理 / which MQTT broker")]


def main() -> None:
    """Read the command line."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # stdout is for what was asked for
    logging.getLogger("uvicorn").setLevel(logging.ERROR)
    app()


@app.callback(invoke_without_command=True)
def zone24_demo(
    *,
    version: Annotated[bool, typer.Option("--version", help="版本 / say which version this is")] = False,
    check: Annotated[bool, typer.Option("--check", help="检查所需程序 / look whether all it needs is here")] = False,
) -> None:
    """笔记本上的24小时自助服务区 / a whole zone on a laptop: real programs, simulated metal."""
    if version:
        print(f"zone24-demo {exits.version()}")
        raise typer.Exit(exits.OK)
    if check:
        raise typer.Exit(_check())


@app.command()
def run(
    port: Annotated[int, typer.Option(min=1, max=65_530, help="第一个端口，共六个 / the first of six ports")] = 8240,
    data: Annotated[Path, typer.Option(help="数据文件夹 / where its data stays")] = Path("var/demo"),
    broker: Broker = Kind.AUTO,
) -> None:
    """启动演示区，按 Ctrl-C 结束 / start a zone; Ctrl-C ends it."""
    try:
        with Claim.on(port) as claim:
            asyncio.run(_until_told_to_end(_run(claim, data, broker)))
    except (PortTaken, DataInUse, NoMosquitto, ProgramFailed) as error:
        raise _cannot_start(error) from None


@app.command("list")
def list_scenarios() -> None:
    """列出全部剧本 / list the scenarios."""
    for name in scenarios.names():
        print(f"{name:17} {_found(name).title}")


@app.command()
def play(
    scenario: Annotated[str, typer.Argument(help="见 list / see list")],
    *,
    json: Annotated[bool, typer.Option("--json", help="最后一行是JSON结论 / the last line is the verdict")] = False,
    data: Annotated[Path | None, typer.Option(help="数据文件夹 / where its data stays")] = None,
    broker: Broker = Kind.AUTO,
) -> None:
    """在自己的演示区里演一出剧本 / play one scenario in a zone of its own."""
    played = _found(scenario)
    folder = data or Path(tempfile.mkdtemp(prefix=f"zone24-{scenario}-"))
    verdict = Verdict(scenario)
    try:
        with Claim.free() as claim:
            if asyncio.run(_until_told_to_end(_play(played, verdict, claim, folder, broker))):
                verdict.fact("the play came to its end", "it was told to stop", "yes")
    except (PortTaken, DataInUse, NoMosquitto, ProgramFailed) as error:
        verdict.fact("the zone starts", str(error), "it does")
        print(verdict.as_json() if json else verdict.as_text())
        raise _cannot_start(error) from None
    print(verdict.as_json() if json else verdict.as_text())
    if not verdict.ok:
        _say(f"数据与日志 / data and logs: {folder}")
        raise typer.Exit(exits.FAILED)
    if data is None:
        shutil.rmtree(folder)


async def _run(claim: Claim, data: Path, broker: Kind) -> None:
    _say("正在启动演示区…… / starting the zone …")
    async with opened(data, claim, broker, _say) as zone:
        for line in zone.pages():
            print(line, flush=True)
        await asyncio.Event().wait()


async def _play(scenario: scenarios.Scenario, verdict: Verdict, claim: Claim, data: Path, broker: Kind) -> None:
    began = time.monotonic()
    _say(f"{scenario.name}: {scenario.title}")
    async with opened(data, claim, broker, _say, altered=scenario.altered) as zone:
        _say(f"the zone is up ({time.monotonic() - began:.1f} s)")
        verdict.fact("the play came to its end", await _to_its_end(zone, verdict, scenario.play), "yes")
        verdict.fact("programs that ended by themselves", zone.ended_by_themselves(), [])
        verdict.fact("crashes in the logs", zone.crashes(), {})
    verdict.seconds = time.monotonic() - began


async def _to_its_end(zone: Zone, verdict: Verdict, play: Callable[[Zone, Verdict], Awaitable[None]]) -> str:
    """Return "yes", or what stopped it: a verdict is due whatever happened."""
    try:
        async with asyncio.timeout(PLAY_WITHIN_S):
            await play(zone, verdict)
    except Exception as error:  # noqa: BLE001 - the verdict tells it, and the exit code
        traceback.print_exc()
        return f"{type(error).__name__}: {error}".partition("\n")[0]
    return "yes"


async def _until_told_to_end(body: Awaitable[None]) -> bool:
    """Run `body`, and tell whether SIGINT or SIGTERM ended it: the first cancels, a second does not disturb."""
    task = asyncio.ensure_future(body)
    told: list[signal.Signals] = []

    def tell(name: signal.Signals) -> None:
        if not told:
            task.cancel()
        told.append(name)

    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, tell, name)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
    return bool(told)


def _found(name: str) -> scenarios.Scenario:
    scenario = scenarios.find(name)
    if scenario is None:
        _say(f"没有剧本 {name} / there is no scenario {name}. {', '.join(scenarios.names())}")
        raise typer.Exit(exits.MISCONFIGURED)
    return scenario


def _check() -> int:
    lacking = missing()
    for line in lacking:
        _say(line)
    if not lacking:
        print(f"ok: broker {find_mosquitto() or 'embedded'}")
    return exits.CANNOT_START if lacking else exits.OK


def _cannot_start(error: Exception) -> typer.Exit:
    _say(str(error))
    return typer.Exit(exits.CANNOT_START)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)

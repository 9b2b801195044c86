"""How every command answers: a line for people or JSON, mistakes on stderr, and an exit code of `wire.exits`."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from wire import exits
from wire.errors import BadConfig

PROGRAM = "zone24-provision"

CentreFolder = Annotated[Path, typer.Option("--centre", help="中心的数据目录 the centre's data folder")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON  answer in JSON")]


def run(make: Callable[[], dict[str, Any]], as_json: bool, words: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
    """Print what `make` made and return it; its mistakes end the program. What it made may say that it is not `ok`."""
    try:
        made = make()
    except BadConfig as error:
        _fail(str(error).splitlines(), exits.MISCONFIGURED, as_json)
    except OSError as error:
        _fail([f"{error.filename}: {error.strerror}"], exits.FAILED, as_json)
    print(json.dumps({"ok": True, **made}, ensure_ascii=False) if as_json else words(made))
    return made


def _fail(mistakes: list[str], code: int, as_json: bool) -> NoReturn:
    for mistake in mistakes:
        print(f"{PROGRAM}: {mistake}", file=sys.stderr)
    if as_json:
        print(json.dumps({"ok": False, "mistakes": mistakes}, ensure_ascii=False))
    raise typer.Exit(code)

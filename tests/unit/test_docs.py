"""The documentation is held against the code: what it names exists, and what exists is named."""

import ast
import dataclasses
import re
import tomllib
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from central.config import CentralConfig
from edge.config import ZoneConfig

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE_PLACE = re.compile(r"`([a-z]+/[\w/]+\.py):([\w.]+)`")
COMMANDS = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path):
    broken = [
        link
        for link in LINK.findall(page.read_text("utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []


def test_the_overview_ends_with_the_code_flow_of_one_pickup():
    headings = re.findall(r"^## (.+)$", (ROOT / "docs/overview.md").read_text("utf-8"), re.MULTILINE)
    assert headings[-1] == "The code flow of one pickup"


def test_every_function_that_the_documentation_names_exists():
    named = {(page, file, name) for page in PAGES for file, name in CODE_PLACE.findall(page.read_text("utf-8"))}
    assert len(named) >= 15
    missing = [f"{page.name}: {file}:{name}" for page, file, name in named if name not in defined_in(ROOT / file)]
    assert missing == []


def defined_in(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            names.add(node.name)
            names |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, FUNCTION)}
        elif isinstance(node, FUNCTION):
            names.add(node.name)
    return names


FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def test_both_readmes_name_the_same_commands():
    english, chinese = (COMMANDS.findall((ROOT / name).read_text("utf-8")) for name in ("README.md", "README.zh-CN.md"))
    assert english == chinese
    assert english


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert named - targets == set()
    assert {"run", "test", "check"} <= named


def test_every_page_of_the_documentation_is_in_the_navigation():
    navigation = str(tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["nav"])
    pages = [str(page.relative_to(ROOT / "docs")) for page in sorted((ROOT / "docs").rglob("*.md"))]
    assert [page for page in pages if page not in navigation] == []


@pytest.mark.parametrize("config", [ZoneConfig, CentralConfig])
def test_every_option_is_explained(config: type):
    explained = (ROOT / "docs/config.md").read_text("utf-8")
    assert [name for name in options(config) if f"| `{name}` |" not in explained] == []


def options(config: type) -> Iterator[str]:
    hints = typing.get_type_hints(config)
    for field in dataclasses.fields(config):
        inner = [kind for kind in [hints[field.name], *arguments(hints[field.name])] if dataclasses.is_dataclass(kind)]
        if inner:
            yield from (f"{field.name}.{name}" for name in options(typing.cast("type", inner[0])))
        else:
            yield field.name


def arguments(kind: Any) -> Iterator[Any]:
    for argument in typing.get_args(kind):
        yield argument
        yield from arguments(argument)

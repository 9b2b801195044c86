"""The four installed programs: each says what it is, checks its configuration, ends with a meaningful code."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wire import exits

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
PROGRAMS = ("zone24-central", "zone24-edge", "zone24-provision", "zone24-demo")


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_ends_well(program: str, command: Callable[..., Any]):
    ended = command(program, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert "--version" in ended.out
    assert "--check" in ended.out


@pytest.mark.parametrize("program", PROGRAMS)
def test_version_is_the_installed_one(program: str, command: Callable[..., Any]):
    ended = command(program, "--version")
    assert (ended.code, ended.err) == (0, "")
    assert exits.version() in ended.out


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_option_that_is_none_is_a_mistake(program: str, command: Callable[..., Any]):
    ended = command(program, "--no-such-option")
    assert ended.code == exits.MISCONFIGURED
    assert "usage" in ended.err.lower()
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("program", PROGRAMS[:3])
def test_checking_what_is_not_there_is_a_mistake_that_says_so(
    program: str, command: Callable[..., Any], tmp_path: Path
):
    ended = command(*_check(program, tmp_path / "nowhere"))
    assert ended.code == exits.MISCONFIGURED
    assert "nowhere" in ended.err
    assert "Traceback" not in ended.err


def test_the_demo_checks_that_all_it_needs_is_installed(command: Callable[..., Any]):
    ended = command("zone24-demo", "--check")
    assert ended.code == exits.OK
    assert command("zone24-demo", "--check", environment={"MICROPYTHON": "/nowhere"}).code == exits.CANNOT_START


def test_the_folders_of_a_zone_pass_their_programs_checks(command: Callable[..., Any], tmp_path: Path):
    centre, zone = tmp_path / "centre", tmp_path / "zone-01"
    assert command("zone24-provision", "init", str(centre)).code == exits.OK
    add = ("add", "zone-01", "--centre", str(centre), "--to", str(zone))
    where = ("--central-url", "http://127.0.0.1:9", "--broker", "127.0.0.1:9")
    assert command("zone24-provision", *add, *where).code == exits.OK
    for program, folder in zip(PROGRAMS, (centre, zone, centre), strict=False):
        ended = command(*_check(program, folder))
        assert (program, ended.code, ended.err) == (program, exits.OK, "")


def test_the_commands_for_a_pi_in_the_readme_do_what_they_say(command: Callable[..., Any], tmp_path: Path):
    readme = (ROOT / "README.md").read_text("utf-8").replace("\\\n", "")
    lines = [line for line in readme.splitlines() if line.startswith(("zone24-provision", "zone24-edge"))]
    assert [line.split()[0] for line in lines] == ["zone24-provision", "zone24-provision", "zone24-edge"]
    for line in lines:
        words = shlex.split(line.replace("/var/lib", str(tmp_path)))
        here = [str(tmp_path / word) if word == "zone-01/zone.toml" else word for word in words]
        if "--to" in here:
            here[here.index("--to") + 1] = str(tmp_path / "zone-01")
        ended = command(*here)
        assert (line, ended.code, ended.err) == (line, exits.OK, "")


def test_the_list_has_a_line_a_scenario(command: Callable[..., Any]):
    ended = command("zone24-demo", "list")
    assert ended.code == 0
    names = [line.split()[0] for line in ended.out.splitlines()]
    assert names == sorted(names)
    assert {"pickup", "garbage"} <= set(names)
    assert all(len(line.split()) > 3 for line in ended.out.splitlines())


def _check(program: str, folder: Path) -> tuple[str, ...]:
    files = {"zone24-central": folder / "central.toml", "zone24-edge": folder / "zone.toml", "zone24-provision": folder}
    return (program, "--check", str(files[program]))

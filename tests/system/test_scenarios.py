"""Every scenario, played through the real programs as a person would play it."""

import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from twin import scenarios
from twin.programs import micropython
from twin.zone import ROOT

pytestmark = pytest.mark.system

DROPPED_SMS = """
import sys
if sys.argv[0].endswith("zone24-demo"):
    from twin import phone
    phone.Phone.receive = lambda self, body: phone.Sms("dropped", "0", "", 0)
"""

OPENS_AGAIN_AFTER_A_RESTART = """
import sys
if sys.argv[0].endswith("zone24-edge"):
    from edge import lockers
    run = lockers.Lockers.run
    async def run_and_open_again(self):
        for compartment in self.bank.compartments.values():
            if compartment.use.name == "EMPTYING":
                await self._open(compartment.number, 4_000_000_000)
        await run(self)
    lockers.Lockers.run = run_and_open_again
"""

CRASHES_AT_JUNK = """
import sys
if sys.argv[0].endswith("zone24-edge"):
    from edge import forms
    def read(body):
        return dict(pair.split("=") for pair in body.decode().split("&"))
    forms._fields = read
"""

IN_THE_AGENT = """
import sys
if any(word.endswith("zone24-edge") for word in sys.argv):
"""
"""The program may be run by another one: `twin.altered`."""

OBEYS_LATE_ORDERS = f"""{IN_THE_AGENT}
    from locker import obeying
    obeying.judge = lambda order, here: None
"""

BELIEVES_A_CENTRE_THAT_FORGOT = f"""{IN_THE_AGENT}
    from edge import journal
    take = journal.Journal.take
    def never_back(self, receipt):
        return journal.Verdict.SAME if receipt.upto < self.cursor else take(self, receipt)
    journal.Journal.take = never_back
"""

KEEPS_NO_ROOM = f"""{IN_THE_AGENT}
    from edge import reserve
    reserve.Reserve.let_go = lambda self: setattr(self, "is_kept", False)
"""

TAKES_FORCE_FOR_NOTHING = f"""{IN_THE_AGENT}
    from locker import doors
    doors._is_forced = lambda memory, before: False
"""

A_MANIFEST_NEVER_ENDS = f"""{IN_THE_AGENT}
    from edge import manifests
    of = manifests.Manifests.of
    manifests.Manifests.of = lambda self, courier, wall: of(self, courier, 0)
"""

OLD_CODES_GO_ON = f"""{IN_THE_AGENT}
    from locker import contents
    from wire.happenings import Reissued
    contents.CHANGES = dict(contents.CHANGES) | {{Reissued: lambda compartment, happening: {{}}}}
"""

BELIEVES_ANY_RECEIPT = """
import sys
if sys.argv[0].endswith("zone24-provision") and "verify" in sys.argv:
    from wire import sign
    sign.verifier = lambda public: lambda data, signature: True
"""

ANY_CODE_ACCEPTS = """
import sys
if sys.argv[0].endswith("zone24-central"):
    from central import office
    office.Office._check_code = lambda self, work, item, ref, code: None
"""

PULSES_TWICE = ("latches[door - 1].value(1)", "[latches[door - 1].value(level) for level in (1, 0, 1)]")

MICROPYTHON = """#!{python}
import os, sys
os.environ["MICROPYPATH"] = os.environ["MICROPYPATH"].replace({root!r}, {mutated!r})
arguments = [argument.replace({root!r}, {mutated!r}) for argument in sys.argv[1:]]
os.execv({micropython!r}, [{micropython!r}, *arguments])
"""


@pytest.mark.parametrize("scenario", scenarios.names())
def test_a_scenario_plays_through_the_real_programs(scenario: str, play: Callable[..., Any]):
    ended = play(scenario)
    assert ended.broken == {}, ended.err
    assert ended.code == 0
    assert ended.verdict["ok"] is True
    assert ended.verdict["scenario"] == scenario
    assert ended.verdict["facts"]


def test_the_issues_scenarios_are_all_there():
    named = {"pickup", "wrong-code", "ticket", "paper-out", "parking", "central-down", "agent-killed", "garbage"}
    named |= {"courier", "two-way-courier", "reverse-deposit", "overdue-recall", "proxy", "stuck-door", "lying-sensor"}
    named |= {"break-in", "late-command", "offline-72h", "central-restored", "disk-full", "loan"}
    assert named <= set(scenarios.names())


@pytest.mark.parametrize("scenario", ["pickup", "agent-killed"])
def test_the_embedded_broker_plays_it_too(scenario: str, play: Callable[..., Any]):
    ended = play(scenario, broker="embedded")
    assert ended.broken == {}, ended.err
    assert ended.code == 0


def test_two_plays_side_by_side_do_not_disturb_each_other(play: Callable[..., Any]):
    with ThreadPoolExecutor(2) as both:
        first = both.submit(play, "pickup", data="first")
        second = both.submit(play, "ticket", data="second")
    assert [first.result().broken, second.result().broken] == [{}, {}]
    assert [first.result().code, second.result().code] == [0, 0]


def test_an_unknown_scenario_is_told_with_the_known_ones(command: Callable[..., Any]):
    ended = command("zone24-demo", "play", "fire")
    assert ended.code == 2
    assert "fire" in ended.err
    assert "agent-killed" in ended.err


@pytest.mark.parametrize(
    ("scenario", "plant", "fact"),
    [
        ("pickup", DROPPED_SMS, "the play came to its end"),
        ("agent-killed", OPENS_AGAIN_AFTER_A_RESTART, "door open at the restart: pulses"),
        ("garbage", CRASHES_AT_JUNK, "crashes in the logs"),
        ("late-command", OBEYS_LATE_ORDERS, "a late order: what the bank says"),
        ("central-restored", BELIEVES_A_CENTRE_THAT_FORGOT, "filled up to the byte"),
        ("disk-full", KEEPS_NO_ROOM, "the play came to its end"),
        ("break-in", TAKES_FORCE_FOR_NOTHING, "the play came to its end"),
        ("offline-72h", A_MANIFEST_NEVER_ENDS, "two days offline: a manifest has run out"),
        ("proxy", OLD_CODES_GO_ON, "the citizen's own code meanwhile: opens"),
        ("reverse-deposit", BELIEVES_ANY_RECEIPT, "with one character changed it does not hold"),
        ("two-way-courier", ANY_CODE_ACCEPTS, "with a wrong code it stays with the courier"),
    ],
)
def test_a_planted_mistake_turns_its_scenario_red(
    scenario: str, plant: str, fact: str, play: Callable[..., Any], tmp_path: Path
):
    (tmp_path / "sitecustomize.py").write_text(plant)
    ended = play(scenario, environment={"PYTHONPATH": str(tmp_path)})
    assert ended.code == 1
    assert ended.verdict["ok"] is False
    assert fact in ended.broken


def test_a_board_that_pulses_twice_turns_pickup_red(play: Callable[..., Any], tmp_path: Path):
    ended = play("pickup", environment={"MICROPYTHON": str(_mutated_firmware(tmp_path))})
    assert ended.code == 1
    assert ended.broken["pulses for the deposit"]["value"] > 1


def _mutated_firmware(tmp_path: Path) -> Path:
    """Return a MicroPython that runs our firmware with one line changed."""
    for folder in ("firmware", "wire"):
        shutil.copytree(ROOT / folder, tmp_path / "mutated" / folder)
    main = tmp_path / "mutated" / "firmware" / "lock_board" / "main.py"
    assert PULSES_TWICE[0] in main.read_text()
    main.write_text(main.read_text().replace(*PULSES_TWICE))
    wrapper = tmp_path / "micropython"
    mutated = str(tmp_path / "mutated")
    code = MICROPYTHON.format(python=sys.executable, root=str(ROOT), mutated=mutated, micropython=micropython())
    wrapper.write_text(code)
    wrapper.chmod(0o755)
    return wrapper

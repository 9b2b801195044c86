"""Configuration: every mistake at once, nothing unknown, every limit on both sides, the environment last."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from wire.config import option, read
from wire.errors import BadConfig


@dataclass(frozen=True)
class Screen:
    host: str = option("127.0.0.1")
    port: int = option(8242, least=1, most=65535, help="a port")


DEFAULT_SCREEN, NOWHERE = Screen(), Path("nowhere")


@dataclass(frozen=True)
class Compartment:
    number: int = option(least=1, most=32)
    size: Literal["S", "M", "L"] = option("S")
    low: bool = option(False)


@dataclass(frozen=True)
class Zone:
    device: str = option(pattern="[a-z0-9-]{1,8}")
    screen: Screen = option(DEFAULT_SCREEN)
    lamp: Screen | None = option(None)
    compartment: tuple[Compartment, ...] = option(())
    bays: tuple[str, ...] = option((), pattern="P[0-9]+")
    token: Path = option(NOWHERE)
    settle_s: float = option(1.0, least=0.5, most=10)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "zone.toml"


def told(file: Path, text: str, **environment: str) -> Zone:
    file.write_text(text, encoding="utf-8")
    return read(Zone, file, environment)


def mistakes(file: Path, text: str, **environment: str) -> list[str]:
    with pytest.raises(BadConfig) as error:
        told(file, text, **environment)
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"{file}: ") for line in lines)
    return [line.removeprefix(f"{file}: ") for line in lines]


def test_what_is_not_said_has_its_default(file: Path):
    assert told(file, 'device = "zone-01"') == Zone(device="zone-01")


def test_everything_said_is_read(file: Path):
    text = """
        device = "zone-01"
        token = "secrets/token"
        settle_s = 2
        bays = ["P1", "P22"]
        [screen]
        port = 9000
        [lamp]
        host = "lamp"
        [[compartment]]
        number = 1
        [[compartment]]
        number = 2
        size = "L"
        low = true
    """
    assert told(file, text) == Zone(
        device="zone-01",
        token=file.parent / "secrets" / "token",
        settle_s=2.0,
        bays=("P1", "P22"),
        screen=Screen(port=9000),
        lamp=Screen(host="lamp"),
        compartment=(Compartment(number=1), Compartment(number=2, size="L", low=True)),
    )


def test_all_mistakes_are_told_at_once_with_their_places(file: Path):
    text = """
        nonsense = 1
        settle_s = "x"
        bays = ["P1", "Q"]
        [screen]
        port = 0
        hots = "x"
        [[compartment]]
        number = 33
        size = "XL"
        [[compartment]]
    """
    said = mistakes(file, text)
    places = {line.split(" ")[0] for line in said}
    assert places == {
        "device", "nonsense", "settle_s", "bays[2]", "screen.port", "screen.hots",
        "compartment[1].number", "compartment[1].size", "compartment[2].number",
    }  # fmt: skip
    assert len(said) == 9


def test_a_mistake_says_what_would_be_right(file: Path):
    (said,) = mistakes(file, 'device = "a"\n[screen]\nport = 70000')
    assert said == "screen.port is 70000; at most 65535 (a port)"


def test_an_unknown_option_names_those_that_are_known(file: Path):
    (said,) = mistakes(file, 'device = "a"\n[screen]\nprot = 1')
    assert said == "screen.prot is not an option; known here: host, port"


@pytest.mark.parametrize(("port", "right"), [(0, False), (1, True), (65535, True), (65536, False), (-1, False)])
def test_a_whole_number_stays_within_its_limits(file: Path, port: int, right: bool):
    text = f'device = "a"\n[screen]\nport = {port}'
    if right:
        assert told(file, text).screen.port == port
    else:
        assert len(mistakes(file, text)) == 1


@pytest.mark.parametrize(
    ("value", "right"),
    [("0.5", True), ("0.49", False), ("10", True), ("10.01", False), ("nan", False), ("inf", False), ("-inf", False)],
)
def test_a_number_is_finite_and_within_its_limits(file: Path, value: str, right: bool):
    text = f'device = "a"\nsettle_s = {value}'
    if right:
        assert told(file, text).settle_s == float(value)
    else:
        assert len(mistakes(file, text)) == 1


@pytest.mark.parametrize(
    ("device", "right"), [("", False), ("a", True), ("a" * 8, True), ("a" * 9, False), ("a\\n", False)]
)
def test_a_text_matches_its_pattern_from_end_to_end(file: Path, device: str, right: bool):
    if right:
        assert told(file, f'device = "{device}"').device == device
    else:
        assert len(mistakes(file, f'device = "{device}"')) == 1


@pytest.mark.parametrize(
    "line",
    [
        "settle_s = true",
        'settle_s = "1"',
        "bays = 'P1'",
        "bays = [1]",
        "token = 1",
        'token = ""',
        "screen = 1",
        "screen = []",
        "compartment = {}",
        "compartment = [1]",
        "lamp = 'x'",
        "lamp = {port = 0}",
        "screen = {port = true}",
        "screen = {port = 1.0}",
        "compartment = [{number = 1, low = 1}]",
        "compartment = [{number = 1, size = ['S']}]",
    ],
)
def test_a_value_of_another_type_is_a_mistake(file: Path, line: str):
    assert len(mistakes(file, f'device = "a"\n{line}')) == 1


def test_a_file_that_is_not_there_says_how_to_make_one(file: Path):
    with pytest.raises(BadConfig, match="zone24-provision"):
        read(Zone, file, {})


@pytest.mark.parametrize("data", [b"device = ", b"\xff", b"device = 'a'\ndevice = 'b'"])
def test_a_file_that_is_not_toml_says_so(file: Path, data: bytes):
    file.write_bytes(data)
    with pytest.raises(BadConfig, match="not TOML"):
        read(Zone, file, {})


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(BadConfig):
        read(Zone, tmp_path, {})


def test_the_environment_comes_last(file: Path):
    said = told(file, 'device = "a"\n[screen]\nport = 1', ZONE24_SCREEN__PORT="9000", ZONE24_DEVICE="b", PATH="/bin")
    assert (said.device, said.screen.port) == ("b", 9000)


def test_the_environment_makes_tables_and_reads_values_as_toml(file: Path):
    said = told(file, 'device = "a"', ZONE24_LAMP__HOST="lamp.example", ZONE24_BAYS='["P1"]', ZONE24_SETTLE_S="0.5")
    assert said == Zone(device="a", lamp=Screen(host="lamp.example"), bays=("P1",), settle_s=0.5)


def test_the_environment_is_checked_like_the_file(file: Path):
    assert len(mistakes(file, 'device = "a"', ZONE24_SCREEN__PORT="0", ZONE24_NONSENSE="1")) == 2


def test_the_environment_cannot_reach_into_what_is_no_table(file: Path):
    (said,) = mistakes(file, 'device = "a"', ZONE24_DEVICE__X="1")
    assert "ZONE24_DEVICE__X" in said


def test_the_process_environment_is_the_default(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZONE24_DEVICE", "from-env")
    file.write_text('device = "a"')
    assert read(Zone, file).device == "from-env"

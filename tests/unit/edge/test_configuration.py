"""zone.toml: all mistakes at once, and `--check` finds what would stop the agent."""

from pathlib import Path

import pytest

from edge import cli
from edge.drivers import find_driver
from wire import config as toml
from wire import exits, seal, sign
from wire.errors import BadConfig
from wire.staff_file import StaffFile

ZONE = """
device = "zone-01"
epoch = 1
name = "一号自助服务区"
centre = "示范市政务服务中心"
phone = "0000-12345"
signing_key = "secrets/signing.key"
[screen]
port = 8242
[central]
url = "http://127.0.0.1:8241"
token = "secrets/token"
seal_key = "{seal_key}"
centre_keys = ["{public}"]
credential_keys = ["{public}", "{public}"]
[broker]
host = "127.0.0.1"
port = 8243
[locker]
driver = "board"
port = "tty/lock"
key = "secrets/bank.key"
[[locker.compartment]]
number = 1
size = "S"
[[locker.compartment]]
number = 2
size = "M"
low = true
[printer]
port = "/dev/ttyUSB1"
[reader]
port = "/dev/ttyUSB2"
[scanner]
port = "/dev/ttyUSB3"
[parking]
[[parking.bay]]
bay = "P1"
node = "node-1"
[[service]]
id = "household"
prefix = "A"
zh = "户籍业务"
en = "Household registration"
"""


@pytest.fixture
def zone(tmp_path: Path) -> Path:
    (tmp_path / "secrets").mkdir()
    for name, content in (
        ("token", b"0123456789abcdef" * 4 + b"\n"),
        ("bank.key", bytes(32)),
        ("signing.key", bytes(32)),
    ):
        file = tmp_path / "secrets" / name
        file.write_bytes(content)
        file.chmod(0o600)
    file = tmp_path / "zone.toml"
    public = sign.public_key(sign.new_key())
    file.write_text(ZONE.format(seal_key=seal.public_key(seal.new_key()), public=public), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ("[]", "0 keys; one is due, or 2"),
        ('["{0}", "{0}", "{0}"]', "3 keys; one is due, or 2"),
        ('["short"]', r"centre_keys\[1\] is 'short'"),
    ],
)
def test_one_public_key_is_due_or_two(zone: Path, keys: str, says: str) -> None:
    lines = zone.read_text(encoding="utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("centre_keys"))
    lines[at] = "centre_keys = " + keys.format("A" * 43)
    zone.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadConfig, match=says):
        cli.load(zone)


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def mistakes(file: Path) -> str:
    with pytest.raises(BadConfig) as found:
        cli.load(file)
    return str(found.value)


def test_a_whole_zone_is_read(zone: Path) -> None:
    config = cli.load(zone)
    assert config.locker is not None
    assert [(c.number, c.size, c.low) for c in config.locker.compartment] == [(1, "S", False), (2, "M", True)]
    assert config.locker.port == zone.parent / "tty/lock"
    assert config.printer is not None
    assert config.printer.port == Path("/dev/ttyUSB1")
    assert config.zone_broker is None
    assert config.parking is not None
    assert (config.parking.silent_after_s, config.parking.settle_s) == (6, 1)


@pytest.mark.parametrize("table", ["locker", "printer", "reader", "scanner", "parking", "service"])
def test_a_zone_may_leave_a_table_out(zone: Path, table: str) -> None:
    parts = zone.read_text(encoding="utf-8").split("\n[")
    kept = [part for part in parts if not part.lstrip("[").startswith(table)]
    zone.write_text("\n[".join(kept), encoding="utf-8")
    config = cli.load(zone)
    assert not getattr(config, table)


def test_a_scanner_and_the_hours_of_a_loan_have_defaults_and_limits(zone: Path) -> None:
    config = cli.load(zone)
    assert config.scanner
    assert (config.scanner.driver, config.scanner.baud) == ("scanner", 9600)
    assert config.locker
    assert config.locker.loan_hours == 24
    edit(zone, 'key = "secrets/bank.key"', 'key = "secrets/bank.key"\nloan_hours = 0')
    assert "locker.loan_hours is 0; at least 1" in mistakes(zone)


def test_staff_and_couriers_are_told_apart_and_nobody_is_a_third_thing(zone: Path) -> None:
    digest = "scrypt$" + "00" * 16 + "$" + "00" * 64
    people = zone.parent / "staff.toml"
    one = f'[[staff]]\nbadge = "{{}}"\nname = "王敏"\npin = "{digest}"\n'
    people.write_text(one.format("1001") + one.format("2001") + 'role = "courier"\n', encoding="utf-8")
    cli.load(zone)
    assert [person.actor for person in toml.read(StaffFile, people).staff] == ["staff 1001", "courier 2001"]
    edit(people, '"courier"', '"mayor"')
    assert "role is 'mayor'; it is one of staff, courier" in mistakes(zone)


def test_every_mistake_is_told_at_once_with_its_option(zone: Path) -> None:
    edit(zone, "epoch = 1", "epoch = 0")
    edit(zone, 'size = "M"', 'size = "XL"')
    edit(zone, "port = 8243", 'port = "8243"')
    edit(zone, "low = true", "lwo = true")
    edit(zone, 'prefix = "A"\n', "")
    told = mistakes(zone)
    for option in ("epoch", "locker.compartment[2].size", "broker.port", "compartment[2].lwo", "service[1].prefix"):
        assert option in told
    assert len(told.splitlines()) == 5


def test_secrets_that_are_open_to_others_missing_or_short_are_mistakes(zone: Path) -> None:
    (zone.parent / "secrets" / "token").chmod(0o640)
    (zone.parent / "secrets" / "bank.key").write_bytes(bytes(31))
    told = mistakes(zone)
    assert "central.token" in told
    assert "chmod 600" in told
    assert "locker.key" in told
    assert "32 bytes" in told
    (zone.parent / "secrets" / "bank.key").unlink()
    assert "No such file" in mistakes(zone)


def test_doubled_doors_bays_nodes_and_services_are_mistakes(zone: Path) -> None:
    edit(zone, "number = 2", "number = 1")
    edit(zone, "[[service]]", '[[parking.bay]]\nbay = "P2"\nnode = "node-1"\n[[service]]')
    told = mistakes(zone)
    assert "locker.compartment.number 1" in told
    assert "parking.bay.node node-1" in told
    assert len(told.splitlines()) == 2


def test_a_driver_that_does_not_exist_is_a_mistake(zone: Path) -> None:
    edit(zone, 'driver = "board"', 'driver = "borad"')
    assert "locker.driver" in mistakes(zone)


@pytest.mark.parametrize("driver", ["../config", "os.path", "Board", "", "a b"])
def test_a_driver_is_a_plain_name(zone: Path, driver: str) -> None:
    edit(zone, 'driver = "board"', f'driver = "{driver}"')
    assert "locker.driver" in mistakes(zone)


def test_a_broken_key_of_the_centre_is_a_mistake(zone: Path) -> None:
    text = zone.read_text(encoding="utf-8").splitlines()
    lines = ['seal_key = "short"' if line.startswith("seal_key") else line for line in text]
    zone.write_text("\n".join(lines), encoding="utf-8")
    assert "central.seal_key" in mistakes(zone)


def test_check_says_that_all_is_well_and_starts_nothing(zone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(zone), "--check"]) == exits.OK
    assert "no mistakes" in capsys.readouterr().out
    assert not (zone.parent / "journal.db").exists()


def test_check_tells_the_mistakes_and_exits_2(zone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(zone, "epoch = 1", "epoch = 0\nepohc = 1")
    assert cli.main([str(zone), "--check"]) == exits.MISCONFIGURED
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_a_zone_that_is_not_there_exits_2(tmp_path: Path) -> None:
    assert cli.main([str(tmp_path / "zone.toml")]) == exits.MISCONFIGURED


@pytest.mark.parametrize("arguments", [[], ["--chekc"], ["a", "b"]])
def test_a_mistaken_command_line_exits_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == exits.MISCONFIGURED


def test_a_driver_whose_library_is_not_installed_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name, name="serial")

    monkeypatch.setattr("importlib.import_module", missing)
    section = type("Section", (), {"driver": "board"})
    with pytest.raises(BadConfig, match="needs the package 'serial'"):
        find_driver(section)

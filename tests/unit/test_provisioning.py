"""zone24-provision as a technician uses it: folders, keys, repeats and mistakes."""

import hashlib
import json
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from provisioning.cli import app
from wire import exits, pins, seal

Run = Callable[..., Result]

ZONE = ["--central-url", "http://127.0.0.1:8241", "--broker", "127.0.0.1:8243"]
BANK = ["--lock-port", "/dev/ttyUSB0", "--compartments", "S,S:low,M,L"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def done(*arguments: object) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == exits.OK, result.output
    return json.loads(result.stdout)


def refused(*arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code == exits.MISCONFIGURED, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


def table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text())


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    done("init", tmp_path / "centre")
    return tmp_path / "centre"


@pytest.fixture
def zone(centre: Path) -> Path:
    folder = centre.parent / "zone-01"
    done("add", "zone-01", "--centre", centre, "--to", folder, *ZONE, *BANK, "--bays", "P1=node-1,P2=node-2")
    return folder


# --- init ---


def test_a_centre_gets_two_keys_that_only_its_owner_may_read(centre: Path):
    for name in ("seal.key", "field.key"):
        file = centre / "secrets" / name
        assert len(file.read_bytes()) == 32
        assert mode(file) == 0o600
    assert mode(centre / "secrets") == 0o700


def test_two_centres_never_share_a_key(centre: Path, tmp_path: Path):
    done("init", tmp_path / "other")
    keys = [folder / "secrets" / name for folder in (centre, tmp_path / "other") for name in ("seal.key", "field.key")]
    assert len({key.read_bytes() for key in keys}) == 4


def test_central_toml_says_what_was_given_and_defaults_for_the_rest(tmp_path: Path):
    folder = tmp_path / "centre"
    done("init", folder, "--name", '示范"中心"', "--phone", "0000-99", "--broker", "[::1]:1883", "--port", 65535)
    said = table(folder / "central.toml")
    assert said["centre"] == '示范"中心"'
    assert said["phone"] == "0000-99"
    assert said["broker"] == {"host": "::1", "port": 1883, "keepalive_s": 5}
    assert said["http"] == {"host": "127.0.0.1", "port": 65535}
    assert [service["id"] for service in said["service"]] == ["household", "social", "tax"]
    assert {counter["id"]: counter["services"] for counter in said["counter"]} == {
        "1": ["household", "social"],
        "2": ["social", "tax"],
    }


def test_a_centre_that_is_there_is_not_made_again(centre: Path):
    before = (centre / "central.toml").read_bytes()
    assert "--update" in refused("init", centre, "--port", 9000)
    assert (centre / "central.toml").read_bytes() == before


def test_an_update_changes_addresses_and_keeps_keys_and_what_was_added_by_hand(centre: Path):
    config = centre / "central.toml"
    config.write_text(config.read_text().replace('prefix = "C"', 'prefix = "T"'))
    keys = {file: file.read_bytes() for file in (centre / "secrets").iterdir()}
    assert done("init", centre, "--update", "--port", 9000)["changed"]
    assert table(config)["http"]["port"] == 9000
    assert table(config)["service"][2]["prefix"] == "T"
    assert keys == {file: file.read_bytes() for file in (centre / "secrets").iterdir()}


def test_an_update_that_changes_nothing_leaves_the_file_and_its_comments(centre: Path):
    config = centre / "central.toml"
    config.write_text("# mine\n" + config.read_text())
    assert not done("init", centre, "--update", "--port", 8241)["changed"]
    assert config.read_text().startswith("# mine\n")


def test_an_init_that_was_cut_off_goes_on_with_the_keys_it_made(centre: Path):
    key = (centre / "secrets" / "seal.key").read_bytes()
    (centre / "central.toml").unlink()
    done("init", centre)
    assert (centre / "secrets" / "seal.key").read_bytes() == key


def test_a_damaged_key_is_not_replaced_in_silence(centre: Path):
    (centre / "secrets" / "field.key").write_bytes(b"short")
    assert "32 bytes" in refused("init", centre, "--update")


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path: Path):
    (tmp_path / "file").write_text("")
    result = run("init", tmp_path / "file" / "centre")
    assert result.exit_code == exits.FAILED
    assert len(result.stderr.splitlines()) == 1


# --- add ---


def test_a_zone_can_seal_to_its_centre_and_shares_its_banks_key(centre: Path, zone: Path):
    public = seal.read_public_key(table(zone / "zone.toml")["central"]["seal_key"])
    sealed = seal.seal(public, "00000000000")
    assert seal.unseal((centre / "secrets" / "seal.key").read_bytes(), sealed) == "00000000000"
    key = zone / "secrets" / "bank.key"
    assert len(key.read_bytes()) == 32
    assert key.read_bytes() == (centre / "secrets" / "zone-01.bank.key").read_bytes()


def test_the_centre_keeps_a_digest_of_the_token_and_never_the_token(centre: Path, zone: Path):
    token = (zone / "secrets" / "token").read_bytes()
    assert len(bytes.fromhex(token.decode())) == 32
    registered = table(centre / "devices" / "zone-01.toml")
    assert registered["token_sha256"] == hashlib.sha256(token).hexdigest()
    assert all(token not in file.read_bytes() for file in centre.rglob("*") if file.is_file())


def test_a_zone_toml_names_what_was_given(zone: Path):
    said = table(zone / "zone.toml")
    assert (said["device"], said["epoch"]) == ("zone-01", 1)
    assert said["central"]["url"] == "http://127.0.0.1:8241"
    assert said["broker"] == said["zone_broker"] == {"host": "127.0.0.1", "port": 8243, "keepalive_s": 5}
    assert said["locker"]["compartment"] == [
        {"number": 1, "size": "S", "low": False},
        {"number": 2, "size": "S", "low": True},
        {"number": 3, "size": "M", "low": False},
        {"number": 4, "size": "L", "low": False},
    ]
    assert said["parking"]["bay"] == [{"bay": "P1", "node": "node-1"}, {"bay": "P2", "node": "node-2"}]
    assert "printer" not in said
    assert [service["prefix"] for service in said["service"]] == ["A", "B", "C"]


def test_the_centre_registers_what_a_zone_has(centre: Path, zone: Path):
    said = table(centre / "devices" / "zone-01.toml")
    assert {name: said[name] for name in ("device", "epoch", "kind", "bays", "compartments")} == {
        "device": "zone-01",
        "epoch": 1,
        "kind": "zone",
        "bays": ["P1", "P2"],
        "compartments": 4,
    }


def test_every_secret_of_a_zone_is_its_owners_only(zone: Path):
    for file in (zone / "secrets" / "token", zone / "secrets" / "bank.key", zone / "staff.toml"):
        assert mode(file) == 0o600


def test_a_zone_without_lockers_is_a_zone(centre: Path, tmp_path: Path):
    done("add", "kiosk", "--centre", centre, "--to", tmp_path / "kiosk", *ZONE, "--printer-port", "/dev/ttyUSB1")
    said = table(tmp_path / "kiosk" / "zone.toml")
    assert "locker" not in said
    assert said["printer"]["port"] == "/dev/ttyUSB1"
    assert not (tmp_path / "kiosk" / "secrets" / "bank.key").exists()


def test_a_zone_that_is_registered_is_not_added_again(centre: Path, zone: Path):
    before = {file: file.read_bytes() for file in zone.rglob("*") if file.is_file()}
    assert "--update" in refused("add", "zone-01", "--centre", centre, "--to", zone, *ZONE)
    assert before == {file: file.read_bytes() for file in before}


def test_an_update_of_a_zone_changes_what_is_given_and_no_secret(centre: Path, zone: Path):
    config = zone / "zone.toml"
    config.write_text(
        config.read_text().replace("pulse_ms = 200", "pulse_ms = 300") + '\n[lamp]\ndriver = "rpi_gpio"\n'
    )
    secrets = {file: file.read_bytes() for file in (zone / "secrets").iterdir()}
    again = ["add", "zone-01", "--centre", centre, "--to", zone, "--update", "--broker", "192.0.2.7:1883"]
    assert done(*again)["changed"]
    said = table(config)
    assert said["broker"]["host"] == "192.0.2.7"
    assert said["zone_broker"]["host"] == "127.0.0.1"
    assert said["locker"]["pulse_ms"] == 300
    assert said["lamp"] == {"driver": "rpi_gpio"}
    assert secrets == {file: file.read_bytes() for file in (zone / "secrets").iterdir()}
    assert not done(*again)["changed"]


def test_an_update_leaves_out_what_was_taken_out_by_hand(centre: Path, zone: Path):
    config = zone / "zone.toml"
    config.write_text(
        config.read_text().replace("[zone_broker]", "[broker_of_old]").replace("[parking]", "[parking_of_old]")
    )
    done("add", "zone-01", "--centre", centre, "--to", zone, "--update", "--screen-port", 9000)
    assert "zone_broker" not in table(config)
    assert table(config)["screen"]["port"] == 9000


def test_an_update_hands_down_what_changed_at_the_centre(centre: Path, zone: Path):
    done("init", centre, "--update", "--phone", "0000-777")
    done("add", "zone-01", "--centre", centre, "--to", zone, "--update")
    assert table(zone / "zone.toml")["phone"] == "0000-777"


def test_a_new_machine_under_a_known_name_begins_a_new_epoch_with_the_same_bank(
    centre: Path, zone: Path, tmp_path: Path
):
    lost = tmp_path / "replacement"
    again = ["add", "zone-01", "--centre", centre, "--to", lost, *ZONE, *BANK]
    assert "--replace" in refused(*again, "--update")
    done(*again, "--replace")
    assert table(lost / "zone.toml")["epoch"] == table(centre / "devices" / "zone-01.toml")["epoch"] == 2
    assert (lost / "secrets" / "bank.key").read_bytes() == (zone / "secrets" / "bank.key").read_bytes()
    assert (lost / "secrets" / "token").read_bytes() != (zone / "secrets" / "token").read_bytes()
    assert "empty folder" in refused(*again, "--replace")
    old = (zone / "zone.toml").read_bytes()
    assert "was replaced" in refused("add", "zone-01", "--centre", centre, "--to", zone, "--update")
    assert (zone / "zone.toml").read_bytes() == old


def test_a_replacement_that_was_cut_off_is_finished_by_an_update(centre: Path, zone: Path, tmp_path: Path):
    record, new = centre / "devices" / "zone-01.toml", tmp_path / "replacement"
    before = record.read_bytes()
    done("add", "zone-01", "--centre", centre, "--to", new, *ZONE, *BANK, "--replace")
    record.write_bytes(before)  # the power failed after the device's folder, before the centre's
    done("add", "zone-01", "--centre", centre, "--to", new, "--update")
    assert table(new / "zone.toml")["epoch"] == table(record)["epoch"] == 2


def test_a_bank_whose_key_is_not_the_centres_is_refused(centre: Path, zone: Path):
    (zone / "secrets" / "bank.key").write_bytes(bytes(32))
    assert "codes" in refused("add", "zone-01", "--centre", centre, "--to", zone, "--update")


def test_the_folder_of_another_device_is_left_alone(centre: Path, zone: Path):
    assert "another device" in refused("add", "zone-02", "--centre", centre, "--to", zone, *ZONE)
    assert table(zone / "zone.toml")["device"] == "zone-01"


def test_a_device_of_a_folder_that_is_no_centres_is_refused(tmp_path: Path):
    assert "zone24-provision init" in refused("add", "zone-01", "--centre", tmp_path, "--to", tmp_path / "z", *ZONE)


def test_serial_ports_become_absolute_and_keep_their_symlinks(
    centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lock").symlink_to("elsewhere")
    done("add", "zone-01", "--centre", centre, "--to", "z", *ZONE, "--lock-port", "lock", "--compartments", "S")
    assert table(tmp_path / "z" / "zone.toml")["locker"]["port"] == str(tmp_path / "lock")


# --- nodes ---


def test_a_node_gets_its_broker_and_its_limits(centre: Path, zone: Path, tmp_path: Path):
    node = tmp_path / "node-1"
    add = ["add", "node-1", "--kind", "node", "--centre", centre, "--to", node]
    done(*add, "--name", "P1 车位", "--zone-broker", "10.0.0.2:1883")
    assert json.loads((node / "node.json").read_text()) == {
        "node": "node-1",
        "host": "10.0.0.2",
        "port": 1883,
        "heartbeat_ms": 2000,
        "occupied_below_mm": 900,
    }
    assert table(centre / "devices" / "node-1.toml") == {
        "device": "node-1",
        "epoch": 1,
        "kind": "node",
        "name": "P1 车位",
        "zone": "zone-01",
    }
    assert not done(*add, "--update")["changed"]


def test_a_node_without_a_zone_is_refused(centre: Path, tmp_path: Path):
    add = ["add", "node-1", "--kind", "node", "--centre", centre, "--to", tmp_path / "n", "--broker", "127.0.0.1:1883"]
    assert "zone" in refused(*add)
    assert "zone-09" in refused(*add, "--zone", "zone-09")


def test_a_node_that_could_belong_to_two_zones_is_asked_for_one(centre: Path, zone: Path, tmp_path: Path):
    done("add", "zone-02", "--centre", centre, "--to", tmp_path / "zone-02", *ZONE)
    add = ["add", "node-1", "--kind", "node", "--centre", centre, "--to", tmp_path / "n", "--broker", "127.0.0.1:1883"]
    assert "zone-01, zone-02" in refused(*add)
    done(*add, "--zone", "zone-02")
    assert table(centre / "devices" / "node-1.toml")["zone"] == "zone-02"


def test_a_zone_does_not_become_a_node(centre: Path, zone: Path, tmp_path: Path):
    add = ["add", "zone-01", "--kind", "node", "--centre", centre, "--to", tmp_path / "n", "--broker", "127.0.0.1:1883"]
    assert "zone" in refused(*add, "--update")


# --- staff ---


def test_a_member_of_staff_reaches_every_named_zone_with_a_hashed_pin(centre: Path, zone: Path):
    done("staff", "1001", "--centre", centre, "--name", "王敏", "--pin", "246810", "--to", zone)
    for folder in (centre, zone):
        (person,) = table(folder / "staff.toml")["staff"]
        assert (person["badge"], person["name"]) == ("1001", "王敏")
        assert pins.fits("246810", person["pin"])
        assert not pins.fits("246811", person["pin"])
        assert "246810" not in (folder / "staff.toml").read_text()
        assert mode(folder / "staff.toml") == 0o600


def test_the_hash_is_scrypt_with_the_parameters_that_the_agents_expect(centre: Path):
    done("staff", "1001", "--centre", centre, "--name", "王敏", "--pin", "246810")
    scheme, salt, digest = table(centre / "staff.toml")["staff"][0]["pin"].split("$")
    assert scheme == "scrypt"
    assert hashlib.scrypt(b"246810", salt=bytes.fromhex(salt), n=2**14, r=8, p=1).hex() == digest


def test_saying_the_same_person_twice_changes_nothing(centre: Path):
    same = ["staff", "1001", "--centre", centre, "--name", "王敏", "--pin", "246810"]
    assert done(*same)["changed"]
    assert not done(*same)["changed"]


def test_a_pin_is_drawn_and_told_once(centre: Path):
    pin = done("staff", "1001", "--centre", centre, "--name", "王敏")["pin"]
    assert len(pin) == 6
    assert pins.fits(pin, table(centre / "staff.toml")["staff"][0]["pin"])
    assert "pin" not in done("staff", "1001", "--centre", centre, "--name", "王敏敏")
    assert pins.fits(pin, table(centre / "staff.toml")["staff"][0]["pin"])


def test_a_zone_added_later_gets_the_staff_there_is(centre: Path, tmp_path: Path):
    done("staff", "1001", "--centre", centre, "--name", "王敏", "--pin", "246810")
    done("add", "zone-02", "--centre", centre, "--to", tmp_path / "zone-02", *ZONE)
    assert (tmp_path / "zone-02" / "staff.toml").read_bytes() == (centre / "staff.toml").read_bytes()


def test_staff_for_a_folder_that_is_no_zones_changes_nothing(centre: Path, tmp_path: Path):
    assert "not the folder" in refused("staff", "1001", "--centre", centre, "--name", "王敏", "--to", tmp_path)
    assert not (centre / "staff.toml").exists()


def test_a_wrong_pin_is_never_repeated(centre: Path):
    said = refused("staff", "1001", "--centre", centre, "--name", "王敏", "--pin", "24681")
    assert "six digits" in said
    assert "24681" not in said


# --- the programs that read it ---


def test_what_is_written_is_what_the_programs_read(centre: Path, zone: Path):
    every = ["--printer-port", "/dev/ttyUSB1", "--reader-port", "/dev/ttyUSB2", "--update"]
    done("add", "zone-01", "--centre", centre, "--to", zone, *every)
    done("staff", "1001", "--centre", centre, "--name", "王敏", "--to", zone)
    for program, file in (("zone24-central", centre / "central.toml"), ("zone24-edge", zone / "zone.toml")):
        command = [str(Path(sys.executable).with_name(program)), str(file), "--check"]
        checked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert checked.returncode == exits.OK, checked.stdout + checked.stderr


# --- check, version, help ---


def test_a_folder_in_order_passes_its_check(centre: Path, zone: Path):
    assert done("--check", centre)["devices"] == ["zone-01"]


def test_a_check_names_every_mistake_at_once(centre: Path, zone: Path):
    (centre / "secrets" / "seal.key").chmod(0o644)
    (centre / "secrets" / "zone-01.bank.key").unlink()
    (centre / "devices" / "node-1.toml").write_text('device="node-2"\nepoch=1\nkind="node"\nname="x"\nzone="zone-07"\n')
    said = refused("--check", centre).splitlines()
    assert len(said) == 4
    for each in ("seal.key", "zone-01.bank.key", "node-2", "zone-07"):
        assert any(each in line for line in said)


def test_a_check_of_nothing_is_a_mistake(tmp_path: Path):
    assert "no centre's folder" in refused("--check", tmp_path / "nowhere")


def test_the_version_is_the_installed_one():
    result = run("--version")
    assert result.exit_code == exits.OK
    assert result.stdout == f"zone24-provision {exits.version()}\n"


@pytest.mark.parametrize("command", [[], ["init"], ["add"], ["staff"]])
def test_every_command_has_help(command: list[str]):
    result = run(*command, "--help")
    assert result.exit_code == exits.OK
    assert "Usage" in result.stdout


@pytest.mark.parametrize("arguments", [[], ["init"], ["add", "zone-01"], ["nonsense"], ["init", "x", "--nonsense"]])
def test_a_mistaken_command_line_is_exit_2(arguments: list[str]):
    assert run(*arguments).exit_code == exits.MISCONFIGURED


def test_mistakes_in_json_are_a_list(tmp_path: Path):
    result = run("init", tmp_path / "c", "--port", "0", "--broker", "x", "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["ok"], len(answer["mistakes"])) == (exits.MISCONFIGURED, False, 2)
    assert not (tmp_path / "c").exists()

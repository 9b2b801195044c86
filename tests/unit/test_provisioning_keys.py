"""Signing keys as a technician makes them: each once, missing ones added, a new machine with a new one."""

import json
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from provisioning.cli import app
from wire import exits, sign

ZONE = ["--central-url", "http://127.0.0.1:8241", "--broker", "127.0.0.1:8243"]


def done(*arguments: object) -> dict[str, Any]:
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"])
    assert result.exit_code == exits.OK, result.output
    return json.loads(result.stdout)


def refused(*arguments: object) -> str:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == exits.MISCONFIGURED, result.output
    return result.stderr


def table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


def public(file: Path) -> str:
    return sign.public_key(file.read_bytes())


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    done("init", tmp_path / "centre")
    return tmp_path / "centre"


@pytest.fixture
def zone(centre: Path) -> Path:
    folder = centre.parent / "zone-01"
    done("add", "zone-01", "--centre", centre, "--to", folder, *ZONE)
    return folder


def test_every_signing_key_is_its_owners_only(centre: Path, zone: Path):
    files = [centre / "secrets" / "centre.key", centre / "secrets" / "credential.key", zone / "secrets" / "signing.key"]
    assert [len(file.read_bytes()) for file in files] == [32, 32, 32]
    assert len({file.read_bytes() for file in files}) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_the_public_halves_are_exchanged_and_nothing_else(centre: Path, zone: Path):
    said = table(zone / "zone.toml")
    assert said["signing_key"] == "secrets/signing.key"
    assert said["central"]["centre_keys"] == [public(centre / "secrets" / "centre.key")]
    assert said["central"]["credential_keys"] == [public(centre / "secrets" / "credential.key")]
    registered = table(centre / "devices" / "zone-01.toml")
    assert registered["signing_keys"] == [public(zone / "secrets" / "signing.key")]
    private = (zone / "secrets" / "signing.key").read_bytes()
    assert all(private not in file.read_bytes() for file in centre.rglob("*") if file.is_file())


def test_an_update_makes_the_keys_that_are_missing_and_no_others(centre: Path, zone: Path):
    (centre / "secrets" / "credential.key").unlink()
    (zone / "secrets" / "signing.key").unlink()
    record = centre / "devices" / "zone-01.toml"
    record.write_text("\n".join(line for line in record.read_text("utf-8").splitlines() if "signing_keys" not in line))
    kept = (centre / "secrets" / "centre.key").read_bytes()
    done("init", centre, "--update")
    done("add", "zone-01", "--centre", centre, "--to", zone, "--update")
    assert (centre / "secrets" / "centre.key").read_bytes() == kept
    assert table(zone / "zone.toml")["central"]["credential_keys"] == [public(centre / "secrets" / "credential.key")]
    assert table(record)["signing_keys"] == [public(zone / "secrets" / "signing.key")]
    assert not done("add", "zone-01", "--centre", centre, "--to", zone, "--update")["changed"]


def test_a_new_machine_has_a_new_key_and_the_old_one_stays_registered(centre: Path, zone: Path, tmp_path: Path):
    new = tmp_path / "replacement"
    done("add", "zone-01", "--centre", centre, "--to", new, *ZONE, "--replace")
    keys = table(centre / "devices" / "zone-01.toml")["signing_keys"]
    assert keys == [public(zone / "secrets" / "signing.key"), public(new / "secrets" / "signing.key")]
    assert len(set(keys)) == 2


def test_a_machine_that_never_had_a_key_leaves_its_place_empty(centre: Path, zone: Path, tmp_path: Path):
    record = centre / "devices" / "zone-01.toml"
    record.write_text("\n".join(line for line in record.read_text("utf-8").splitlines() if "signing_keys" not in line))
    new = tmp_path / "replacement"
    done("add", "zone-01", "--centre", centre, "--to", new, *ZONE, "--replace")
    assert table(record)["signing_keys"] == ["", public(new / "secrets" / "signing.key")]


def test_a_key_that_is_not_the_registered_one_is_refused(centre: Path, zone: Path):
    (zone / "secrets" / "signing.key").write_bytes(bytes(32))
    assert "not the key that is registered" in refused("add", "zone-01", "--centre", centre, "--to", zone, "--update")


def test_a_cut_off_replacement_is_finished_with_its_own_key(centre: Path, zone: Path, tmp_path: Path):
    record, new = centre / "devices" / "zone-01.toml", tmp_path / "replacement"
    before = record.read_bytes()
    done("add", "zone-01", "--centre", centre, "--to", new, *ZONE, "--replace")
    after = table(record)["signing_keys"]
    record.write_bytes(before)
    done("add", "zone-01", "--centre", centre, "--to", new, "--update")
    assert table(record)["signing_keys"] == after


def test_two_keys_are_handed_out_while_one_is_exchanged(centre: Path, zone: Path):
    follows = centre / "secrets" / "credential.next.key"
    follows.touch(mode=0o600)
    follows.write_bytes(bytes(32))
    done("add", "zone-01", "--centre", centre, "--to", zone, "--update")
    assert table(zone / "zone.toml")["central"]["credential_keys"] == [
        public(centre / "secrets" / "credential.key"),
        public(follows),
    ]


@pytest.mark.parametrize("name", ["centre.key", "credential.key"])
def test_a_check_names_a_key_that_is_missing(centre: Path, zone: Path, name: str):
    (centre / "secrets" / name).unlink()
    (line,) = refused("--check", centre).splitlines()
    assert name in line
    assert "--update" in line


def test_a_check_names_a_device_without_a_key(centre: Path, zone: Path):
    record = centre / "devices" / "zone-01.toml"
    record.write_text("\n".join(line for line in record.read_text("utf-8").splitlines() if "signing_keys" not in line))
    (line,) = refused("--check", centre).splitlines()
    assert "signing_keys has none of epoch 1" in line


def test_a_courier_is_told_from_staff(centre: Path, zone: Path):
    done("staff", "1001", "--centre", centre, "--name", "王敏")
    assert done("staff", "2001", "--centre", centre, "--name", "李强", "--role", "courier", "--to", zone)["changed"]
    roles = {person["badge"]: person["role"] for person in table(zone / "staff.toml")["staff"]}
    assert roles == {"1001": "staff", "2001": "courier"}
    assert not done("staff", "2001", "--centre", centre)["changed"]  # the role stays when none is said
    assert done("staff", "2001", "--centre", centre, "--role", "staff")["changed"]
    refused("staff", "2002", "--centre", centre, "--name", "x", "--role", "boss")


def test_a_key_that_was_lost_is_asked_for_and_no_other_put_in_its_place(centre: Path, zone: Path):
    """With another key in the folder the agent would start, and the centre would refuse all that it writes."""
    file = zone / "secrets" / "signing.key"
    kept = file.read_bytes()
    file.unlink()
    assert "not there" in refused("add", "zone-01", "--centre", centre, "--to", zone, "--update")
    assert not file.exists()
    file.touch(mode=0o600)
    file.write_bytes(kept)
    done("add", "zone-01", "--centre", centre, "--to", zone, "--update")

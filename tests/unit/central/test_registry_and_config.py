"""A centre's folder is read whole: its mistakes all at once, its devices as they come."""

from pathlib import Path
from typing import Any

import pytest

from central import config
from central.registry import Registry
from wire.errors import BadConfig

TOKEN = "f" * 64


def test_a_folder_that_is_right_is_read(folder: Path):
    site = config.read(folder / "central.toml")
    assert site.config.service_of("household")
    assert Path(site.database.database or "") == folder / "central.db"
    assert "key" not in repr(site)


def test_all_mistakes_are_told_at_once(folder: Path):
    file = folder / "central.toml"
    text = file.read_text("utf-8").replace('services = ["social"]', 'services = ["tax"]')
    text = text.replace('prefix = "B"', 'prefix = "A"').replace("127.0.0.1:9/sms", "/sms")
    file.write_text(text, "utf-8")
    (folder / "secrets" / "seal.key").write_bytes(b"short")
    (folder / "secrets" / "field.key").chmod(0o644)
    with pytest.raises(BadConfig) as mistakes:
        config.read(file)
    told = str(mistakes.value)
    for mistake in ("tax", "prefix A stands twice", "seal.key: a key has 32", "field.key: others", "sms.url"):
        assert mistake in told


@pytest.mark.parametrize("url", ["nonsense", "postgresql://x/y", "sqlite://", "mysql://x"])
def test_a_database_that_is_no_file_of_sqlite_is_a_mistake(folder: Path, url: str):
    file = folder / "central.toml"
    file.write_text(f'database = "{url}"\n' + file.read_text("utf-8"), "utf-8")
    with pytest.raises(BadConfig, match="database"):
        config.read(file)


def test_a_device_is_known_by_its_token(folder: Path):
    registry = Registry(folder)
    owner = registry.owner(TOKEN)
    assert owner is not None
    assert owner.device == "zone-01"
    assert registry.owner("e" * 64) is None
    assert registry.owner("") is None


def test_a_new_token_counts_at_once_and_the_old_one_no_more(
    folder: Path, registered: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("central.registry.LOOK_AGAIN_S", 0)
    registry = Registry(folder)
    assert registry.owner(TOKEN)
    registered("zone-01", 1, "e" * 64)
    assert registry.owner(TOKEN) is None
    assert registry.owner("e" * 64)


def test_a_device_that_is_removed_is_gone(folder: Path):
    registry = Registry(folder)
    assert registry.device("zone-01")
    (folder / "devices" / "zone-01.toml").unlink()
    assert registry.device("zone-01") is None
    assert registry.owner(TOKEN) is None


@pytest.mark.parametrize("name", ["", "..", "../central", "zone-01/..", "ZONE-01", "zone-01\n", "central", "a" * 40])
def test_a_name_that_is_none_finds_nothing(folder: Path, name: str):
    assert Registry(folder).device(name) is None


def test_a_file_with_mistakes_is_no_device_and_harms_no_other(folder: Path, registered: Any):
    registered("zone-02")
    (folder / "devices" / "zone-03.toml").write_text("epoch = 'x'")
    file = folder / "devices" / "zone-04.toml"
    file.write_text((folder / "devices" / "zone-02.toml").read_text("utf-8"), "utf-8")
    assert [device.device for device in Registry(folder).devices()] == ["zone-01", "zone-02"]


def test_codes_are_made_with_the_banks_own_key(folder: Path):
    registry = Registry(folder)
    mac = registry.mac("zone-01")
    assert mac is not None
    assert len(mac(b"pin-v1|X1|1")) == 32
    assert registry.mac("zone-99") is None

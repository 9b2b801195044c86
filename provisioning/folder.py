"""Files of a data folder: written whole or not at all, secrets readable by their owner only and never overwritten."""

import os
import secrets
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from provisioning import toml
from wire.errors import BadConfig

KEY_BYTES = 32
OWN_ONLY = 0o600


def keep_secret(file: Path, make: Callable[[], bytes]) -> bytes:
    """Return the secret in `file`; `make` it, mode 0600, when there is none yet."""
    if not file.exists():
        _write(file, make(), OWN_ONLY)
    return read_secret(file)


def read_secret(file: Path) -> bytes:
    """Return the bytes of a secret; BadConfig when others may read it or it is not there."""
    try:
        mode, data = file.stat().st_mode, file.read_bytes()
    except FileNotFoundError:
        raise BadConfig(f"{file}: not there; restore it from your backup, or make a new one with --update") from None
    except OSError as error:
        raise BadConfig(f"{file}: {error.strerror}") from None
    if mode & 0o077:
        raise BadConfig(f"{file}: others may read or write it; chmod 600, and think about who has read it")
    return data


def read_key(file: Path) -> bytes:
    """Return the key in `file`; BadConfig when it is not one of 32 bytes."""
    key = read_secret(file)
    if len(key) != KEY_BYTES:
        raise BadConfig(f"{file}: a key has {KEY_BYTES} bytes, not {len(key)}; restore it from your backup")
    return key


def new_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def read_table(file: Path) -> dict[str, Any]:
    """Return what a TOML file says; BadConfig when it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(f"{file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{file}: not TOML: {error}") from None


def write_table(file: Path, table: dict[str, Any], comment: str, mode: int = 0o644) -> bool:
    """Write the table; True when that changed what `file` says. An unchanged file keeps its comments."""
    if file.exists() and read_table(file) == table:
        return False
    _write(file, toml.write(table, comment).encode(), mode)
    return True


def write_text(file: Path, text: str) -> bool:
    """Write the text; True when that changed the file."""
    data = text.encode()
    if file.exists() and file.read_bytes() == data:
        return False
    _write(file, data, 0o644)
    return True


def _write(file: Path, data: bytes, mode: int) -> None:
    """Write a file beside the old one and put it in its place: whoever reads sees the old or the new, never half."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if mode == OWN_ONLY else 0o755)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise

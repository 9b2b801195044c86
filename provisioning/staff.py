"""The staff and the couriers who may sign in at the lockers: a badge, a name, a role and a hashed PIN each."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from provisioning.centre import STAFF_COMMENT, Centre
from provisioning.folder import OWN_ONLY, write_table
from provisioning.zone import copy_staff
from wire import config, pins
from wire.config import option
from wire.errors import BadConfig

Role = Literal["staff", "courier"]
ROLES: tuple[Role, ...] = ("staff", "courier")


@dataclass(frozen=True)
class Person:
    """A member of staff or a courier as the file has them."""

    badge: str = option()
    name: str = option()
    pin: str = option(pattern=r"scrypt\$[0-9a-f]{32}\$[0-9a-f]{128}")
    role: Role = option("staff")


@dataclass(frozen=True)
class Staff:
    """staff.toml."""

    staff: tuple[Person, ...] = option(())


def new_pin() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def put(
    badge: str, centre: Centre, folders: Sequence[Path], *, name: str | None, pin: str | None, role: Role | None
) -> dict[str, Any]:
    """Add a member of staff or change what is given; hand the whole list to the devices in `folders`.

    The answer holds `pin` when one was made here: it is told this once and kept nowhere.
    """
    centre.read()
    strangers = [str(folder) for folder in folders if not (folder / "zone.toml").exists()]
    if strangers:
        raise BadConfig("\n".join(f"--to {folder}: not the folder of a zone" for folder in strangers))
    people = {each.badge: each for each in config.read(Staff, centre.staff, {}).staff} if centre.staff.exists() else {}
    known = people.get(badge)
    if known is None and name is None:
        raise BadConfig("--name is missing: a new badge needs the name of its person")
    made = new_pin() if known is None and pin is None else ""
    people[badge] = Person(
        badge=badge,
        name=name or (known.name if known else ""),
        pin=_kept(known, pin or made),
        role=role or (known.role if known else "staff"),
    )
    table = {"staff": [asdict(people[each]) for each in sorted(people)]}
    changed = write_table(centre.staff, table, STAFF_COMMENT, OWN_ONLY)
    given_to = [str(folder) for folder in folders if copy_staff(centre, folder)]
    person = people[badge]
    answer = {"badge": badge, "name": person.name, "role": person.role, "changed": changed, "given_to": given_to}
    return answer | ({"pin": made} if made else {})


def _kept(known: Person | None, pin: str) -> str:
    """Return the hash to keep: the one there is when no other PIN is given, so that saying it twice changes nothing."""
    if known and (not pin or pins.fits(pin, known.pin)):
        return known.pin
    return pins.kept(pin, secrets.token_bytes(16))

"""Mobile numbers as people type and as screens show them."""

import re

_MOBILE = re.compile(r"1[0-9]{10}")
_SPACES = str.maketrans("", "", " -")


def tidy(typed: str) -> str:
    """Return what was typed without the spaces and hyphens that people put in."""
    return typed.translate(_SPACES)


def is_mobile(digits: str) -> bool:
    """Tell whether this is a mobile number of the Chinese mainland: 11 digits, the first a 1."""
    return _MOBILE.fullmatch(digits) is not None


def masked(phone: str) -> str:
    """Return 138****5678."""
    return f"{phone[:3]}****{phone[-4:]}"

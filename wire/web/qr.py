"""QR codes for pages: an SVG of our own from the modules that `qrcode` works out."""

import qrcode  # type: ignore[import-untyped]
from markupsafe import Markup
from qrcode.exceptions import DataOverflowError  # type: ignore[import-untyped]

QUIET = 4
"""Modules of white around it, which every reader needs."""


def svg(text: str) -> Markup:
    """Return the QR code of a text, level M, as an element for the page; ValueError for more than fits into one."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text.encode())
    try:
        rows = code.get_matrix()
    except DataOverflowError as error:
        raise ValueError("more than fits into a QR code") from error
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    side = len(rows)
    return Markup(  # noqa: S704  made of numbers only
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{dark}"/></svg>'
    )

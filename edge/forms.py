"""What a page sends, checked: anything that none of our pages can send is `Junk`, with a sentence of what is wrong."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request

FIELDS = 16
"""More fields than any page has."""


class Junk(Exception):
    """No page of ours sends this; `status` is the 4xx, `args[0]` the Chinese sentence, `english` the English one."""

    def __init__(self, status: int, chinese: str, english: str) -> None:
        super().__init__(chinese)
        self.status = status
        self.english = english


class Form:
    """The fields of one form; every question about them either gets a clean answer or raises `Junk`."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def text(self, name: str, most: int) -> str:
        """Return printable text of at most `most` characters."""
        if name not in self._fields:
            raise Junk(422, f"缺少一项内容：{name}。", f"The field {name} is missing.")
        text = self._fields[name]
        if len(text) > most:
            raise Junk(422, f"{name} 最多 {most} 个字。", f"{name} has at most {most} characters.")
        if not text.isprintable() or "\ufffd" in text:
            raise Junk(422, f"{name} 里有不能显示的字符。", f"{name} has characters that cannot be shown.")
        return text

    def has(self, name: str) -> bool:
        return name in self._fields

    def digits(self, name: str, most: int) -> str:
        """Return digits; the spaces and hyphens that people put between them are left in."""
        text = self.text(name, most)
        if set(text) - set("0123456789 -"):
            raise Junk(422, f"{name} 只能是数字。", f"{name} has digits only.")
        return text

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of `choices`."""
        text = self.text(name, 64)
        if text not in choices:
            raise Junk(422, f"{name} 没有这个选项。", f"{name} is none of the choices.")
        return text

    def turn(self) -> int | None:
        """Return which page of the session sent this; None where it does not say."""
        if "turn" not in self._fields:
            return None
        text = self.text("turn", 9)
        if not text.isascii() or not text.isdigit():
            raise Junk(422, "turn 只能是数字。", "turn has digits only.")
        return int(text)


async def read(request: Request) -> Form:
    """Return the form of a POST; `wire.web.guard` has refused those of other sites."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Junk(415, "这里只接受表单。", "Only a form is accepted here.")
    return Form(_fields(await request.body()))


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError:  # UnicodeDecodeError is one, too many fields another
        raise Junk(400, "收到的表单读不懂。", "The form cannot be read.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Junk(422, "有一项内容出现了两次。", "A field is there twice.")
    return fields

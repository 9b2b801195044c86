"""Every sentence a person reads: translated, polite, and plain."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from edge import locker_screen, sorry, terminal
from edge.desk import SENTENCES as DESK
from edge.refusals import SENTENCES as BANK

EDGE = Path(sorry.__file__).parent
MARKED = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"\s*\)')
MISTAKEN = re.compile(r'(?:mistaken\(\w+, |mistake=)"(\w+)"')
DOORS = (
    "deposit_door_stuck",
    "pickup_door_stuck",
    "papers_door_stuck",
    "loan_door_stuck",
    "collect_door_stuck",
    "door_unseen",
    "wrong_inside",
    "wrong_inside_late",
)
ASKED_AGAIN = ("wrong_code", "wrong_tail", "wrong_card", "needs_tail", "needs_card")
"""Said beside the field, or answered by the next page."""
NOT_PLAIN = ("错误", "异常", "失败", "系统", "格式", "非法", "无效", "参数", "会话", "超时")


def marked():
    files = [*sorted((EDGE / "pages").rglob("*.html")), *sorted(EDGE.glob("*.py"))]
    return {text: file.name for file in files for text in MARKED.findall(file.read_text(encoding="utf-8"))}


def catalogue():
    with (EDGE / "pages" / "en.po").open("rb") as lines:
        return {str(message.id): str(message.string) for message in read_po(lines) if message.id}


def test_every_marked_text_has_an_english_entry_with_the_same_gaps() -> None:
    english = catalogue()
    assert marked()
    for text, file in marked().items():
        assert english.get(text), f"{file}: {text} has no English"
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[text])), text


def test_the_catalogue_has_no_text_that_nobody_says() -> None:
    said = set(marked()) | {"24小时自助服务区", "数据截至"}  # the last two stand in the shared frame of a page
    assert set(catalogue()) <= said


@pytest.mark.parametrize("template", sorted((EDGE / "pages").rglob("*.html")), ids=lambda file: file.name)
def test_no_chinese_stands_in_a_template_unmarked(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
    left = MARKED.sub("", text).replace('"中文"', "")
    assert not re.findall(r"[\u4e00-\u9fff]+", left)


def test_no_page_speaks_the_language_of_machines() -> None:
    for text, file in marked().items():
        assert not [word for word in NOT_PLAIN if word in text], f"{file}: {text}"


def test_every_refusal_has_its_own_apology() -> None:
    for reason in [*DESK, *BANK, *DOORS, "staff_locked_out", "out_of_order", "no_reader"]:
        if reason not in ASKED_AGAIN:
            assert reason in sorry.APOLOGIES, reason


def test_every_mistake_that_a_session_makes_is_said_beside_the_field() -> None:
    said = {word for file in sorted(EDGE.glob("locker_*.py")) for word in MISTAKEN.findall(file.read_text("utf-8"))}
    assert {"phone", "pin", "tail_length", "same_person", "close_first"} <= said
    assert said <= set(sorry.MISTAKES)


def test_an_apology_says_what_to_do_next() -> None:
    for trouble, apology in sorry.APOLOGIES.items():
        assert apology.title.startswith("抱歉") or trouble == "already_here"
        assert apology.step.startswith("请") or apology.step.startswith("如果")
        assert apology.meaning.endswith("。")
        assert apology.step.endswith("。")


def test_every_state_has_its_page() -> None:
    for screen, core in (("terminal", terminal), ("locker", locker_screen)):
        for state in core.State:
            assert (EDGE / "pages" / screen / f"{state}.html").exists(), state


def questions() -> list[Path]:
    pages = EDGE / "pages"
    return [file for screen in ("terminal", "locker") for file in sorted((pages / screen).glob("*.html"))]


@pytest.mark.parametrize("template", questions(), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_page_has_one_heading_one_main_button_and_the_way_out_in_its_place(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    if template.stem == "part":
        assert "<h1" not in text
        assert "data-now" in text
        return
    assert text.count("<h1") + text.count("apologise()") + text.count("{% call badge_and_pin(") == 1
    assert len(re.findall(r'class="main|look="main', text)) <= 1
    overridden = re.search(r"{% block leave %}(.*?){% endblock %}", text)
    if overridden and template.stem not in ("home", "printing"):  # the idle timer presses the button in #leave
        assert 'step_button("leave"' in overridden[1]
        assert 'id="leave"' in overridden[1]


def test_the_keypad_has_the_order_of_a_telephone_and_its_edits_apart() -> None:
    parts = (EDGE / "pages" / "parts.html").read_text(encoding="utf-8")
    keypad = parts[parts.index("macro keypad") :]
    assert keypad.index("123456789") < keypad.index('data-key="0"') < keypad.index('data-key="clear"')
    assert keypad.count('class="edit"') == 2

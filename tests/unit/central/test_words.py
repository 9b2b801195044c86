"""Every word of the pages has its English, and every alarm its sentence."""

import re
from pathlib import Path

import pytest

import edge.desk
import locker.memory
from central import alarms, notice_texts, refusals
from central.app import PAGES
from central.config import CentralConfig, Sms
from central.notices import Facts, Kind
from wire.web.pages import Pages

ROOT = Path(__file__).parents[3]
TEXT = re.compile(r'_\("([^"]+)"\)')
WORDS = Pages(PAGES).words("en")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FIVE_PAST_EIGHT = 1_795_392_300_000
"""In China, on 23 November 2026."""


def texts() -> set[str]:
    found = {text for page in PAGES.glob("*.html") for text in TEXT.findall(page.read_text("utf-8"))}
    found |= {text for said in alarms.ALARMS.values() for text in (said.means, said.do)}
    found |= set(alarms.PLACES.values())
    found |= {page for page, _ in refusals.SENTENCES.values()}
    return found


def test_every_text_has_its_english():
    assert sorted(text for text in texts() if CHINESE.search(WORDS(text))) == []


def test_a_translation_keeps_what_is_filled_in():
    fields = re.compile(r"\{\w+\}")
    wrong = [text for text in texts() if sorted(fields.findall(text)) != sorted(fields.findall(WORDS(text)))]
    assert wrong == []


def test_no_text_of_a_page_is_written_without_a_translation():
    bare = re.compile(r">[^<{]*[\u4e00-\u9fff]")
    found = {page.name: bare.findall(page.read_text("utf-8")) for page in PAGES.glob("*.html")}
    assert {name: lines for name, lines in found.items() if lines} == {"home.html": [">中文"]}


def test_the_documentation_has_the_table_of_alarms():
    documented = (ROOT / "docs" / "alarms.md").read_text("utf-8")
    assert alarms.markdown(WORDS) in documented, "put the text of central.alarms.markdown into docs/alarms.md"


@pytest.mark.parametrize("alarm", alarms.ALARMS)
def test_an_alarm_is_whole_sentences_that_say_what_to_do(alarm: str):
    said = alarms.ALARMS[alarm]
    assert said.means.endswith("。")
    assert said.do.endswith("。")


def test_every_alarm_that_is_raised_has_its_words():
    raised = re.compile(r'(?:raise_\(|raise_alarm\(\s*[\w.]+,\s*[\w.]+,)\s*"(\w+)"')
    sources = [file for package in ("edge", "central") for file in (ROOT / package).rglob("*.py")]
    found = {alarm for file in sources for alarm in raised.findall(file.read_text("utf-8"))}
    found |= set(edge.desk._ALARMS.values())
    memory = locker.memory
    found |= {
        memory.DOOR_STUCK, memory.DOOR_LEFT_OPEN, memory.BREAK_IN, memory.BOARD_SILENT, memory.GUESSING,
    }  # fmt: skip
    assert {"journal_fork", "device_offline", "paper_out"} <= found
    assert found - alarms.ALARMS.keys() == set()


@pytest.mark.parametrize(
    ("about", "place"),
    [
        ("door 3", ("柜门", "3")),
        ("lock board", ("锁控板", "")),
        ("screen locker 1", ("屏幕", "locker 1")),
        ("robot", ("robot", "")),
    ],
)
def test_a_place_is_named_in_the_readers_words(about: str, place: tuple[str, str]):
    assert alarms.place(about) == place


def test_an_alarm_from_a_later_version_is_shown_all_the_same():
    assert alarms.words("robot_bored").do


@pytest.mark.parametrize(("lang", "when"), [("zh", "11月23日 08:05"), ("en", "23 Nov, 08:05")])
@pytest.mark.parametrize("kind", ["lent", "loan_due", "loan_overdue", "papers"])
def test_a_message_says_its_time_in_the_readers_language(kind: Kind, lang: str, when: str):
    config = CentralConfig(centre="示范市政务服务中心", phone="12345", sms=Sms(url="http://sms"))
    facts = Facts(number="1001", label="power bank", at=FIVE_PAST_EIGHT, due=FIVE_PAST_EIGHT)
    assert when in notice_texts.text(config, kind, lang, facts, notice_texts.Filled("zone"))

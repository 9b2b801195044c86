"""A scenario can go red."""

import json

import pytest

from twin.verdict import Verdict


def test_a_verdict_is_ok_when_every_fact_holds():
    verdict = Verdict("pickup")
    verdict.fact("pulses", 1, 1)
    verdict.fact("the door is closed", True)
    assert verdict.ok
    assert json.loads(verdict.as_json())["ok"] is True


def test_one_fact_that_does_not_hold_turns_the_verdict_red_and_says_what_was_due():
    verdict = Verdict("pickup")
    verdict.fact("the door is closed", True)
    verdict.fact("pulses", 2, 1)
    assert not verdict.ok
    said = json.loads(verdict.as_json())
    assert said["ok"] is False
    assert said["facts"]["pulses"] == {"holds": False, "value": 2, "expected": 1}
    assert "pulses: 2, where 1 is due" in verdict.as_text()


def test_a_verdict_without_facts_is_not_ok():
    assert not Verdict("pickup").ok


def test_a_fact_is_noted_once():
    verdict = Verdict("pickup")
    verdict.fact("pulses", 1, 1)
    with pytest.raises(ValueError, match="pulses"):
        verdict.fact("pulses", 1, 1)


def test_a_true_value_is_not_taken_for_the_number_one():
    verdict = Verdict("pickup")
    verdict.fact("pulses", True, 1)
    assert not verdict.ok

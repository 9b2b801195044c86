"""Who may take out what without a code: staff, couriers, givers, and whoever borrows."""

from typing import Any

import pytest

from locker.bank import Bank
from locker.compartment import Use
from locker.memory import Loan
from locker.step import Open, Refuse, Step
from wire.happenings import (
    PURPOSES,
    CompartmentBlocked,
    MisplacementReported,
    PickupReserved,
    Reissued,
    Taken,
)

ALLOWED = {
    ("papers", "staff"),
    ("quarantine", "staff"),
    ("return", "staff"),
    ("loan", "staff"),
    ("delivery", "courier"),
    ("pickup", "giver"),
    ("delivery", "giver"),
}


@pytest.mark.parametrize("role", ["citizen", "giver", "staff", "courier"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_meets_every_role(zone: Any, purpose: str, role: str):
    compartment, _, _ = zone.put_in(purpose=purpose)
    step = zone.ask("collect", "paper-1", by="staff 1001", role=role)
    expected = Open(compartment) if (purpose, role) in ALLOWED else Refuse("not_yours")
    assert step.effects == (expected,)


def test_whoever_collects_is_the_receiver(zone: Any):
    compartment, _, _ = zone.put_in(purpose="papers", giver="citizen ****5678")
    step = zone.ask("collect", "paper-1", by="staff 1002", role="staff")
    assert step.record == (
        PickupReserved(item="paper-1", compartment=compartment, attempt=1, by="collect", receiver="staff 1002"),
    )
    taken = zone.goes_through(compartment)[-1]
    assert taken == Taken(item="paper-1", compartment=compartment, receiver="staff 1002")


def test_only_the_very_giver_recalls(zone: Any):
    compartment, number, code = zone.put_in()
    for by in ("staff 1002", "citizen ****5678", ""):
        assert zone.ask("collect", "paper-1", by=by, role="giver").effects == (Refuse("not_yours"),)
    step = zone.ask("collect", "paper-1", by="staff 1001", role="giver")
    assert (step.effects, step.record[0].by) == ((Open(compartment),), "recall")
    zone.opens(compartment)
    assert zone.pick_up(number, code).effects == (Refuse("spent"),), "the citizen's code is void"


class LetsAnybodyCollect(Bank):
    def collect(self, item: str, *, by: str, role: Any, now: int) -> Step:
        found = self.lying(item)
        return super().collect(item, by=found[1].giver if found else by, role=role, now=now)


def test_a_bank_that_lets_anybody_recall_is_found(zone_of: Any):
    with pytest.raises(AssertionError):
        test_only_the_very_giver_recalls(zone_of(bank=LetsAnybodyCollect))


def test_what_does_not_lie_here_is_not_collected(zone: Any):
    assert zone.ask("collect", "paper-1", by="staff 1001", role="staff").effects == (Refuse("no_such_item"),)
    zone.deposit(purpose="papers")
    assert zone.ask("collect", "paper-1", by="staff 1001", role="staff").effects == (Refuse("busy"),)


def test_no_office_opens_a_door_that_is_silent_or_stuck(zone: Any):
    compartment, _, _ = zone.put_in(purpose="papers")
    zone.lost()
    assert zone.ask("collect", "paper-1", by="staff 1001", role="staff").effects == (Refuse("board_silent"),)
    zone.found()
    zone.contacts()
    for _ in range(3):
        assert zone.ask("collect", "paper-1", by="staff 1001", role="staff").effects == (Open(compartment),)
        zone.wait(10)
    assert zone.ask("collect", "paper-1", by="staff 1001", role="staff").effects == (Refuse("stuck"),)


# --- loans ---


def lend(zone: Any, item: str = "push-chair-1", **more: Any) -> Any:
    known = {"phone": "sealed", "phone_tail": "9999", "due": zone.now + 86_400_000}
    return zone.ask("lend", item, **{**known, **more})


def lent(zone: Any) -> int:
    compartment, _, _ = zone.put_in("push-chair-1", "M", purpose="loan", label="婴儿车", phone_tail="")
    lend(zone)
    zone.goes_through(compartment)
    return int(compartment)


def test_an_article_goes_out_against_a_phone_and_is_known_to_be_out(zone: Any):
    compartment, _, _ = zone.put_in("push-chair-1", "M", purpose="loan", label="婴儿车", phone_tail="")
    step = lend(zone)
    assert step.effects == (Open(compartment),)
    reserved = step.record[0]
    assert (reserved.by, reserved.receiver, reserved.phone) == ("loan", "citizen ****9999", "sealed")
    assert zone.bank.loans == {}
    taken = zone.goes_through(compartment)[-1]
    assert (taken.receiver, taken.due) == ("citizen ****9999", reserved.due)
    assert zone.bank.loans == {"push-chair-1": Loan("婴儿车", "M", "9999", reserved.due)}


def test_it_comes_back_by_a_deposit_also_after_a_restart(zone: Any):
    lent(zone)
    zone.restart()
    assert "push-chair-1" in zone.bank.loans
    zone.put_in("push-chair-1", "M", purpose="loan", giver="citizen ****9999", phone_tail="9999")
    assert zone.bank.loans == {}
    assert lend(zone).refused is None, "and goes out again"


def test_a_return_that_was_not_laid_in_is_still_out(zone: Any):
    lent(zone)
    step = zone.deposit("push-chair-1", "M", purpose="loan", giver="citizen ****9999")
    zone.cancel(step.effects[0].compartment)
    assert "push-chair-1" in zone.bank.loans


def test_a_citizen_returns_only_what_is_out_and_staff_bring_new_articles(zone: Any):
    for item in ("push-chair-1", "paper-1"):
        step = zone.deposit(item, "M", purpose="loan", giver="citizen ****9999")
        assert step.effects == (Refuse("not_lent"),)
    assert zone.deposit("push-chair-1", "M", purpose="loan").refused is None


def test_only_articles_are_lent_and_only_against_a_phone(zone: Any):
    zone.put_in("paper-1")
    assert lend(zone, "paper-1").effects == (Refuse("no_such_item"),)
    assert lend(zone, "paper-2").effects == (Refuse("no_such_item"),)
    zone.put_in("push-chair-1", "M", purpose="loan")
    assert lend(zone, phone_tail="").effects == (Refuse("needs_tail"),)


def test_a_loan_whose_door_does_not_open_is_not_out(zone: Any):
    compartment, _, _ = zone.put_in("push-chair-1", "M", purpose="loan")
    lend(zone)
    zone.wait(10)
    assert (zone[compartment].use, zone.bank.loans) == (Use.HOLDING, {})


# --- misplaced, and new codes ---


@pytest.mark.parametrize(
    ("by", "allowed"),
    [("staff 1001", True), ("staff 1002", True), ("courier 2001", False), ("citizen ****5678", False), ("", False)],
)
def test_the_giver_or_staff_say_that_an_item_lies_elsewhere(zone: Any, by: str, allowed: bool):
    compartment, _, _ = zone.put_in()
    step = zone.ask("report_misplaced", "paper-1", by=by, note="放进了隔壁")
    if not allowed:
        assert (step.effects, step.record) == ((Refuse("not_yours"),), ())
        return
    assert step.record == (
        MisplacementReported(item="paper-1", compartment=compartment, by=by, note="放进了隔壁"),
        CompartmentBlocked(compartment=compartment, why="放进了隔壁", by=by),
    )


def test_a_courier_reports_what_the_courier_laid_in(zone: Any):
    zone.put_in(giver="courier 2001")
    assert zone.ask("report_misplaced", "paper-1", by="courier 2001", note="").record


def test_nobody_is_sent_to_where_the_item_is_not(zone: Any):
    compartment, number, code = zone.put_in()
    zone.ask("report_misplaced", "paper-1", by="staff 1001", note="")
    zone.restart()
    for _ in range(20):
        step = zone.pick_up(number, code)
        assert (step.effects, step.record) == ((Refuse("misplaced"),), ())
    assert zone.ask("report_misplaced", "paper-1", by="staff 1001", note="").record == ()
    assert zone.ask("collect", "paper-1", by="staff 1001", role="giver").effects == (Open(compartment),)


def test_a_report_about_what_is_not_here_or_under_way_is_refused(zone: Any):
    assert zone.ask("report_misplaced", "paper-1", by="staff 1001", note="").effects == (Refuse("no_such_item"),)
    zone.deposit()
    assert zone.ask("report_misplaced", "paper-1", by="staff 1001", note="").effects == (Refuse("busy"),)
    zone.goes_through(1)
    zone.pick_up("1000", zone.code(1))
    assert zone.ask("report_misplaced", "paper-1", by="staff 1001", note="").effects == (Refuse("busy"),)


def reissue(zone: Any, issue: int = 2, **more: Any) -> Any:
    return zone.ask("reissue", "paper-1", issue=issue, why="proxy", by="staff 1001", **more)


def test_a_proxy_gets_a_code_and_the_old_one_is_void_until_it_is_taken_back(zone: Any):
    compartment, number, code = zone.put_in(level=1)
    step = reissue(zone, phone="sealed", phone_tail="4321")
    assert step.record == (
        Reissued(
            item="paper-1", compartment=compartment, number=number, issue=2, why="proxy", by="staff 1001",
            phone="sealed", phone_tail="4321",
        ),
    )  # fmt: skip
    assert zone.pick_up(number, code, tail="5678").effects == (Refuse("wrong_code"),)
    proxys = zone.code(compartment)
    assert zone.pick_up(number, proxys, tail="5678").effects == (Refuse("wrong_tail"),)
    reissue(zone, 3, phone_tail="5678")
    assert zone.pick_up(number, proxys, tail="4321").effects == (Refuse("wrong_code"),)
    assert zone.pick_up(number, zone.code(compartment), tail="5678").effects == (Open(compartment),)


@pytest.mark.parametrize(("issue", "good"), [(0, False), (1, False), (2, True), (2**16 - 1, True), (2**16, False)])
def test_an_issue_only_rises_and_fits_into_a_qr_code(zone: Any, issue: int, good: bool):
    zone.put_in()
    assert (reissue(zone, issue).refused is None) == good


def test_there_is_no_new_code_for_what_is_gone_or_going(zone: Any):
    assert reissue(zone).effects == (Refuse("no_such_item"),)
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    assert reissue(zone).effects == (Refuse("busy"),)
    zone.opens(compartment)
    assert reissue(zone).effects == (Refuse("spent"),)


def test_nor_while_people_look_into_a_pickup_so_that_no_code_outlives_what_it_was_for(zone: Any):
    compartment, number, code = zone.put_in()
    zone.pick_up(number, code)
    zone.opens(compartment)
    zone.ask("inspect", compartment, by="staff 1001", witness="staff 1002", why="left open")
    assert reissue(zone, phone_tail="4321").effects == (Refuse("busy"),)
    zone.closes(compartment)
    zone.contacts()  # what ends the pickup
    _, number, _ = zone.put_in()
    assert zone[compartment].lead.issue == 2
    assert zone.pick_up(number, code).refused == Refuse("wrong_code")


def test_what_no_citizen_fetches_has_no_code_to_renew(zone: Any):
    zone.put_in(purpose="papers")
    assert reissue(zone).effects == (Refuse("no_such_item"),)

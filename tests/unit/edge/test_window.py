"""What is on its way to the centre: bounded, sent again when late, forgotten when received."""

from hypothesis import given
from hypothesis import strategies as st

from edge.reporting import Window


def test_a_new_window_begins_at_the_cursor() -> None:
    assert Window().upto(41) == 41


def test_a_window_takes_no_batch_above_its_bound() -> None:
    window = Window(most=100)
    window.sent(10, 60, 1.0)
    assert window.has_room()
    window.sent(20, 60, 2.0)
    assert not window.has_room()
    window.received(10, 3.0)
    assert window.has_room()
    assert window.upto(10) == 20


def test_the_deadline_runs_from_the_oldest_batch() -> None:
    window = Window()
    window.sent(1, 10, deadline=5.0)
    window.sent(2, 10, deadline=9.0)
    assert [window.is_late(now) for now in (4.9, 5.0)] == [False, True]


def test_progress_gives_the_rest_its_time_again_and_a_repeated_receipt_does_not() -> None:
    window = Window()
    window.sent(1, 10, deadline=5.0)
    window.sent(2, 10, deadline=5.0)
    window.received(1, deadline=8.0)
    assert not window.is_late(7.9)
    window.received(1, deadline=20.0)
    assert window.is_late(8.0)


def test_an_empty_window_is_never_late() -> None:
    window = Window()
    window.sent(1, 10, deadline=5.0)
    window.received(1, deadline=5.0)
    assert not window.is_late(1e9)


def test_what_is_late_is_sent_from_the_cursor_again() -> None:
    window = Window()
    window.sent(5, 10, deadline=5.0)
    window.forget()
    assert window.upto(3) == 3
    assert not window.is_late(1e9)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 9)), max_size=50))
def test_the_window_never_holds_more_than_its_bound_and_a_batch(acts: list[tuple[int, int]]) -> None:
    window, cursor = Window(most=100), 0
    for size, received in acts:
        if window.has_room():
            window.sent(window.upto(cursor) + 1, size, 1.0)
        cursor = max(cursor, min(window.upto(cursor), cursor + received))
        window.received(cursor, 1.0)
        assert window.upto(cursor) >= cursor
        assert sum(size for _, size in window._sent) < 100 + 50

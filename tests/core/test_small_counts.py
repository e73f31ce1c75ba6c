"""Tables in which no single person can be made out."""

from hypothesis import given
from hypothesis import strategies as st

from core.small_counts import SMALLEST, with_small_hidden


def test_counts_that_are_large_enough_are_shown() -> None:
    shown = with_small_hidden({"a": 5, "b": 0, "c": 20})
    assert (shown.cells, shown.total) == ({"a": 5, "b": 0, "c": 20}, 25)


def test_one_small_count_takes_the_next_larger_with_it() -> None:
    shown = with_small_hidden({"a": 2, "b": 9, "c": 30})
    assert (shown.cells, shown.total) == ({"a": None, "b": None, "c": 30}, 41)


def test_two_small_counts_that_are_small_together_need_a_third() -> None:
    assert with_small_hidden({"a": 1, "b": 2, "c": 8, "d": 9}).cells == {
        "a": None,
        "b": None,
        "c": None,
        "d": 9,
    }


def test_a_small_count_alone_hides_the_total() -> None:
    shown = with_small_hidden({"a": 3})
    assert (shown.cells, shown.total) == ({"a": None}, None)


def test_without_a_limit_all_is_shown() -> None:
    shown = with_small_hidden({"a": 1}, smallest=0)
    assert (shown.cells, shown.total) == ({"a": 1}, 1)


@given(st.dictionaries(st.integers(0, 20), st.integers(0, 40)))
def test_nothing_small_is_shown_or_can_be_computed(counts: dict[int, int]) -> None:
    shown = with_small_hidden(counts)
    visible = [count for count in shown.cells.values() if count is not None]
    assert all(count == 0 or count >= SMALLEST for count in visible)
    hidden = [key for key, count in shown.cells.items() if count is None]
    if shown.total is not None and hidden:
        assert len(hidden) > 1
        assert shown.total - sum(visible) >= SMALLEST

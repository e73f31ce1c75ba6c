"""What is published of small counts gives nobody away: checked against every table that fits it."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.small_counts import Hidden, count_words, publish

SMALL, WITHHELD = Hidden.SMALL, Hidden.WITHHELD


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([10, 20], [10, 20], 30),
        ([0, 20], [0, 20], 20),
        ([3, 20], [SMALL, WITHHELD], 23),
        ([3, 2, 20], [SMALL, SMALL, 20], 25),
        ([1, 1, 20], [SMALL, SMALL, WITHHELD], 22),
        ([4, 4, 9, 20], [SMALL, SMALL, WITHHELD, 20], 37),
        ([1, 5], [SMALL, WITHHELD], WITHHELD),
        ([1, 5, 0, 6], [SMALL, WITHHELD, 0, WITHHELD], 12),
        ([3], [SMALL], SMALL),
        ([1, 2], [SMALL, SMALL], SMALL),
        ([0, 0], [0, 0], 0),
    ],
)
def test_a_list_with_its_total(counts, cells, total):
    published = publish(dict(enumerate(counts)), [range(len(counts))])
    assert list(published.cells.values()) == cells
    assert list(published.totals) == [total]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_no_hidden_cell_of_a_list_follows_from_its_total(counts):
    published = publish(dict(enumerate(counts)), [range(len(counts))])
    total = published.totals[0]
    if isinstance(total, Hidden):
        return
    ranges = [possible(cell, total) for cell in published.cells.values()]
    fits = [values for values in product(*ranges) if sum(values) == total]
    for place, cell in published.cells.items():
        if isinstance(cell, Hidden):
            assert len({values[place] for values in fits}) > 1


def possible(cell, total):
    if cell is SMALL:
        return range(1, 5)
    return range(5, total + 1) if cell is WITHHELD else [cell]


def test_a_table_withholds_along_rows_and_columns():
    counts = {(row, column): 10 * row + column + 20 for row in range(3) for column in range(3)}
    counts[1, 1] = 2
    rows = [[(row, column) for column in range(3)] for row in range(3)]
    columns = [[(row, column) for row in range(3)] for column in range(3)]
    hidden = [key for key, cell in publish(counts, rows + columns).cells.items() if isinstance(cell, Hidden)]
    for line in rows + columns:
        assert len(set(line) & set(hidden)) != 1


def test_words():
    assert [count_words(each) for each in (0, 17, SMALL, WITHHELD)] == ["0", "17", "少于 5", "不公布"]

"""The one search box: what a text is taken for."""

import pytest

from residents.rules.questions import read_question


@pytest.mark.parametrize(
    ("text", "part", "value"),
    [
        ("11010519491231002x", "number", "11010519491231002X"),
        ("１１０１０５１９４９１２３１００２Ｘ", "number", "11010519491231002X"),
        ("138 0000 1234", "phone", "13800001234"),
        ("+86 138-0000-1234", "sounds", ""),
        ("1234", "tail", "1234"),
        ("E12345678", "number", "E12345678"),
        ("zhang wei", "sounds", "zhangwei"),
        ("ZW", "sounds", "zw"),
        ("张伟", "names", ("张伟",)),
        ("林 溪南路12号", "names", ("林",)),
        ("林 溪南路12号", "places", ("溪南路12号",)),
        ("3号楼 302", "places", ("3号楼", "302")),
        ("𠅤", "names", ("𠅤",)),
    ],
)
def test_what_a_text_asks_for(text: str, part: str, value: object) -> None:
    assert getattr(read_question(text), part) == value


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_nothing_asks_for_nothing(text: str) -> None:
    assert read_question(text).is_empty

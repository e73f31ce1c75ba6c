"""How old somebody is, and who counts as a child under the protection of minors' data. Source: R-207."""

from datetime import date

# Below this age a child's data are sensitive by law, and a guardian consents (个人信息保护法 第三十一条).
CHILD_UNTIL = 14


def age_on(born: date, day: date) -> int:
    """Return the age in whole years on the day; somebody born on 29 February turns older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_child(born: date | None, day: date) -> bool:
    """Return whether somebody is under fourteen on the day; not known counts as no."""
    return born is not None and age_on(born, day) < CHILD_UNTIL

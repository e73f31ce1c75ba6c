"""The categories a resident chooses from; categories are public, so nobody's visibility is asked."""

from itertools import groupby

from django.db.models import Q

from incidents.models import Category

# What residents report most: refuse, things in stairwells, sewers, lamps, roads, fire lanes, e-bikes, noise.
COMMON = ("0101", "0204", "0305", "0302", "0303", "0401", "0402", "1001")
OTHER = "1499"


def common_categories() -> list[Category]:
    """Return the categories for the large buttons, those in use only, in their fixed order; one query."""
    found = {each.code: each for each in Category.objects.filter(code__in=COMMON, is_active=True)}
    return [found[code] for code in COMMON if code in found]


def category_groups(words: str = "") -> list[tuple[str, list[Category]]]:
    """Return the categories in use by group, or only those that match every word; one query.

    “Other” is left out: it has a button of its own.
    """
    wanted = Category.objects.filter(is_active=True).exclude(code=OTHER)
    for word in words.split()[:5]:
        wanted = wanted.filter(Q(name__icontains=word) | Q(group__icontains=word))
    rows = wanted.order_by("code")
    return [(group, list(each)) for group, each in groupby(rows, key=lambda row: row.group)]


def category_in_use(code: str) -> Category | None:
    """Return the category if it can be reported under now."""
    return Category.objects.filter(code=code, is_active=True).first()

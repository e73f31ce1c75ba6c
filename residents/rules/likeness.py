"""Whether two files may be of one person. Source: R-219."""

from enum import StrEnum


class Likeness(StrEnum):
    """How likely it is: `WEAK` is only worth a look."""

    STRONG = "strong"
    WEAK = "weak"


def likeness(
    *, same_name: bool, same_birth: bool, same_phone: bool, both_documents: bool, same_kind: bool
) -> Likeness | None:
    """Return how alike two files are; None for those that are not worth a look.

    Two documents of one kind are two people, unless one was typed wrongly: then only the phone tells more
    than chance. The same birthday under another name are twins.
    """
    if not same_name or not (same_birth or same_phone):
        return None
    if both_documents and same_kind:
        return Likeness.WEAK
    return Likeness.STRONG

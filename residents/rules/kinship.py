"""What becomes of relations when somebody else heads the household, and a newborn's relation. Source: R-210.

Only what follows without doubt is told; everything else becomes another relative, for a person to put right.
"""

from collections.abc import Mapping

HEAD, SPOUSE, CHILD, CHILD_IN_LAW = "head", "spouse", "child", "child_in_law"
PARENT, PARENT_IN_LAW, GRANDCHILD, GRANDPARENT = "parent", "parent_in_law", "grandchild", "grandparent"
SIBLING, OTHER_KIN, NOT_KIN = "sibling", "other_kin", "not_kin"

# What the former head is to the new one.
_INVERSE: Mapping[str, str] = {
    SPOUSE: SPOUSE,
    CHILD: PARENT,
    CHILD_IN_LAW: PARENT_IN_LAW,
    PARENT: CHILD,
    PARENT_IN_LAW: CHILD_IN_LAW,
    GRANDCHILD: GRANDPARENT,
    GRANDPARENT: GRANDCHILD,
    SIBLING: SIBLING,
    NOT_KIN: NOT_KIN,
}
# (what the new head was to the former one, what the other was to them) → what the other is to the new head.
_SEEN_ANEW: Mapping[tuple[str, str], str] = {
    (SPOUSE, CHILD): CHILD,
    (SPOUSE, CHILD_IN_LAW): CHILD_IN_LAW,
    (SPOUSE, GRANDCHILD): GRANDCHILD,
    (SPOUSE, PARENT): PARENT_IN_LAW,
    (SPOUSE, PARENT_IN_LAW): PARENT,
    (CHILD, SPOUSE): PARENT,
    (CHILD, CHILD): SIBLING,
    (CHILD, PARENT): GRANDPARENT,
    (PARENT, SPOUSE): CHILD_IN_LAW,
    (PARENT, CHILD): GRANDCHILD,
    (PARENT, SIBLING): CHILD,
    (PARENT, PARENT): SPOUSE,
    (SIBLING, PARENT): PARENT,
    (SIBLING, SIBLING): SIBLING,
}
# What a child is to the head, by what its mother is.
_NEWBORN: Mapping[str, str] = {
    HEAD: CHILD,
    SPOUSE: CHILD,
    CHILD: GRANDCHILD,
    CHILD_IN_LAW: GRANDCHILD,
    PARENT: SIBLING,
    NOT_KIN: NOT_KIN,
}


def seen_from(new_head: str, other: str) -> str:
    """Return what somebody is to the new head; both arguments are relations to the former head."""
    if other == HEAD:
        return _INVERSE.get(new_head, OTHER_KIN)
    if NOT_KIN in (new_head, other):
        return NOT_KIN
    return _SEEN_ANEW.get((new_head, other), OTHER_KIN)


def newborn(mother: str) -> str:
    """Return what a newborn is to the head, from what its mother is."""
    return _NEWBORN.get(mother, OTHER_KIN)

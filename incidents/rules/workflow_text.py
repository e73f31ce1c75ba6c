"""The workflow table as text, for the documentation and the admin."""

from incidents.rules.vocabulary import ClockKind, State
from incidents.rules.workflow import CLOSED_STATES, TRANSITIONS
from incidents.rules.workflow_types import Right, Transition


def as_mermaid() -> str:
    """Render the table as a Mermaid state diagram; verbs that keep the state are left out."""
    lines = ["stateDiagram-v2"]
    for row in TRANSITIONS:
        if row.target is None:
            continue
        sources = [source.value for source in row.sources] or ["[*]"]
        lines += [f"    {source} --> {row.target.value}: {row.verb.value}" for source in sources]
    lines += [f"    {state.value} --> [*]" for state in State if state in CLOSED_STATES]
    return "\n".join(lines) + "\n"


def as_markdown() -> str:
    """Render the table as a Markdown table, one row per verb."""
    lines = [
        "| verb | from | to | who: must give | permission | clocks stopped | clocks started |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in TRANSITIONS]
    return "\n".join(lines) + "\n"


def _cells(row: Transition) -> list[str]:
    return [
        row.verb.value,
        ", ".join(source.value for source in row.sources) or "(new)",
        row.target.value if row.target else "(same)",
        "; ".join(_right_text(right) for right in row.rights),
        ", ".join(sorted({right.permission for right in row.rights if right.permission})) or "none",
        _kinds(row.clocks.stop, row.response_clocks.stop, "the others pause" if row.clocks.pause else ""),
        _kinds(row.clocks.start, row.response_clocks.start, "paused ones" if row.clocks.resume else ""),
    ]


def _right_text(right: Right) -> str:
    return f"{right.party.value}: {', '.join(right.required)}" if right.required else right.party.value


def _kinds(own: frozenset[ClockKind], responses: frozenset[ClockKind], more: str) -> str:
    parts = [*_names(own, ""), *_names(responses, " (department)"), *([more] if more else [])]
    return ", ".join(parts) or "none"


def _names(kinds: frozenset[ClockKind], whose: str) -> list[str]:
    if kinds == frozenset(ClockKind):
        return [f"all{whose}"]
    return [f"{kind.value}{whose}" for kind in ClockKind if kind in kinds]

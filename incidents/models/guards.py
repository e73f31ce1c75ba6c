"""What the database itself watches over: legal changes of state, and that secret stays secret."""

from typing import Any

import pgtrigger

from incidents.rules.workflow import OPEN_STATES, allowed_state_pairs

_FOLLOW = """
IF (OLD.state IN (OPEN)) <> (NEW.state IN (OPEN)) THEN
    UPDATE incidents_participation SET is_open = NEW.state IN (OPEN) WHERE incident_id = NEW.id;
END IF;
RETURN NULL;
"""


def state_guard() -> dict[str, Any]:
    """Return the trigger's parts: an update of state that no row of the table allows is an error."""
    pairs = sorted((str(source), str(target)) for source, target in allowed_state_pairs())
    allowed = ", ".join(f"('{source}', '{target}')" for source, target in pairs)
    return {
        "when": pgtrigger.Before,
        "operation": pgtrigger.UpdateOf("state"),
        "condition": pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
        "func": (
            f"IF (OLD.state, NEW.state) NOT IN ({allowed}) THEN "
            "RAISE EXCEPTION 'incident state may not go from % to %', OLD.state, NEW.state "
            "USING ERRCODE = 'check_violation', CONSTRAINT = 'incident_state_guard'; "
            "END IF; RETURN NEW;"
        ),
    }


def secret_copy() -> dict[str, Any]:
    """Return the trigger's parts: a new incident is secret where its category is, whoever writes the row.

    Source: R-107.
    """
    return {
        "when": pgtrigger.Before,
        "operation": pgtrigger.Insert | pgtrigger.UpdateOf("category_id"),
        "func": (
            "SELECT is_secret INTO STRICT NEW.is_secret FROM incidents_category WHERE id = NEW.category_id; "
            "RETURN NEW;"
        ),
    }


def follow_openness() -> dict[str, Any]:
    """Return the trigger's parts: participations know whether their incident is open, whoever changed it."""
    open_states = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
    return {
        "when": pgtrigger.After,
        "operation": pgtrigger.UpdateOf("state"),
        "condition": pgtrigger.Q(old__state__df=pgtrigger.F("new__state")),
        "func": _FOLLOW.replace("OPEN", open_states),
    }

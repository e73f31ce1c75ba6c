"""Several tasks in one form: a few rows of unit, words and day, which need no script."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

ROWS = 4
_PARTS = ("unit", "text", "due_on")


class TasksInput(forms.Widget):
    """Rows of a list of units, a line of text and a day; rows left empty do not count."""

    use_fieldset = True

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        """Start without units; the field gives them."""
        super().__init__(dict(attrs or {}))
        self.choices: list[tuple[str, Any]] = []

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Return no id: every control has a label of its own."""
        return ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        """Return the rows in which something was filled in."""
        rows = [
            {part: str(data.get(f"{name}-{number}-{part}", "")).strip() for part in _PARTS}
            for number in range(ROWS)
        ]
        return [row for row in rows if any(row.values())]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether no row was sent at all."""
        return not any(f"{name}-0-{part}" in data for part in _PARTS)

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the rows, filled with what was sent before."""
        given = value if isinstance(value, list) else []
        rows = [*given, *({} for _number in range(ROWS - len(given)))][:ROWS]
        start = (attrs or {}).get("id", f"id_{name}")
        items = [
            (self._row(name, number, row, f"{start}_{number}", renderer),) for number, row in enumerate(rows)
        ]
        return format_html('<ol class="task-rows">{}</ol>', format_html_join("", "<li>{}</li>", items))

    def _row(self, name: str, number: int, row: Any, start: str, renderer: Any) -> SafeString:
        widgets: dict[str, tuple[Any, forms.Widget]] = {
            "unit": (gettext("Unit"), forms.Select(choices=[("", "—"), *self.choices])),
            "text": (pgettext("of a session", "What to do"), forms.TextInput({"maxlength": 200})),
            "due_on": (gettext("Last day"), forms.DateInput({"type": "date"})),
        }
        parts = []
        for part, (label, widget) in widgets.items():
            control_id = f"{start}_{part}"
            control = widget.render(
                f"{name}-{number}-{part}", row.get(part, ""), {"id": control_id}, renderer
            )
            parts.append((control_id, label, control))
        return format_html_join("", '<label class="small" for="{}">{}{}</label>', parts)


class TasksField(forms.Field):
    """Tasks as the service takes them: a unit's id, what to do, and the last day."""

    widget = TasksInput

    def __init__(self, **kwargs: Any) -> None:
        """Start without units."""
        self._choices: list[tuple[str, Any]] = []
        super().__init__(**kwargs)

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """Return the units that can be given a task."""
        return self._choices

    @choices.setter
    def choices(self, value: list[tuple[str, Any]]) -> None:
        self._choices = value
        self.widget.choices = value

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """Return whole rows; a row that lacks a part is refused, so that no task is lost silently."""
        rows: list[dict[str, str]] = super().clean(value) or []
        known = {str(pk) for pk, _name in self._choices}
        day = forms.DateField()
        found = []
        for row in rows:
            if not all(row.values()) or row["unit"] not in known:
                raise forms.ValidationError(
                    _("Each task needs a unit, what to do, and a last day."), code="task_incomplete"
                )
            found.append({"unit": int(row["unit"]), "text": row["text"], "due_on": day.clean(row["due_on"])})
        return found

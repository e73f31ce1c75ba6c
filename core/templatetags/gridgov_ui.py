"""Template tags of the design system; they format what they are given and read no models.

Each tag and its look is shown in docs/design-system.md.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import clock
from core.wording import relative_words, span_words, time_left_words

register = template.Library()

_COLOURS: Final = {
    "red": _("red"),
    "orange": _("orange"),
    "yellow": _("yellow"),
    "blue": _("blue"),
}

# state: (word, tone, icon). The words are those of the incidents' choices, so one translation serves both.
# The tones are in content.css; none is a severity colour.
_STATES: Final = {
    "reported": (_("reported"), "call", "inbox"),
    "accepted": (_("accepted"), "call", "inbox"),
    "registered": (_("registered"), "call", "inbox"),
    "dispatched": (_("waiting to be signed for"), "call", "send"),
    "returned": (_("given back"), "call", "redo"),
    "signed": (_("signed for"), "active", "sign"),
    "handling": (_("being handled"), "active", "wrench"),
    "whistled": (_("whistled"), "call", "whistle"),
    "suspended": (_("set aside"), "plain", "stop"),
    "feedback": (_("reported done"), "active", "check"),
    "verifying": (_("being checked"), "active", "shield"),
    "rectifying": (_("being rectified"), "call", "redo"),
    "closed": (_("closed"), "done", "check"),
    "callback": (_("waiting for the verdict"), "active", "comment"),
    "evaluated": (_("judged"), "done", "heart"),
    "archived": (_("filed away"), "plain", "check"),
    "merged": (_("merged"), "plain", "send"),
    "not_accepted": (_("not accepted"), "plain", "stop"),
}

_MOMENT_FORMAT: Final = "%Y-%m-%d %H:%M"
_UNDO_TAG: Final = re.compile(r"(?:^|\s)undo:(\S+)")
_TOAST_ICONS: Final = {"success": "check", "warning": "warning", "error": "warning"}


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """Draw a sign of the sprite; without a label it is hidden from screen readers."""
    return _icon(name, str(label), extra)


# A list draws hundreds of the same few signs, so they and the tags made of them are no templates.
@lru_cache(maxsize=512)
def _icon(name: str, label: str = "", extra: str = "") -> SafeString:
    href = f"{static('icons/sprite.svg')}#{name}"
    css = f"icon {extra}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', css, href)


@register.simple_tag
def colour_badge(colour: str | None) -> SafeString:
    """Show a severity with its word and its own shape; anything else reads as not graded yet."""
    if colour not in _COLOURS:
        return format_html('<span class="badge badge--none">{}</span>', _("Not graded"))
    sign = _icon(f"severity-{colour}")
    return format_html('<span class="badge badge--{}">{}{}</span>', colour, sign, _COLOURS[colour])


@register.simple_tag
def state_tag(state: str, label: str = "") -> SafeString:
    """Show where a case stands; `label` replaces the word, or names a state this list doesn't know."""
    word, tone, sign = _STATES.get(state, (_("Other state"), "plain", "info"))
    return format_html('<span class="state state--{}">{}{}</span>', tone, _icon(sign), label or word)


@register.simple_tag
def lamp(
    due_at: datetime | None,
    warn_at: datetime | None = None,
    now: datetime | None = None,
    *,
    paused: bool = False,
) -> SafeString:
    """Show a running limit as a ring and the time left, over, or standing still."""
    moment = now or clock.now()
    if paused or due_at is None:
        return _lamp("off", SafeString(""), _("Clock paused") if paused else _("No limit"))
    title = _("Due %(due_text)s") % {"due_text": local_text(due_at)}
    warned = format_html(' data-warn="{}"', _iso(warn_at)) if warn_at else ""
    running = format_html(' data-lamp data-due="{}"{} title="{}"', _iso(due_at), warned, title)
    return _lamp(lamp_state(due_at, warn_at, moment), running, time_left_words(due_at, moment))


def _lamp(state: str, attributes: SafeString, text: str | Promise) -> SafeString:
    return format_html(
        '<span class="lamp lamp--{}"{}>{}<span class="lamp__text">{}</span></span>',
        state,
        attributes,
        _icon(f"lamp-{state}"),
        text,
    )


@register.simple_tag
def duration_left(due_at: datetime, now: datetime | None = None) -> str:
    """Say in words how long there is until the limit, or by how much it was passed."""
    return time_left_words(due_at, now or clock.now())


@register.simple_tag
def duration_words(span: Any) -> str:
    """Say a timedelta in words; nothing for None."""
    return "" if span is None else span_words(span)


@register.simple_tag
def when(moment: datetime | None, relative: bool = True, now: datetime | None = None) -> SafeString:
    """Show a moment in the city's time with its distance from now beside it; a dash for None."""
    if moment is None:
        return SafeString("—")
    iso, words = _iso(moment), relative_words(moment, now or clock.now()) if relative else ""
    beside = format_html('<span class="when__relative" data-relative="{}">{}</span>', iso, words)
    return format_html(
        '<span class="when"><time datetime="{}">{}</time>{}</span>',
        iso,
        local_text(moment),
        beside if words else "",
    )


@register.inclusion_tag("components/field.html")
def field(bound_field: BoundField, hint: str = "", *, heading: bool = False) -> dict[str, Any]:
    """Render a form field with label, hint, error and counter, joined for assistive technology.

    With `heading` the label is the page's `h1`: the one question of a resident's screen.
    """
    widget = bound_field.field.widget
    attrs = _widget_attrs(bound_field, hint)
    return {
        "field": bound_field,
        "control": bound_field.as_widget(attrs=attrs),
        "hint": hint or bound_field.help_text,
        "hint_id": f"{bound_field.auto_id}_helptext",
        "error_id": f"{bound_field.auto_id}_error",
        "is_checkbox": isinstance(widget, CheckboxInput),
        "is_group": bool(widget.use_fieldset),
        "maxlength": widget.attrs.get("maxlength") if widget.attrs.get("rows") else None,
        "heading": heading,
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """List what is wrong with a form, each line leading to its field; nothing when all is well."""
    lines = [
        {"target": bound.id_for_label or bound.auto_id, "label": _asked(bound), "text": text}
        for bound in form
        for text in bound.errors
    ]
    return {"lines": lines, "general": form.non_field_errors()}


def _asked(bound_field: BoundField) -> str:
    """Return the label before a colon; a question would read oddly there, and its error stands alone."""
    label = str(bound_field.label)
    return "" if label.endswith(("?", "？")) else label


@register.inclusion_tag("components/toast.html")
def toast(message: Message) -> dict[str, Any]:
    """Show one Django message; the extra tag `undo:/path/` adds an undo button that posts there.

    Only a path of this site is accepted, so a message can't send a form elsewhere.
    """
    level = message.level_tag
    found = _UNDO_TAG.search(message.extra_tags or "")
    undo = found.group(1) if found else ""
    if not url_has_allowed_host_and_scheme(undo, allowed_hosts=None):
        undo = ""
    return {
        "text": message.message,
        "level": level,
        "sign": _TOAST_ICONS.get(level, "info"),
        "undo_url": undo,
    }


@register.simple_tag(takes_context=True)
def csrf_headers(context: Mapping[str, Any]) -> str:
    """Return the request headers htmx must send, as JSON for `hx-headers`."""
    return json.dumps({"X-CSRFToken": str(context.get("csrf_token", ""))})


@register.simple_tag
def server_now() -> str:
    """Return the server's moment in ISO form, from which the page's relative times are counted."""
    return clock.now().isoformat()


@register.simple_tag(takes_context=True)
def sort_link(context: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return `url`, `direction` and `sign` of a column heading that sorts by `?sort=name` or `-name`."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    current = query.get("sort", "")
    query["sort"] = f"-{name}" if current == name else name
    # A keyset position belongs to the old order.
    for position in ("after", "before"):
        query.pop(position, None)
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "none")
    signs = {"ascending": "sort-up", "descending": "sort-down", "none": "sort"}
    return {"url": f"?{query.urlencode()}", "direction": direction, "sign": signs[direction]}


def lamp_state(due_at: datetime, warn_at: datetime | None, now: datetime) -> str:
    """Return `red` from the limit on, `yellow` from the warning on, else `green`."""
    if now >= due_at:
        return "red"
    if warn_at is not None and now >= warn_at:
        return "yellow"
    return "green"


def local_text(moment: datetime) -> str:
    """Return an aware moment as 2026-11-20 14:05 in the current time zone."""
    return timezone.localtime(moment).strftime(_MOMENT_FORMAT)


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat()


def _widget_attrs(bound_field: BoundField, hint: str) -> dict[str, str | bool]:
    """Describe the control by a hint given in the template; Django already does so for help_text."""
    ids: Sequence[str] = [
        f"{bound_field.auto_id}_helptext" if hint or bound_field.help_text else "",
        f"{bound_field.auto_id}_error" if bound_field.errors else "",
    ]
    described_by = " ".join(filter(None, ids))
    if not described_by or bound_field.field.widget.use_fieldset:
        return {}
    return {"aria-describedby": described_by}

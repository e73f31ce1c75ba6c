"""The result of a simulation in words: what the terminal shows, and the same as one JSON object."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rich.console import Console
from rich.table import Table

from core.errors import Text
from gridgov.models import CitySimulation
from incidents.choices import LEFT_OUT, RATES, VERBS
from incidents.rules.rates import percent

_WIDTH = 100
_RATES: dict[str, Text] = {str(code): name for code, name in RATES}
_LEFT_OUT: Mapping[str, Text] = {str(code): name for code, name in LEFT_OUT}
_VERBS: dict[str, Text] = {
    **{str(code): name for code, name in VERBS},
    "call": gettext_lazy("call by telephone"),
}
COUNTS: dict[str, Text] = {
    "incidents": gettext_lazy("cases reported"),
    "settled_on_the_spot": gettext_lazy("settled on the spot"),
    "by_hotline": gettext_lazy("reported by telephone"),
    "anonymous": gettext_lazy("reported anonymously"),
    "moves": gettext_lazy("events on all timelines"),
    "people_moves": gettext_lazy("steps taken by people"),
    "sweeps": gettext_lazy("sweeps of the clocks"),
    "raised_by_clock": gettext_lazy("raised because a limit ran out"),
    "contacts": gettext_lazy("reporters contacted"),
    "whistles": gettext_lazy("whistles blown"),
    "whistles_settled": gettext_lazy("whistled cases settled to the reporter's content"),
    "whistle_refusals": gettext_lazy("whistles refused"),
    "whistle_rulings": gettext_lazy("refusals the grid office decided on"),
    "sessions": gettext_lazy("joint meetings"),
    "returns": gettext_lazy("cases given back"),
    "arbitrations": gettext_lazy("cases the grid office decided on"),
    "extensions_asked": gettext_lazy("times more time was asked for"),
    "extensions_granted": gettext_lazy("times more time was granted"),
    "set_aside": gettext_lazy("cases set aside"),
    "merged": gettext_lazy("cases merged"),
    "failed_checks": gettext_lazy("checks that failed"),
    "dissatisfied": gettext_lazy("dissatisfied answers"),
    "reopened": gettext_lazy("cases taken up again"),
    "appeals": gettext_lazy("appeals"),
    "appeals_granted": gettext_lazy("appeals granted"),
    "urged": gettext_lazy("times a reporter urged"),
    "supervised": gettext_lazy("orders of supervision"),
    "open_at_the_end": gettext_lazy("open at the end"),
}
_PUBLISHED: dict[str, Text] = {
    "grids": gettext_lazy("grids"),
    "workers": gettext_lazy("grid workers"),
}


@dataclass(slots=True)
class Sheet:
    """One table, for the terminal and for the administration."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add_row(self, *cells: str) -> None:
        """Add a line below the others."""
        self.rows.append(cells)


def as_text(run: CitySimulation) -> str:
    """Return the result as tables, without anything that differs between two runs of the same."""
    page = StringIO()
    console = Console(file=page, width=_WIDTH, color_system=None, force_terminal=False)
    for sheet in sheets(run):
        console.print(_drawn(sheet))
    console.print(_("Digest of all events: %(digest)s") % {"digest": run.digest})
    return page.getvalue()


def sheets(run: CitySimulation) -> list[Sheet]:
    """Return the tables of a finished run in the order they are shown."""
    title = _("%(city)s, %(days)d days from %(first)s, seed %(seed)d") % {
        "city": run.city_name,
        "days": run.days,
        "first": run.first_day,
        "seed": run.seed,
    }
    found = [_rates(run, title), _compared(run), _counts(run)]
    return [*found, _refused(run)] if run.refused else found


def as_data(run: CitySimulation) -> dict[str, Any]:
    """Return the result as one object, the same for two runs of the same."""
    return {
        "city": run.city_code,
        "name": run.city_name,
        "first_day": str(run.first_day),
        "days": run.days,
        "seed": run.seed,
        "profile": run.profile,
        "rates": run.rates,
        "counts": run.counts,
        "compared": run.compared,
        "refused": run.refused,
        "digest": run.digest,
    }


def _rates(run: CitySimulation, title: str) -> Sheet:
    table = _table(title, _("Figure"), _("Numerator"), _("Denominator"), _("Share"), _("Left out"))
    for code, name in _RATES.items():
        row = run.rates[code]
        left_out = "，".join(
            f"{_LEFT_OUT[reason]} {number}" for reason, number in sorted(row["left_out"].items())
        )
        table.add_row(str(name), str(row["numerator"]), str(row["denominator"]), row["percent"], left_out)
    return table


def _compared(run: CitySimulation) -> Sheet:
    title = _("Beside what Fuyu has published")
    table = _table(title, _("Figure"), _("Here"), _("Published"), _("Difference"))
    for code, name in (_RATES | COUNTS | _PUBLISHED).items():
        row = run.compared.get(code)  # the database keeps no order of its own
        if row is None:
            continue
        written = [_written(row[part], row["unit"]) for part in ("ours", "published", "difference")]
        if row["difference"] is not None and row["difference"] > 0:
            written[2] = f"+{written[2]}"
        table.add_row(str(name), *written)
    return table


def _written(value: float | None, unit: str) -> str:
    if value is None or unit:
        return percent(None if value is None else value / 100)
    return f"{value:g}"


def _counts(run: CitySimulation) -> Sheet:
    table = _table(_("How many"), _("What"), _("How often"))
    for code, name in COUNTS.items():
        table.add_row(str(name), str(run.counts[code]))
    return table


def _refused(run: CitySimulation) -> Sheet:
    table = _table(_("Steps that the rules refused"), _("Step"), _("How often"))
    for name, number in sorted(run.refused.items()):
        verb, code = name.split(":")
        table.add_row(f"{_VERBS[verb]} ({code})", str(number))
    return table


def _table(title: str, first: str, *others: str) -> Sheet:
    return Sheet(title, (first, *others))


def _drawn(sheet: Sheet) -> Table:
    table = Table(title=sheet.title, title_justify="left", expand=False)
    for number, name in enumerate(sheet.columns):
        table.add_column(name, justify="right" if number else "left")
    for row in sheet.rows:
        table.add_row(*row)
    return table

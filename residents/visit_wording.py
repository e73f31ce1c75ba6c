"""Why a visit cannot be saved, in the user's language: what is wrong and how to mend it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Text
from residents.rules.visits import LONGEST_NEED, LONGEST_NOTE, MOST_NEEDS, VisitProblem

VISIT_PROBLEMS: dict[tuple[str, str], Text] = {
    ("at", "ahead"): _("The visit lies ahead. Check the date and time of the phone."),
    ("at", "late"): _("A visit can be sent up to seven days later. Ask the community to write it down."),
    ("note", "long"): _("The note is too long: at most %(longest)s characters."),
    ("needs", "many"): _("At most %(most)s needs on one visit. Save these, then record another visit."),
    ("outcome", "nobody_met"): _(
        "Nobody was met, so nothing can have been confirmed or said. Choose “somebody was met”, or leave "
        "the rest empty."
    ),
    ("confirmed", "nobody_listed"): _("Nobody is listed here. Register who lives here first."),
    ("confirmed", "missing"): _("Go through the list of people with the family, then tick that it is right."),
    ("confirmed", "list_changed"): _(
        "The list of people has changed meanwhile. Go through it again with the family."
    ),
    ("feedback", "missing"): _("Tell the family every answer, or write down why they do not accept it."),
    ("feedback", "both"): _("An answer is either told or not accepted, not both."),
    ("feedback", "unsaid"): _("Write down what the family said against the answer."),
    ("feedback", "long"): _("What the family said is too long: at most %(longest_need)s characters."),
    ("need_kind", "missing"): _("Need %(number)s: choose wish, opinion or problem."),
    ("need_text", "missing"): _("Need %(number)s: write down what the family said."),
    ("need_text", "long"): _("Need %(number)s: at most %(longest_need)s characters."),
    ("need_category", "missing"): _("Need %(number)s: choose what the problem is about."),
    ("need_person", "stranger"): _("Need %(number)s: this person does not live here."),
}


def visit_refused(problem: VisitProblem) -> Invalid:
    """Return the problem as the error services raise."""
    return Invalid(
        f"{problem.field}_{problem.code}",
        VISIT_PROBLEMS[problem.field, problem.code],
        field=problem.field,
        params={
            "number": problem.number,
            "longest": LONGEST_NOTE,
            "longest_need": LONGEST_NEED,
            "most": MOST_NEEDS,
        },
    )

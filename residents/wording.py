"""Problems of residents' data in the user's language: what is wrong and how to mend it."""

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid, Text
from residents.rules.people import Problem

NOT_YOURS = _("There is no such file, or it is not yours to see.")
PROBLEMS: dict[tuple[str, str], Text] = {
    ("name", "missing"): _("Please give the name."),
    ("name", "long"): _("The name has more than 60 characters. Give the name alone, without remarks."),
    ("name", "signs"): _("The name holds signs no name has. Keep characters, letters and the dot · only."),
    ("document_number", "missing"): _("Please give the number, or choose “no document yet”."),
    ("document_number", "unwanted"): _("A number is given, so please choose which document it is of."),
    ("document_number", "length"): _("This number must have 18 digits. Compare it with the document."),
    ("document_number", "shape"): _(
        "No document of this kind has such a number. Check the kind and the number."
    ),
    ("document_number", "check_digit"): _(
        "The check digit does not fit: a digit is wrong or two are swapped."
    ),
    ("document_number", "birth_date"): _("The date of birth in the number does not exist or lies ahead."),
    ("birth_date", "differs"): _("The date of birth differs from the one in the document number."),
    ("birth_date", "range"): _("The date of birth lies ahead, or more than 130 years back."),
    ("gender", "differs"): _("The gender differs from the one in the document number."),
    ("phone", "shape"): _("This is no telephone number. Mobiles have 11 digits, landlines begin with 0."),
    ("registered_division", "shape"): _("A division code has 6, 9 or 12 digits."),
}


def as_invalid(problem: Problem) -> Invalid:
    """Return the problem as the error services raise."""
    sentence = PROBLEMS[problem.field, problem.code]
    return Invalid(f"{problem.field}_{problem.code}", sentence, field=problem.field)

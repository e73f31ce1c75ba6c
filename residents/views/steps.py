"""Every change that a page can ask for: its form, the service behind it, and what is said afterwards.

One table each for people and for households; a new verb is a line here and a form.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from residents import services
from residents.choices import LifeState, Source
from residents.forms import household as household_forms
from residents.forms import person as person_forms
from residents.forms.base import StepForm
from residents.models import Household, Person

Act = Callable[[Actor, Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One change: `act(actor, subject, form)` calls the service; `icon` is drawn on its button.

    `possible` says by the row alone whether it is offered; the service decides.
    """

    label: str | Promise
    text: str | Promise
    form: type[StepForm]
    act: Act
    done: str | Promise
    icon: str
    possible: Callable[[Any], bool]


def _lives_here(person: Person) -> bool:
    return person.state == LifeState.LIVING and person.household_id is not None


def _in_use(person: Person) -> bool:
    return person.state in {LifeState.LIVING, LifeState.MOVED_AWAY}


def _homeless(person: Person) -> bool:
    return person.state == LifeState.LIVING and person.household_id is None


def _is_open(household: Household) -> bool:
    return household.closed_on is None


def _given(form: Any, *names: str) -> dict[str, Any]:
    """Return the fields under the names the services use for them."""
    data = form.cleaned_data
    renamed = {"household": "household_id", "dwelling": "dwelling_id", "successor": "successor_id"}
    return {renamed.get(name, name): data.get(name) for name in names}


def _move(actor: Actor, person: Person, form: Any) -> None:
    given = _given(form, "household", "effective_on", "kinship", "successor", "version")
    services.person_move(actor=actor, person_id=person.pk, **given)


def _leave(actor: Actor, person: Person, form: Any) -> None:
    given = _given(form, "effective_on", "where", "successor", "version")
    services.person_leave(actor=actor, person_id=person.pk, **given)


def _return(actor: Actor, person: Person, form: Any) -> None:
    given = _given(form, "household", "effective_on", "kinship", "version")
    services.person_return(actor=actor, person_id=person.pk, **given)


def _die(actor: Actor, person: Person, form: Any) -> None:
    given = _given(form, "effective_on", "successor", "version")
    services.person_die(actor=actor, person_id=person.pk, **given)


def _correct(actor: Actor, person: Person, form: person_forms.CorrectForm) -> None:
    version = form.cleaned_data["version"]
    services.person_correct(actor=actor, person_id=person.pk, draft=form.draft(), version=version)


def _registered(actor: Actor, person: Person, form: Any) -> None:
    given = _given(form, "household", "version")
    services.registered_household_set(actor=actor, person_id=person.pk, **given)


def _undo(actor: Actor, person: Person, form: Any) -> None:
    services.residence_undo(actor=actor, person_id=person.pk, **_given(form, "reason", "version"))


def _register(actor: Actor, household: Household, form: person_forms.RegisterForm) -> None:
    given = _given(form, "kinship", "lived_since")
    services.person_register(
        actor=actor, household_id=household.pk, draft=form.draft(), source=Source.COLLECTED, **given
    )


def _born(actor: Actor, household: Household, form: person_forms.BornForm) -> None:
    services.person_born(
        actor=actor,
        mother_id=form.cleaned_data["mother"],
        household_id=household.pk,
        draft=form.draft(),
    )


def _take_in(actor: Actor, household: Household, form: Any) -> None:
    given = _given(form, "document_kind", "document_number", "effective_on", "kinship")
    services.person_take_in(actor=actor, household_id=household.pk, **given)


def _move_house(actor: Actor, household: Household, form: Any) -> None:
    given = _given(form, "dwelling", "effective_on", "version")
    services.household_move(actor=actor, household_id=household.pk, **given)


def _split(actor: Actor, household: Household, form: Any) -> None:
    services.household_split(
        actor=actor,
        household_id=household.pk,
        person_ids=form.cleaned_data["people"],
        head_id=form.cleaned_data["head"],
        **_given(form, "dwelling", "successor", "effective_on", "version"),
    )


def _join(actor: Actor, household: Household, form: household_forms.JoinForm) -> None:
    services.household_join(
        actor=actor,
        household_id=household.pk,
        into_id=form.cleaned_data["household"],
        kinships=form.kinships(),
        **_given(form, "effective_on", "version"),
    )


def _head(actor: Actor, household: Household, form: household_forms.HeadForm) -> None:
    services.head_change(
        actor=actor,
        household_id=household.pk,
        person_id=form.cleaned_data["person"],
        kinships=form.kinships(),
        **_given(form, "effective_on", "version"),
    )


def _close(actor: Actor, household: Household, form: Any) -> None:
    given = _given(form, "effective_on", "version")
    services.household_close(actor=actor, household_id=household.pk, **given)


def _dwelling(actor: Actor, household: Household, form: Any) -> None:
    given = _given(form, "unit", "room", "use", "area")
    services.dwelling_update(actor=actor, dwelling_id=household.dwelling_id or 0, **given)


def _has_dwelling(household: Household) -> bool:
    return _is_open(household) and household.dwelling_id is not None


PERSON_STEPS: Mapping[str, Step] = {
    "correct": Step(
        _("Correct"),
        _("What was written down wrongly or has changed. Numbers that are left empty stay as they are."),
        person_forms.CorrectForm,
        _correct,
        _("Corrected."),
        "sign",
        _in_use,
    ),
    "move": Step(
        _("Move to another household"),
        _("Where the person lives now becomes an earlier residence."),
        person_forms.MoveForm,
        _move,
        _("Moved."),
        "home",
        lambda person: _lives_here(person) or _homeless(person),
    ),
    "leave": Step(
        _("Has moved away"),
        _("The file stays; the person no longer counts as living here."),
        person_forms.LeaveForm,
        _leave,
        _("Noted as moved away."),
        "send",
        _lives_here,
    ),
    "return": Step(
        _("Has come back"),
        _("The person lives here again, in a household of yours."),
        person_forms.ReturnForm,
        _return,
        _("Noted as come back."),
        "undo",
        lambda person: person.state == LifeState.MOVED_AWAY,
    ),
    "registered": Step(
        _("Household of the register"),
        _("Where the household register keeps the person, if it is another household than they live in."),
        person_forms.RegisteredForm,
        _registered,
        _("Noted."),
        "link",
        _in_use,
    ),
    "died": Step(
        _("Has died"),
        _("The residence ends with the day of death."),
        person_forms.DieForm,
        _die,
        _("The death is noted."),
        "stop",
        _in_use,
    ),
    "undo": Step(
        _("Take back the last change"),
        _("Puts the person back to where they lived before the last move, leaving or death was noted."),
        person_forms.ReasonForm,
        _undo,
        _("Taken back."),
        "redo",
        lambda person: person.state != LifeState.MERGED,
    ),
}
HOUSEHOLD_STEPS: Mapping[str, Step] = {
    "register": Step(
        _("Register a person"),
        _("Somebody who lives here and has no file yet."),
        person_forms.RegisterForm,
        _register,
        _("Registered."),
        "plus",
        _is_open,
    ),
    "take-in": Step(
        _("Move in by document"),
        _("Somebody whose file is elsewhere in the city. With the document in hand it comes here."),
        person_forms.TakeInForm,
        _take_in,
        _("Moved in."),
        "home",
        _is_open,
    ),
    "born": Step(
        _("A child was born"),
        _("The child lives here from the day of birth."),
        person_forms.BornForm,
        _born,
        _("The birth is registered."),
        "heart",
        _is_open,
    ),
    "head": Step(
        _("Change the head"),
        _("The others' relations follow where that is without doubt."),
        household_forms.HeadForm,
        _head,
        _("The head has been changed."),
        "user",
        _is_open,
    ),
    "move": Step(
        _("Move the household"),
        _("Everybody moves along to another dwelling."),
        household_forms.MoveHouseForm,
        _move_house,
        _("The household has moved."),
        "building",
        _is_open,
    ),
    "split": Step(
        _("Split the household"),
        _("Some of the people become a household of their own."),
        household_forms.SplitForm,
        _split,
        _("The household has been split."),
        "people",
        _is_open,
    ),
    "join": Step(
        _("Join another household"),
        _("Everybody moves into the other household, and this one is closed."),
        household_forms.JoinForm,
        _join,
        _("The households have been joined."),
        "link",
        _is_open,
    ),
    "dwelling": Step(
        _("Correct the dwelling"),
        _("Use and area decide how many people it takes."),
        household_forms.DwellingForm,
        _dwelling,
        _("Corrected."),
        "sign",
        _has_dwelling,
    ),
    "close": Step(
        _("Close the household"),
        _("Only when nobody lives in it any more."),
        household_forms.CloseForm,
        _close,
        _("The household is closed."),
        "stop",
        _is_open,
    ),
}

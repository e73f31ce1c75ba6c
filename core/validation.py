"""Django's own field checks and named constraints, spoken as the one error type of the domain."""

from collections.abc import Collection

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from core.errors import Invalid


def check_fields(instance: models.Model, *, ignore: Collection[str] = ()) -> None:
    """Run the model's field, uniqueness and constraint checks; raises Invalid for the first that fails.

    Columns nobody edits are left out: the services set them. At most one query per unique field.
    """
    hidden = {field.name for field in instance._meta.concrete_fields if not field.editable}
    try:
        instance.full_clean(exclude=hidden | set(ignore))
    except ValidationError as error:
        raise from_validation(error) from error


def from_validation(error: ValidationError, *, field: str | None = None) -> Invalid:
    """Return the first message of a Django validation error as a domain error, naming its field."""
    if hasattr(error, "error_dict"):
        name, problems = next(iter(error.error_dict.items()))
        field = None if name == NON_FIELD_ERRORS else name
        first = problems[0]
    else:
        first = error.error_list[0]
    # The message is already put together: a percent sign in it is text, so no parameters go along.
    return Invalid(f"invalid_{first.code or 'value'}", first.messages[0], field=field)

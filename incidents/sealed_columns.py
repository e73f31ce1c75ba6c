"""The app's columns that rotate_keys encrypts anew; sessions, which end within the hour, are left out."""

from core.sealed import register_sealed
from incidents.selectors.desk import DRAFT_FIELD
from incidents.services.imports import SEALED_FIELD
from incidents.services.reveal import NAME_FIELD, PHONE_FIELD

register_sealed(
    "incidents.Incident", {"reporter_name_sealed": NAME_FIELD, "reporter_phone_sealed": PHONE_FIELD}
)
register_sealed("incidents.DeskDraft", {"sealed": DRAFT_FIELD})
register_sealed("incidents.ImportRow", {"sealed": SEALED_FIELD})

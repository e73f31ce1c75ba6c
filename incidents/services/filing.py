"""Filing: grade, route, set the clocks, tell the owner's people; all of it or nothing."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor, ActorKind
from core.crypto import encrypt
from core.errors import Invalid
from incidents import recipients
from incidents.lookup import digest_of, new_code
from incidents.models import Category, Clock, Incident, IncidentEvent, Participation
from incidents.policies import Standing, acting_unit_id, filing_standing, standing_of
from incidents.rules import grading, routing
from incidents.rules.reasons import Reason
from incidents.rules.vocabulary import (
    Channel,
    ClockKind,
    Colour,
    Importance,
    Level,
    Party,
    State,
    Urgency,
    Verb,
)
from incidents.rules.workflow import Facts, Refusal, check_move
from incidents.services.clocks import build_clock
from incidents.services.events import Story, event_of
from incidents.services.intake import Filed, Report, clean_report
from incidents.services.photos import photo_store
from incidents.services.places import Place, place_of
from incidents.services.refusals import refused
from incidents.services.reveal import NAME_FIELD, PHONE_FIELD
from incidents.services.rulebook import Rulebook, category_facts, own_limits, rulebook
from incidents.services.telling import report_problems, tell
from organizations.models import Organization

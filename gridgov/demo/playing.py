"""Playing stories through the real services at past moments, with the sweep running in between."""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import structlog
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.actor import RESIDENT, Actor
from core.errors import DomainError
from gridgov.demo.cast import RESIDENT_CHANNELS, Cast
from gridgov.demo.filling import fill_in
from gridgov.demo.names import Names
from gridgov.demo.pictures import SCENES, picture
from gridgov.demo.stories import Step, Story, words
from gridgov.demo.time_passing import let_time_pass
from grids.models import Building
from incidents.models import Incident
from incidents.rules.vocabulary import Channel, State, Verb
from incidents.services import Report, incident_file, incident_perform
from incidents.services.archiving import archive_all
from organizations.choices import OrganizationKind, Role
from organizations.models import Organization

logger = structlog.get_logger(__name__)
_STAFF_CHANNELS = (Channel.GRID_WORKER, Channel.PATROL, Channel.HOTLINE, Channel.MEETING)
# Written down by staff for somebody else, as a course's `file` names it.
_TAKEN_DOWN = {
    "hotline": Channel.LOCAL_HOTLINE,
    "meeting": Channel.MEETING,
    "transfer": Channel.TRANSFER,
}
_FOR_CALLERS = frozenset({Channel.LOCAL_HOTLINE, Channel.HOTLINE, Channel.MEETING})
_CHECKS = frozenset({Verb.CONFIRM_CHECK, Verb.FAIL_CHECK})


class Player:
    """Plays stories in the order of their moments; the same seed plays the same."""

    def __init__(self, *, seed: int) -> None:
        """Begin without knowing anybody."""
        self.cast = Cast()
        self._chance = random.Random(seed)
        self._key = random.Random(seed + 1)
        self._names = Names(seed % 89)
        self._departments: dict[str, Organization] = {
            unit.code: unit for unit in Organization.objects.filter(kind=OrganizationKind.DEPARTMENT)
        }

    def play(self, stories: Sequence[Story], *, until: datetime) -> None:
        """Play every step that lies before the moment, oldest first, whichever story it belongs to."""
        serial = count()
        agenda = [(story.begins, next(serial), self._told(story)) for story in stories]
        heapq.heapify(agenda)
        while agenda:
            moment, _number, telling = heapq.heappop(agenda)
            if moment > until:
                continue
            let_time_pass(moment)
            with clock.frozen_at(moment):
                following = next(telling, None)
            if following is not None:
                heapq.heappush(agenda, (following, next(serial), telling))
        let_time_pass(until)
        with clock.frozen_at(until):
            archive_all()

    def _told(self, story: Story) -> Iterator[datetime]:
        """File, then yield the moment of each step and take it when called again; ends with a refusal."""
        incident = self.file(story)
        moment = story.begins
        for step in story.course.steps:
            moment = moment + timedelta(minutes=step.after)
            yield moment
            try:
                self.perform(incident.pk, step, story)
            except DomainError as refusal:
                # The clocks may have moved the incident on before its people came to it, as in life.
                logger.info("story ends early", course=story.course.name, code=refusal.code)
                return

    def file(self, story: Story) -> Incident:
        """Report the story's matter; the first step of every course."""
        building = story.building
        channel, actor = self._reporter(story, building)
        matter = story.matter
        report = Report(
            category_code=matter.category,
            description=matter.texts[story.number % len(matter.texts)],
            channel=channel,
            building_id=building.pk,
            address=building.address,
            longitude=building.longitude,
            latitude=building.latitude,
            client_key=UUID(int=self._key.getrandbits(128), version=4),
            photos=self._photos(story),
            **self._told_by(story, channel, building),
        )
        if story.course.settled:
            note = matter.done[story.number % len(matter.done)]
            report = replace(report, settled_note=note)
        return incident_file(actor=actor, report=report).incident

    def perform(self, incident_id: int, step: Step, story: Story) -> Incident:
        """Take one step as whoever may, none where nobody is asked; raises what the service raises."""
        incident: Incident = Incident.objects.select_related("grid", "lead_department").get(pk=incident_id)
        incident = self._look_first(incident, step.verb)
        given: dict[str, Any] = dict(words(step.given, story.matter, story.number))
        answering = given.pop("by", "")
        photos: tuple[SimpleUploadedFile, ...] = ()
        if given.pop("photo", "") and story.matter.scene in SCENES:
            photos = (picture(story.matter.scene, story.number, mended=True),)
        actor = self.cast.performer(incident, step.verb, answering=answering)
        if actor is None:
            return incident
        fill_in(given, incident, step.verb, self._departments, by_staff=actor.user is not None)
        return incident_perform(
            actor=actor, incident_id=incident.pk, verb=step.verb, given=given, photos=photos
        )

    def _look_first(self, incident: Incident, verb: Verb) -> Incident:
        """Confirm a check that the lot has drawn, where the story knows nothing of it."""
        if incident.state != State.VERIFYING or verb in _CHECKS:
            return incident
        actor = self.cast.checker(incident)
        given = {"note": "到现场看过，与反馈一致"}
        return incident_perform(actor=actor, incident_id=incident.pk, verb=Verb.CONFIRM_CHECK, given=given)

    def _reporter(self, story: Story, building: Building) -> tuple[Channel, Actor]:
        kind = story.course.reporter
        if kind in _TAKEN_DOWN:
            channel = _TAKEN_DOWN[kind]
            return channel, self.cast.clerk(channel, building.grid.community)
        if kind in ("resident", "anonymous") or (kind != "worker" and self._chance.random() < 0.55):
            return self._chance.choice(sorted(RESIDENT_CHANNELS)), RESIDENT
        channel = Channel.GRID_WORKER if kind == "worker" else self._chance.choice(_STAFF_CHANNELS)
        if channel in (Channel.GRID_WORKER, Channel.PATROL):
            return channel, self.cast.worker_of(building.grid)
        return channel, self.cast.holder(building.grid.community_id, Role.COMMUNITY_STAFF)

    def _told_by(self, story: Story, channel: Channel, building: Building) -> dict[str, Any]:
        """Return who told it and what is noted of how it came in."""
        told: dict[str, Any] = {}
        if story.course.accused:
            told["accused_id"] = building.grid.community_id
        if story.course.reporter == "anonymous":
            return told | {"anonymous": True, "keeps_position": False}
        if channel in RESIDENT_CHANNELS or channel in _FOR_CALLERS:
            told["reporter_name"] = self._chance.choice(("居民林先生", "居民陈女士"))
        if story.course.phone or channel in _FOR_CALLERS:
            told["reporter_phone"] = self._names.phone()
        if channel in _FOR_CALLERS and story.course.reporter in _TAKEN_DOWN:
            told["for_caller"] = True
        if channel is Channel.MEETING:
            told["origin_note"] = f"{clock.today():%Y-%m-%d} {building.grid.community.name}居民议事会"
        if channel is Channel.TRANSFER:
            told |= {"external_system": "12345", "external_number": f"XP{clock.now():%y%m%d%H%M%S%f}"}
        return told

    def _photos(self, story: Story) -> tuple[SimpleUploadedFile, ...]:
        if story.matter.scene not in SCENES or self._chance.random() < 0.3:
            return ()
        return (picture(story.matter.scene, story.number),)

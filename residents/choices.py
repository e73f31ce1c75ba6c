"""The fixed vocabularies of people, households and dwellings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from residents.rules.documents import DocumentKind, Gender

DOCUMENT_KINDS = [
    (DocumentKind.RESIDENT_ID.value, _("resident ID card")),
    (DocumentKind.HK_MACAO_PERMIT.value, _("mainland travel permit for Hong Kong and Macao residents")),
    (DocumentKind.TAIWAN_PERMIT.value, _("mainland travel permit for Taiwan residents")),
    (DocumentKind.HMT_RESIDENCE.value, _("residence permit for Hong Kong, Macao and Taiwan residents")),
    (DocumentKind.FOREIGN_RESIDENCE.value, _("foreign permanent resident ID card")),
    (DocumentKind.PASSPORT.value, _("passport")),
    (DocumentKind.MILITARY.value, _("military ID")),
    (DocumentKind.OTHER.value, _("other document")),
    (DocumentKind.NONE.value, _("no document yet")),
]

GENDERS = [
    (Gender.UNKNOWN.value, pgettext_lazy("gender", "unknown")),
    (Gender.MALE.value, pgettext_lazy("gender", "male")),
    (Gender.FEMALE.value, pgettext_lazy("gender", "female")),
    (Gender.UNSTATED.value, pgettext_lazy("gender", "not stated")),
]


class PopulationType(models.TextChoices):
    """Headings of GB/T 31000 (for reference)."""

    REGISTERED = "registered", _("registered population")
    FLOATING = "floating", _("floating population")
    LEFT_BEHIND = "left_behind", _("left-behind person")
    OVERSEAS = "overseas", _("person from overseas")


class Kinship(models.TextChoices):
    """Relation to the head of the household."""

    HEAD = "head", _("head of household")
    SPOUSE = "spouse", _("spouse")
    CHILD = "child", _("son or daughter")
    CHILD_IN_LAW = "child_in_law", _("son- or daughter-in-law")
    PARENT = "parent", _("father or mother")
    PARENT_IN_LAW = "parent_in_law", _("father- or mother-in-law")
    GRANDCHILD = "grandchild", _("grandchild")
    GRANDPARENT = "grandparent", _("grandparent")
    SIBLING = "sibling", _("brother or sister")
    OTHER_KIN = "other_kin", _("other relative")
    NOT_KIN = "not_kin", _("not related")


class PoliticalStatus(models.TextChoices):
    """GB/T 4762 (codes for reference, not checked against the standard)."""

    UNSTATED = "", _("not stated")
    PARTY_MEMBER = "01", _("Party member")
    PROBATIONARY_MEMBER = "02", _("probationary Party member")
    LEAGUE_MEMBER = "03", _("Youth League member")
    OTHER_PARTY = "other", _("member of another party")
    INDEPENDENT = "12", _("personage without party affiliation")
    MASSES = "13", _("the masses")


class LifeState(models.TextChoices):
    """Whether somebody's file is in use; only `LIVING` counts as population."""

    LIVING = "living", _("living")
    MOVED_AWAY = "moved_away", _("moved away")
    DECEASED = "deceased", _("deceased")
    MERGED = "merged", _("merged into another file")
    ANONYMISED = "anonymised", _("anonymised")


class HouseholdKind(models.TextChoices):
    """Family or collective household."""

    FAMILY = "family", _("family household")
    COLLECTIVE = "collective", _("collective household")


class DwellingUse(models.TextChoices):
    """What a dwelling is used for."""

    OWNED = "owned", _("lived in by its owner")
    RENTED = "rented", _("let")
    DORMITORY = "dormitory", _("dormitory")
    BUSINESS = "business", _("lived in and for business")
    VACANT = "vacant", _("vacant")
    UNKNOWN = "unknown", _("use unknown")


class Source(models.TextChoices):
    """By which of five ways a fact came to us; a better one wins over a worse (R-205)."""

    COLLECTED = "collected", _("collected at the door")
    MAINTAINED = "maintained", _("maintained by staff")
    PUBLIC = "public", _("told by the resident")
    SHARED = "shared", _("shared by a department")
    DEVICE = "device", _("reported by a device")


class ResidentVerb(models.TextChoices):
    """What happened to a person or household, for their history."""

    REGISTERED = "registered", pgettext_lazy("history of residents", "registered")
    CORRECTED = "corrected", _("corrected")
    MOVED_IN = "moved_in", _("moved in")
    MOVED_OUT = "moved_out", _("moved out")
    MOVED_HOUSE = "moved_house", _("household moved")
    SPLIT = "split", _("household split")
    JOINED = "joined", _("households joined")
    BORN = "born", _("born")
    DIED = "died", _("died")
    LEFT = "left", _("moved away")
    RETURNED = "returned", _("came back")
    HEAD_CHANGED = "head_changed", _("head of household changed")
    REGISTER_SET = "register_set", _("household of the register noted")
    UNDONE = "undone", _("taken back")
    CONFIRMED = "confirmed", _("mismatch confirmed")
    MERGED = "merged", _("files merged")
    UNMERGED = "unmerged", _("merging undone")
    IMPORTED = "imported", _("imported")
    IMPORT_UNDONE = "import_undone", _("import undone")
    CLOSED = "closed", _("household closed")
    TAG_GIVEN = "tag_given", _("care tag given")
    TAG_REVIEWED = "tag_reviewed", _("care tag reviewed")
    TAG_ENDED = "tag_ended", _("care tag ended")
    HELPER_SET = "helper_set", _("helper set")
    HELPER_ENDED = "helper_ended", _("help ended")
    ANONYMISED = "anonymised", _("anonymised")


class VisitOutcome(models.TextChoices):
    """What came of knocking at a door; only `MET` counts as having seen the household (R-230)."""

    MET = "met", _("somebody was met")
    ABSENT = "absent", _("nobody at home")
    REFUSED = "refused", _("the door stayed closed")


class NeedKind(models.TextChoices):
    """What a family said at the door; there is no fourth kind (R-232)."""

    WISH = "wish", _("small wish")
    OPINION = "opinion", _("opinion or suggestion")
    PROBLEM = "problem", _("problem")


class NeedState(models.TextChoices):
    """How far a need is: said, answered, and the answer told to the family."""

    OPEN = "open", _("waits for an answer")
    ANSWERED = "answered", _("answered, the family not told yet")
    FED_BACK = "fed_back", _("the family has been told")

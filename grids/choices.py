"""The fixed vocabularies of grids."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class GridKind(models.TextChoices):
    """What a grid is for."""

    GENERAL = "general", _("general grid")
    DEDICATED = "dedicated", _("dedicated grid")
    RESPONSIBILITY = "responsibility", _("responsibility grid")


class GridTier(models.IntegerChoices):
    """How deep a grid lies below its community."""

    L1 = 1, _("tier 1")
    L2 = 2, _("tier 2")
    L3 = 3, _("tier 3")

"""How the admin looks: Unfold's settings."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("GridGov administration"),
    "SITE_HEADER": _("GridGov"),
    "SITE_SUBHEADER": _("Grid governance"),
    "SITE_URL": "/work/",
    "SITE_SYMBOL": "grid_view",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("css/admin.css")],
    "COLORS": {
        "primary": {
            "50": "240 249 248",
            "100": "214 238 236",
            "200": "173 220 217",
            "300": "122 195 191",
            "400": "71 161 157",
            "500": "31 126 122",
            "600": "15 106 102",
            "700": "11 88 85",
            "800": "10 71 69",
            "900": "9 58 56",
            "950": "4 36 35",
        }
    },
}

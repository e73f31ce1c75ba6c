"""Reading the residents' pages as a person reads them."""

import re
from html import unescape
from typing import Any


def text_of(response: Any) -> str:
    """Return the words of a page as a person reads them."""
    body = re.sub(
        r"<(script|style|template|dialog)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL
    )
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))

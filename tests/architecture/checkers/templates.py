"""Templates hold no untranslated words and nothing a strict content-security policy refuses."""

import re
from html.parser import HTMLParser
from pathlib import Path

from tests.architecture.checkers.sources import files

COMMENTS = re.compile(r"{#.*?#}|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
TRANSLATED = re.compile(
    r"{%\s*blocktrans(?:late)?\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%}|{%\s*verbatim.*?%}.*?{%\s*endverbatim.*?%}",
    re.DOTALL,
)
# A child template fills such a block with class names: no words, and inside an attribute of its parent.
CLASS_BLOCKS = re.compile(r"{%\s*block\s+\w+_class\s*%}.*?{%\s*endblock.*?%}", re.DOTALL)
TAGS = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
LETTER = re.compile(r"[^\W\d_]")
CHINESE = re.compile(r"[\u3400-\u9fff]")
SPOKEN = {
    *(
        "alt",
        "title",
        "placeholder",
        "label",
        "summary",
        "aria-label",
        "aria-description",
        "aria-placeholder",
    ),
    *("aria-roledescription", "aria-valuetext", "data-confirm", "data-label", "data-message", "data-title"),
}
BUTTONS = {"submit", "button", "reset"}
SILENT = {"script", "style", "kbd", "code", "samp"}
NAMES = {"GridGov"}
DATA_SCRIPTS = {"application/json", "application/ld+json", "importmap", "speculationrules"}
# Words passed to a component as a plain literal would reach the page untranslated.
PASSED = re.compile(
    r"\b(?:label|title|text|hint|message|heading|placeholder|sentence|caption|summary|confirm|action_label|next_step)"
    r"=(\"[^\"]*\"|'[^']*')"
)


def problems(root: Path) -> list[str]:
    """Return every untranslated word and every inline script, style or handler."""
    found = []
    for path in files(root, "*.html"):
        if "tests" in path.relative_to(root).parts:
            continue
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(root)
        found += [f"{where}:{line}: {problem}" for line, problem in page_problems(text)]
    return found


def page_problems(text: str) -> list[tuple[int, str]]:
    """Return the problems of one template, with their lines."""
    text = CLASS_BLOCKS.sub(_blank, COMMENTS.sub(_blank, text))
    page = _Page()
    page.feed(TAGS.sub(_placeholder, TRANSLATED.sub(_blank, text)))
    page.close()
    return sorted(page.found + _tag_problems(text))


def _blank(match: re.Match[str]) -> str:
    """Replace by as many line breaks, so that line numbers stay true."""
    return "\n" * match[0].count("\n")


def _placeholder(match: re.Match[str]) -> str:
    """Replace a variable by a digit (an attribute then has a value) and a tag by nothing."""
    return ("0" if match[0].startswith("{{") else "") + _blank(match)


def _tag_problems(text: str) -> list[tuple[int, str]]:
    found = []
    for tag in TAGS.finditer(text):
        line = text.count("\n", 0, tag.start()) + 1
        name = tag[0].strip("{%} \n").split()[:1]
        if name in (["include"], ["with"]):
            found += [
                (line, f"untranslated argument {word}")
                for word in PASSED.findall(tag[0])
                if LETTER.search(word)
            ]
        if CHINESE.search(tag[0]):
            found.append((line, "Chinese in a tag; source strings are English"))
    return found


class _Page(HTMLParser):
    """Collects the problems of one template whose tags are gone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent: list[str] = []

    def report(self, problem: str) -> None:
        self.found.append((self.getpos()[0], problem))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in SILENT:
            self.silent.append(tag)
        if tag == "script" and "src" not in given and given.get("type") not in DATA_SCRIPTS:
            self.report("inline script")
        if tag == "style":
            self.report("inline style sheet")
        for name, value in given.items():
            self.check_attribute(tag, name, value, given.get("type", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def check_attribute(self, tag: str, name: str, value: str, kind: str) -> None:
        if name == "style":
            self.report("style attribute")
        elif name.startswith(("on", "hx-on", "x-on", "@")):
            self.report(f"inline handler {name}")
        elif value.strip().lower().startswith(("javascript:", "js:")):
            self.report(f"script in {name}")
        spoken = name in SPOKEN or (tag == "input" and name == "value" and kind in BUTTONS)
        if spoken and LETTER.search(value):
            self.report(f"untranslated {name}: {value.strip()!r}")

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        words = data.strip()
        if not self.silent and LETTER.search(words) and words not in NAMES:
            self.report(f"untranslated text: {' '.join(words.split())[:60]!r}")

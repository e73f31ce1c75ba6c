"""Colours keep their contrast in both themes, every named sign exists, and nothing inline slips in."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = sorted((ROOT / "static" / "css").glob("*.css"))
SPRITE = (ROOT / "static" / "icons" / "sprite.svg").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# (ink, ground, least contrast)
PAIRS = [
    *[
        (f"severity-{colour}-ink", f"severity-{colour}", 4.5)
        for colour in ("red", "orange", "yellow", "blue")
    ],
    *[
        (ink, ground, 4.5)
        for ink in ("ink", "ink-soft", "ink-faint", "brand", "danger", "lamp-red", "lamp-off")
        for ground in ("ground", "surface", "surface-sunken", "surface-selected")
    ],
    *[
        (f"lamp-{state}", ground, 3.0)
        for state in ("green", "yellow")
        for ground in ("surface", "surface-selected")
    ],
    ("ink-on-brand", "brand", 4.5),
    ("ink-on-brand", "brand-strong", 4.5),
    ("brand-strong", "brand-tint", 4.5),
    ("danger", "danger-tint", 4.5),
    ("good", "good-tint", 4.5),
    ("notice", "notice-tint", 4.5),
    ("line-strong", "surface", 3.0),
    ("focus", "surface", 3.0),
]


def tokens(theme: str) -> dict[str, str]:
    light, dark = (
        (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8").split('[data-theme="dark"]')
    )
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if theme == "dark":
        found.update(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_contrast_holds(theme: str, ink: str, ground: str, least: float) -> None:
    palette = tokens(theme)
    assert contrast(palette[ink], palette[ground]) >= least


# The administration is drawn by Unfold in colours of its own; our sheets for it cannot use our tokens.
_TOKEN_SHEETS = [path for path in CSS if path.name != "tokens.css" and not path.name.startswith("admin")]


@pytest.mark.parametrize("path", _TOKEN_SHEETS, ids=lambda path: path.name)
def test_only_the_tokens_name_raw_colours(path: Path) -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_every_token_used_is_defined(path: Path) -> None:
    css = path.read_text(encoding="utf-8")
    defined = set(
        re.findall(r"(--[\w-]+):", (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8"))
    )
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= defined | set(re.findall(r"(--[\w-]+):", css))


def test_every_sign_named_in_a_template_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'symbol id="([\w-]+)"', SPRITE))
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= drawn


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_templates_keep_to_the_content_security_policy(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", html)
    assert not re.search(r"<style\b", html)


def test_every_text_the_scripts_ask_for_is_on_the_page() -> None:
    page = (ROOT / "templates" / "components" / "ui_text.html").read_text(encoding="utf-8")
    offered = {
        re.sub(r"-(\w)", lambda found: found.group(1).upper(), name)
        for name in re.findall(r"data-([\w-]+)=", page)
    }
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "static" / "js").rglob("*.js"))
    asked = set(re.findall(r'\btext\(\s*"(\w+)"', source)) | set(
        re.findall(r'\bthis\.say\(\s*"(\w+)"', source)
    )
    assert asked
    assert asked <= offered

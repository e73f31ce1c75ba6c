"""Every check of the project bites: a bad sample is found, a good one passes."""

from pathlib import Path

import pytest

from tests.architecture.checkers import (
    catalogue,
    compose,
    cycles,
    portable,
    size,
    templates,
    tree_owner,
    unfinished,
)

PROJECT = Path(__file__).resolve().parents[2]


def write(root: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_size_finds_long_files_and_functions(tmp_path: Path) -> None:
    long_function = "def slow():\n" + "    x = 1\n" * 60
    write(tmp_path, {"core/a.py": "x = 1\n" * 401, "core/b.py": long_function, "core/c.py": "x = 1\n" * 400})
    assert size.problems(tmp_path) == [
        "core/a.py: 401 lines, 400 are allowed",
        "core/b.py:1: slow has 61 lines, 60 are allowed",
    ]


def test_cycles_finds_imports_inside_functions(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "core/a.py": "from core.b import thing\n",
            "core/b.py": "def thing():\n    from core import a\n    return a\n",
        },
    )
    assert cycles.problems(tmp_path) == ["import cycle: core.a -> core.b -> core.a"]


def test_cycles_follows_relative_imports_and_packages(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "core/models/__init__.py": "from .thing import Thing\n",
            "core/models/thing.py": "from ..services import act\n",
            "core/services.py": "from core.models import Thing\n",
        },
    )
    assert cycles.problems(tmp_path) == [
        "import cycle: core.models -> core.models.thing -> core.services -> core.models"
    ]


def test_cycles_leaves_out_imports_for_type_checkers(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "core/a.py": "from core.b import thing\n",
            "core/b.py": "import typing\nif typing.TYPE_CHECKING:\n    from core.a import other\n",
        },
    )
    assert cycles.problems(tmp_path) == []


def test_tree_owner_finds_columns_outside_their_owner(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "core/tree.py": "lft = 1\n",
            "grids/models.py": "x = Grid.objects.filter(\n    lft__gt=1)\nsql = 'ORDER BY tree_id'\n",
            "templates/a.html": "{{ node.rght }}",
            "grids/migrations/m.py": "lft = 1\n",
        },
    )
    assert [line.split(": ")[0] for line in tree_owner.problems(tmp_path)] == [
        "grids/models.py:2",
        "grids/models.py:3",
        "templates/a.html:1",
    ]


@pytest.mark.parametrize(
    "text", ["# TO" + "DO later", "x = y  # type:" + " ignore[x]", "pytest." + "skip('x')"]
)
def test_unfinished_finds_notes_and_mutes(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"core/a.py": f"x = 1\n{text}\n"})
    assert len(unfinished.problems(tmp_path)) == 1


@pytest.mark.parametrize("path", ["/ho" + "me/me/x.csv", "/wo" + "rk/main/x", "../sha" + "red/data"])
def test_portable_finds_private_paths(tmp_path: Path, path: str) -> None:
    write(tmp_path, {"core/a.py": f'x = "{path}"\n'})
    assert len(portable.problems(tmp_path)) == 1


def test_portable_allows_addresses_of_pages_and_finds_foreign_indexes(tmp_path: Path) -> None:
    write(tmp_path, {"core/a.py": 'client.get("/work/")\n'})
    (tmp_path / "uv.lock").write_text('url = "https://pypi.org/simple"\nurl = "https://mirror.example/x"\n')
    assert portable.problems(tmp_path) == ["uv.lock: packages come from mirror.example"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<p>Send</p>", "untranslated text: 'Send'"),
        ("<p>发送</p>", "untranslated text: '发送'"),
        ('<img alt="A photo">', "untranslated alt: 'A photo'"),
        ('<input type="submit" value="Go">', "untranslated value: 'Go'"),
        ('<button aria-label="Close">×</button>', "untranslated aria-label: 'Close'"),
        ('<p style="color: red">{{ x }}</p>', "style attribute"),
        ('<button onclick="go()">{{ x }}</button>', "inline handler onclick"),
        ('<button hx-on:click="go()">{{ x }}</button>', "inline handler hx-on:click"),
        ('<a href="javascript:go()">{{ x }}</a>', "script in href"),
        ("<script>go()</script>", "inline script"),
        ("<style>p { color: red }</style>", "inline style sheet"),
        ('{% include "x.html" with label="Send" %}', 'untranslated argument "Send"'),
        ("{% translate '发送' %}", "Chinese in a tag; source strings are English"),
        ("{% if x %}<b>Yes</b>{% endif %}", "untranslated text: 'Yes'"),
    ],
)
def test_templates_finds(text: str, problem: str) -> None:
    assert templates.page_problems(f"{{% load i18n %}}\n{text}") == [(2, problem)]


@pytest.mark.parametrize(
    "text",
    [
        "<p>{% translate 'Send' %} · {{ count }}</p>",
        "{% blocktranslate with n=count %}{{ n }} incidents{% endblocktranslate %}",
        "{# a remark #}{% comment %}Another{% endcomment %}",
        '<input type="hidden" name="state" value="reported">',
        '<img alt="{% translate "A photo" %}">',
        '<script type="module" src="{% static "js/app.js" %}"></script>',
        '<script type="application/json" id="points">{"a": 1}</script>',
        "<kbd>j</kbd> GridGov",
        '{% include "x.html" with label=_("Send") icon="plus" %}',
    ],
)
def test_templates_allows(text: str) -> None:
    assert templates.page_problems(text) == []


def test_catalogue_finds_missing_empty_fuzzy_and_malformed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "core/a.py": "from django.utils.translation import gettext as _\n"
            'x = [_("Sent"), _("Kept"), _("Blurred"), _("%(n)s rows"), _("Fine")]\n',
        },
    )
    path = tmp_path / catalogue.CATALOGUE
    path.parent.mkdir(parents=True)
    path.write_text(
        '#, fuzzy\nmsgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Kept"\nmsgstr ""\n\n#, fuzzy\nmsgid "Blurred"\nmsgstr "模糊"\n\n'
        '#, python-format\nmsgid "%(n)s rows"\nmsgstr "%(m)s 行"\n\nmsgid "Fine"\nmsgstr "好"\n',
        encoding="utf-8",
    )
    found = catalogue.problems(tmp_path)
    assert found == [
        "the header is fuzzy, so GNU gettext ignores it: fill it in",
        "not in the catalogue: 'Sent'",
        "not translated: 'Kept'",
        "fuzzy: 'Blurred'",
        "unknown named placeholder 'm': '%(n)s rows'",
    ]


def test_compose_file_is_sound() -> None:
    assert compose.problems(PROJECT) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("healthcheck:", "health:", "web: unknown key health"),
        ("  data:\n  postgres:", "  postgres:", "web: volume data is not declared"),
        (
            "${SECRET_KEY:?set SECRET_KEY to at least 50 random characters}",
            "x",
            "web: SECRET_KEY must come from",
        ),
        ("condition: service_healthy", "condition: sometime", "web: depends on postgres under an unknown"),
        ("  redis:\n    image", "  valkey:\n    image", "service redis is missing"),
    ],
)
def test_compose_finds(tmp_path: Path, old: str, new: str, problem: str) -> None:
    text = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "docker-compose.yml").write_text(text.replace(old, new), encoding="utf-8")
    assert any(found.startswith(problem) for found in compose.problems(tmp_path))

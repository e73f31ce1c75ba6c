"""Every reason a rule gives has a sentence, and every sentence gets exactly the params it names."""

import ast
import re
from pathlib import Path

import pytest

from incidents.rules import reasons
from incidents.rules.reasons import REASON_TEXTS, VOCABULARY_PARAMS, Reason, reason

RULES = Path(reasons.__file__).parent
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def reason_calls():
    for path in sorted(RULES.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "reason" and node.args:
                yield path.name, node


def codes_of(argument):
    """Codes a first argument may be: a literal, or either side of a conditional expression."""
    if isinstance(argument, ast.IfExp):
        return codes_of(argument.body) | codes_of(argument.orelse)
    return {argument.value} if isinstance(argument, ast.Constant) else set()


@pytest.mark.parametrize(("name", "call"), list(reason_calls()), ids=lambda value: str(value)[:20])
def test_every_call_gives_the_params_of_its_sentence(name, call):
    for code in codes_of(call.args[0]):
        assert code in REASON_TEXTS, f"{name}: {code}"
        given = {keyword.arg for keyword in call.keywords}
        assert given == set(PLACEHOLDER.findall(REASON_TEXTS[code])), f"{name}: {code}"


def test_every_sentence_is_used_somewhere():
    rules = [path for path in RULES.parent.rglob("*.py") if path.name != "reasons.py"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in rules)
    unused = [code for code in REASON_TEXTS if f'"{code}"' not in source]
    assert unused == []


def test_no_code_is_defined_twice():
    groups = [
        value for name, value in vars(reasons).items() if name.endswith("_TEXTS") and name != "REASON_TEXTS"
    ]
    assert sum(map(len, groups)) == len(REASON_TEXTS)


def test_vocabulary_params_are_those_that_sentences_name():
    named = {param for text in REASON_TEXTS.values() for param in PLACEHOLDER.findall(text)}
    assert named >= VOCABULARY_PARAMS


def test_a_reason_is_stored_as_plain_data_and_an_unknown_code_is_refused():
    assert reason("wrong_state", state="closed").as_data() == {
        "code": "wrong_state",
        "params": {"state": "closed"},
    }
    with pytest.raises(ValueError, match="unknown reason code"):
        Reason("nonsense")


def test_rules_import_only_the_standard_library_and_each_other():
    for path in RULES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            for module in modules:
                top = module.split(".")[0]
                assert module.startswith("incidents.rules") or top in _STANDARD, f"{path.name}: {module}"


_STANDARD = {
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "itertools",
    "math",
    "re",
    "types",
    "typing",
    "unicodedata",
    "zoneinfo",
}


def test_every_public_rule_names_a_source_that_the_documentation_lists():
    listing = (RULES.parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| (R-\d{2,3}) \|", listing, re.MULTILINE))
    cited = set()
    for path in RULES.glob("*.py"):
        cited |= set(re.findall(r"R-\d{2,3}", path.read_text(encoding="utf-8")))
    assert cited <= documented, sorted(cited - documented)
    for module in (
        "grading",
        "routing",
        "routing_lint",
        "deadlines",
        "durations",
        "escalation",
        "limits",
        "workflow",
    ):
        for node in ast.parse((RULES / f"{module}.py").read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                assert "R-" in (ast.get_docstring(node) or ""), f"{module}.{node.name}"

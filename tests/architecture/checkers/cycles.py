"""No import cycle between modules, imports inside functions included, those for type checkers left out."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.checkers.sources import package_files

Graph = dict[str, set[str]]


def problems(root: Path) -> list[str]:
    """Return every cycle once, as the modules in it."""
    return [f"import cycle: {' -> '.join([*cycle, cycle[0]])}" for cycle in cycles(import_graph(root))]


def import_graph(root: Path) -> Graph:
    """Return which first-party module imports which."""
    modules = {_module_name(path, root): path for path in package_files(root)}
    return {
        name: {target for target in _imports(path, name, set(modules)) if target != name}
        for name, path in modules.items()
    }


def _module_name(path: Path, root: Path) -> str:
    parts = list(path.relative_to(root).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, name: str, known: set[str]) -> Iterator[str]:
    is_package = path.name == "__init__.py"
    for node in _running_nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (_longest_known(alias.name, known) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, name, is_package)
            for alias in node.names:
                yield _longest_known(f"{base}.{alias.name}", known)


def _base(node: ast.ImportFrom, name: str, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parents = name.split(".")
    kept = parents[: len(parents) - node.level + is_package]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _longest_known(dotted: str, known: set[str]) -> str:
    """Return the module a dotted name lies in; a foreign name comes back unchanged and leads nowhere."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        candidate = ".".join(parts[:length])
        if candidate in known:
            return candidate
    return dotted


def _running_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk the tree without blocks under `if TYPE_CHECKING:`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield other
                yield from _running_nodes(other)
            continue
        yield node
        yield from _running_nodes(node)


def cycles(graph: Graph) -> list[list[str]]:
    """Return the strongly connected groups of more than one module."""
    reach = {name: _reachable(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in reach[name] if name in reach.get(other, set())))
        for name in graph
        if name in reach[name]
    }
    return [list(group) for group in sorted(groups)]


def _reachable(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for target in graph.get(waiting.pop(), set()) - seen:
            seen.add(target)
            waiting.append(target)
    return seen

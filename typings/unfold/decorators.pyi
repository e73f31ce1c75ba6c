from collections.abc import Callable, Iterable
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

def action(
    *,
    permissions: Iterable[str] | None = ...,
    description: Any = ...,
    url_path: str | None = ...,
    **kwargs: Any,
) -> Callable[[_Function], _Function]: ...
def display(
    *, description: Any = ..., ordering: str | None = ..., boolean: bool | None = ..., **kwargs: Any
) -> Callable[[_Function], _Function]: ...

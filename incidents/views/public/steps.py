"""The mechanics of one question per screen: which question is next, and what every screen shows."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from incidents.views.public import drafts
from incidents.views.public.drafts import Draft

# Every question with whether it has been answered; the last one sends the report.
_ANSWERED: dict[str, Callable[[Draft], bool]] = {
    "where": lambda draft: draft.has_place,
    "what": lambda draft: bool(draft.category),
    "details": lambda draft: draft.has_details,
    "contact": lambda draft: draft.contact_asked,
    "check": lambda draft: False,
}
UNREADABLE = 422


def next_step(draft: Draft) -> str:
    """Return the first question that is still open."""
    return next(step for step, answered in _ANSWERED.items() if not answered(draft))


def go_on(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep the answers and lead to the next question."""
    drafts.save(request, draft)
    return redirect(f"public-{next_step(draft)}")


def progress_of(draft: Draft, step: str) -> tuple[int, int]:
    """Return the number of the question and of all questions; a scanned code answers the first."""
    asked = [each for each in _ANSWERED if each != "where" or not draft.token]
    return (asked.index(step) + 1 if step in asked else 1), len(asked)


@method_decorator(never_cache, name="dispatch")
class Step(ABC, View):
    """One question; subclasses say how it is shown and what an answer does."""

    step: ClassVar[str]
    template: ClassVar[str]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask, or lead back to the first open question before this one."""
        draft = drafts.load(request)
        if draft is None:
            messages.warning(request, _("The page was open for too long. Please start again."))
            return redirect("public-report")
        order = list(_ANSWERED)
        if order.index(next_step(draft)) < order.index(self.step):
            return go_on(request, draft)
        return self.page(request, draft)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Take the answer; one given to a form that is too old begins a new report with it."""
        return self.answer(request, drafts.load(request) or Draft())

    @abstractmethod
    def answer(self, request: HttpRequest, draft: Draft) -> HttpResponse:
        """Take the answer into the draft and go on, or ask again saying why."""

    def context(self, request: HttpRequest, draft: Draft) -> dict[str, Any]:
        """Return what the question's template needs beside the draft."""
        return {}

    def page(
        self, request: HttpRequest, draft: Draft, *, problem: str = "", status: int = 200, **shown: Any
    ) -> HttpResponse:
        """Show the question; `problem` says above it what is wrong with the answer."""
        number, of_all = progress_of(draft, self.step)
        context = {
            "draft": draft,
            "signed_draft": draft.signed(),
            "step": self.step,
            "step_number": number,
            "step_count": of_all,
            "problem": problem,
            **self.context(request, draft),
            **shown,
        }
        return render(request, self.template, context, status=status)

"""/metrics for the monitoring: counts of requests and queries, for who holds the token."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django_prometheus.exports import ExportToDjangoView

_SCHEME = "Bearer "


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer where the token is given; in production there is no page without a token."""
    given = request.headers.get("authorization", "")
    token = settings.METRICS_TOKEN
    is_open = not token and not settings.IS_PRODUCTION
    if not is_open and not (token and constant_time_compare(given, _SCHEME + token)):
        raise Http404
    answer: HttpResponse = ExportToDjangoView(request)
    return answer

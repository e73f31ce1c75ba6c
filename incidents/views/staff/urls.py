"""Addresses of the staff's pages."""

from django.urls import path

from incidents.views.staff import act, board, incident, queue, report, reveal, whistle_rates, work

urlpatterns = [
    path("work/", work.work, name="work"),
    path("report/", report.report, name="report"),
    path("report/place/", report.place, name="report-place"),
    path("report/<str:number>/", report.reported, name="reported"),
    path("board/", board.board, name="board"),
    path("queue/", queue.queue, name="queue"),
    path("queue/sign/", queue.sign, name="queue-sign"),
    path("queue/case/<str:number>/", queue.panel, name="queue-panel"),
    path("whistle-rates/", whistle_rates.rates, name="whistle-rates"),
    path("incidents/<str:number>/", incident.incident, name="incident"),
    path("incidents/<str:number>/act/<str:verb>/", act.act, name="incident-act"),
    path("incidents/<str:number>/reporter/", reveal.reveal, name="incident-reveal"),
]

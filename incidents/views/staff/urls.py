"""Addresses of the staff's pages."""

from django.urls import path

from incidents.views.staff import (
    act,
    board,
    callback,
    incident,
    near,
    notice,
    queue,
    repeats,
    report,
    reveal,
    why,
    work,
)

urlpatterns = [
    path("work/", work.work, name="work"),
    path("report/", report.report, name="report"),
    path("report/place/", report.place, name="report-place"),
    path("report/near/", near.near, name="report-near"),
    path("report/<str:number>/", report.reported, name="reported"),
    path("board/", board.board, name="board"),
    path("queue/", queue.queue, name="queue"),
    path("queue/sign/", queue.sign, name="queue-sign"),
    path("queue/case/<str:number>/", queue.panel, name="queue-panel"),
    path("repeats/", repeats.repeats, name="repeats"),
    path("repeats/cases/", repeats.cases, name="repeat-cases"),
    path("incidents/callback/", callback.callbacks, name="callbacks"),
    path("incidents/callback/<str:number>/", callback.call, name="callback"),
    path("incidents/callback/<str:number>/attempt/", callback.attempt, name="callback-attempt"),
    path("incidents/callback/<str:number>/verdict/", callback.verdict, name="callback-verdict"),
    path("incidents/callback/<str:number>/release/", callback.release, name="callback-release"),
    path("incidents/<str:number>/", incident.incident, name="incident"),
    path("incidents/<str:number>/why/", why.why, name="incident-why"),
    path("incidents/<str:number>/act/<str:verb>/", act.act, name="incident-act"),
    path("incidents/<str:number>/notice/", notice.notice, name="incident-notice"),
    path("incidents/<str:number>/reporter/", reveal.reveal, name="incident-reveal"),
]

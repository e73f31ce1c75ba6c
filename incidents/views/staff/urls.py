"""Addresses of the staff's pages."""

from django.urls import path

from incidents.views.staff import (
    act,
    board,
    desk,
    desk_parts,
    forecast,
    imports,
    incident,
    meeting,
    queue,
    report,
    reveal,
    suggest,
    why,
    work,
)

urlpatterns = [
    path("work/", work.work, name="work"),
    path("report/", report.report, name="report"),
    path("report/place/", report.place, name="report-place"),
    path("report/<str:number>/", report.reported, name="reported"),
    path("desk/", desk.desk, name="desk"),
    path("desk/caller/", desk_parts.caller, name="desk-caller"),
    path("desk/preview/", desk_parts.preview, name="desk-preview"),
    path("desk/discard/", desk.discard, name="desk-discard"),
    path("meeting/", meeting.meeting, name="meeting"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template/", imports.template, name="import-template"),
    path("imports/<int:pk>/", imports.job, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:pk>/refused/", imports.bad_rows, name="import-refused"),
    path("suggest/categories/", suggest.categories, name="suggest-categories"),
    path("suggest/places/", suggest.places, name="suggest-places"),
    path("board/", board.board, name="board"),
    path("queue/", queue.queue, name="queue"),
    path("queue/sign/", queue.sign, name="queue-sign"),
    path("queue/case/<str:number>/", queue.panel, name="queue-panel"),
    path("incidents/forecast/", forecast.forecast, name="forecast"),
    path("incidents/<str:number>/", incident.incident, name="incident"),
    path("incidents/<str:number>/why/", why.why, name="incident-why"),
    path("incidents/<str:number>/act/<str:verb>/", act.act, name="incident-act"),
    path("incidents/<str:number>/reporter/", reveal.reveal, name="incident-reveal"),
]

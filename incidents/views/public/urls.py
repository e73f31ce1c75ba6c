"""Addresses of the residents' pages."""

from django.urls import path, re_path

from incidents.views.public import entry, questions, sending, tracking, verdicts

urlpatterns = [
    path("", entry.home, name="home"),
    path("q/<str:token>/", entry.scanned, name="q"),
    path("report-problem/", entry.start, name="public-report"),
    path("report-problem/resume/", entry.resume, name="public-resume"),
    path("report-problem/where/", questions.Where.as_view(), name="public-where"),
    path("report-problem/what/", questions.What.as_view(), name="public-what"),
    path("report-problem/details/", questions.Details.as_view(), name="public-details"),
    path("report-problem/contact/", questions.Contact.as_view(), name="public-contact"),
    path("report-problem/check/", sending.Check.as_view(), name="public-check"),
    path("report-problem/photos/<int:place>/", sending.draft_photo, name="public-photo"),
    path("report-problem/done/", sending.done, name="public-done"),
    path("verdict/<str:token>/", verdicts.verdict, name="verdict"),
    path("track/", tracking.track, name="track"),
    path("track/leave/", tracking.leave, name="track-leave"),
    path("track/<slug:number>/", tracking.incident, name="track-incident"),
    path("track/<slug:number>/urge/", tracking.urge, name="track-urge"),
    re_path(
        r"^track/(?P<number>[-\w]+)/(?P<verdict>satisfied|basically)/$", tracking.judge, name="track-judge"
    ),
    re_path(
        r"^track/(?P<number>[-\w]+)/(?P<wish>dissatisfied|reopen)/$", tracking.say_why, name="track-say-why"
    ),
]

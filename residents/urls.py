"""Addresses of the residents' files."""

from django.urls import path

from residents.views import (
    acting,
    coverage,
    exports,
    file,
    imports,
    listing,
    mismatches,
    needs,
    person,
    reveal,
    search,
    visits,
)

app_name = "residents"
urlpatterns = [
    path("", listing.households, name="households"),
    path("apart/", listing.apart, name="apart"),
    path("doubles/", listing.doubles, name="doubles"),
    path("settle/", listing.settle, name="settle"),
    path("suggest/households/", listing.suggest, {"what": "households"}, name="suggest-households"),
    path("suggest/dwellings/", listing.suggest, {"what": "dwellings"}, name="suggest-dwellings"),
    path("suggest/buildings/", listing.suggest, {"what": "buildings"}, name="suggest-buildings"),
    path("search/", search.find, name="search"),
    path("mismatches/", mismatches.mismatches, name="mismatches"),
    path("mismatches/<int:pk>/confirm/", mismatches.confirm, name="mismatch-confirm"),
    path("households/<int:pk>/", file.household, name="household"),
    path("households/<int:pk>/do/<slug:step>/", acting.household, name="household-do"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/reveal/", reveal.reveal, name="person-reveal"),
    path("people/<int:pk>/do/<slug:step>/", acting.person, name="person-do"),
    path("people/<int:pk>/merge/<int:other>/", person.merge, name="person-merge"),
    path("people/<int:pk>/distinct/<int:other>/", person.distinct, name="person-distinct"),
    path("mergings/<int:pk>/undo/", person.unmerge, name="merging-undo"),
    path("visits/today/", visits.today, name="route"),
    path("visits/<int:pk>/", visits.record, name="visit"),
    path("visits/coverage/", coverage.figures, name="coverage"),
    path("visits/households/", coverage.households, name="visit-households"),
    path("needs/", needs.needs, name="needs"),
    path("needs/<int:pk>/answer/", needs.answer, name="need-answer"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template/", imports.template, name="import-template"),
    path("imports/<int:pk>/", imports.job, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:pk>/stop/", imports.stop, name="import-stop"),
    path("imports/<int:pk>/undo/", imports.undo, name="import-undo"),
    path("imports/<int:pk>/refused/", imports.refused, name="import-refused"),
    path("exports/", exports.exports, name="exports"),
]

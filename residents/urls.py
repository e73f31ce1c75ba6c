"""Addresses of the residents' files."""

from django.urls import path

from residents.views import acting, care, file, helping, listing, mismatches, person

app_name = "residents"
urlpatterns = [
    path("", listing.households, name="households"),
    path("apart/", listing.apart, name="apart"),
    path("doubles/", listing.doubles, name="doubles"),
    path("settle/", listing.settle, name="settle"),
    path("suggest/households/", listing.suggest, {"what": "households"}, name="suggest-households"),
    path("suggest/dwellings/", listing.suggest, {"what": "dwellings"}, name="suggest-dwellings"),
    path("suggest/buildings/", listing.suggest, {"what": "buildings"}, name="suggest-buildings"),
    path("mismatches/", mismatches.mismatches, name="mismatches"),
    path("mismatches/<int:pk>/confirm/", mismatches.confirm, name="mismatch-confirm"),
    path("households/<int:pk>/", file.household, name="household"),
    path("households/<int:pk>/do/<slug:step>/", acting.household, name="household-do"),
    path("people/<int:pk>/", person.person, name="person"),
    path("people/<int:pk>/do/<slug:step>/", acting.person, name="person-do"),
    path("people/<int:pk>/merge/<int:other>/", person.merge, name="person-merge"),
    path("people/<int:pk>/distinct/<int:other>/", person.distinct, name="person-distinct"),
    path("people/<int:pk>/tags/give/", care.give, name="tag-give"),
    path("people/<int:pk>/tags/show/", care.show, name="tags-show"),
    path("tags/<int:pk>/review/", care.review, name="tag-review"),
    path("tags/<int:pk>/end/", care.end, name="tag-end"),
    path("care/", care.overview, name="care"),
    path("people/<int:pk>/helper/", helping.assign, name="helper-set"),
    path("helping/<int:pk>/end/", helping.end, name="helper-end"),
    path("helping/<int:pk>/contact/", helping.contact, name="care-contact"),
    path("care/mine/", helping.mine, name="care-mine"),
    path("suggest/helpers/", listing.suggest, {"what": "helpers"}, name="suggest-helpers"),
    path("suggest/units/", listing.suggest, {"what": "units"}, name="suggest-units"),
    path("care/reviews/", care.reviews, name="care-reviews"),
    path("care/kinds/<slug:code>/", care.kind, name="care-kind"),
    path("mergings/<int:pk>/undo/", person.unmerge, name="merging-undo"),
]

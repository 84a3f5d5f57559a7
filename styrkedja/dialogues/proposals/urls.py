from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("moten/<uuid:meeting_id>/forslag/nytt/", views.add, name="proposal_add"),
    path("forslag/<uuid:proposal_id>/", views.proposal, name="proposal"),
    path("forslag/<uuid:proposal_id>/andra/", views.change, name="proposal_change"),
    path("forslag/<uuid:proposal_id>/grunder/", views.rest_on, name="proposal_grounds"),
    path("forslag/<uuid:proposal_id>/flytta/", views.move, name="proposal_move"),
    path("forslag/<uuid:proposal_id>/ta-tillbaka/", views.withdraw, name="proposal_withdraw"),
    path("forslag/<uuid:proposal_id>/beslutat/", views.decide, name="proposal_decide"),
    path("nod/<uuid:node_id>/foreslagna-beslut/", views.waiting, name="proposals"),
    path("nod/<uuid:node_id>/prioriteringar/", views.priority_page, name="priorities"),
]

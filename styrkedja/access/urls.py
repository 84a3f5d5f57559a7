from django.urls import path

from .views import chain, people

app_name = "organisation"
urlpatterns = [
    path("", chain.chain, name="chain"),
    path("personer/", people.people, name="people"),
    path("personer/ny/", people.person_add, name="person_add"),
    path("personer/<uuid:person_id>/", people.person, name="person"),
    path("personer/<uuid:person_id>/andra/", people.person_change, name="person_change"),
    path("roller/<uuid:assignment_id>/avsluta/", people.role_end, name="role_end"),
    path("<uuid:node_id>/", chain.node, name="node"),
    path("<uuid:node_id>/andra/", chain.node_change, name="node_change"),
    path("<uuid:node_id>/ny/", chain.node_add, name="node_add"),
    path("<uuid:node_id>/flytta/", chain.node_move, name="node_move"),
    path("<uuid:node_id>/avsluta/", chain.node_close, name="node_close"),
    path("<uuid:node_id>/sla-ihop/", chain.node_merge, name="node_merge"),
    path("<uuid:node_id>/roller/ny/", people.role_add, name="role_add"),
    path("<uuid:node_id>/handelser/", chain.trail, name="trail"),
]

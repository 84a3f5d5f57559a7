from __future__ import annotations

from django.urls import path

from .views import agreed, holding, minuting, planning

urlpatterns = [
    path("nod/<uuid:node_id>/moten/", planning.meetings, name="meetings"),
    path("nod/<uuid:node_id>/moten/nytt/", planning.plan, name="meeting_plan"),
    path("moten/<uuid:meeting_id>/", holding.show, name="meeting"),
    path("moten/<uuid:meeting_id>/andra/", planning.change, name="meeting_change"),
    path("moten/<uuid:meeting_id>/deltagare/", planning.called, name="meeting_called"),
    path("moten/<uuid:meeting_id>/kalla/", planning.call, name="meeting_call"),
    path("moten/<uuid:meeting_id>/stall-in/", planning.cancel, name="meeting_cancel"),
    path("moten/<uuid:meeting_id>/underlag/", planning.show_material, name="meeting_material"),
    path("moten/<uuid:meeting_id>/underlag/pa-nytt/", planning.gather_again, name="meeting_gather"),
    path("moten/<uuid:meeting_id>/punkt/", planning.agenda_add, name="agenda_add"),
    path("moten/<uuid:meeting_id>/punkt/<uuid:point_id>/", planning.agenda_point, name="agenda_point"),
    path("moten/<uuid:meeting_id>/punkt/<uuid:point_id>/flytta/", planning.agenda_move, name="agenda_move"),
    path("moten/<uuid:meeting_id>/punkt/<uuid:point_id>/ta-bort/", planning.agenda_remove, name="agenda_remove"),
    path("moten/<uuid:meeting_id>/punkt/<uuid:point_id>/anteckning/", holding.note, name="point_note"),
    path("moten/<uuid:meeting_id>/punkt/<uuid:point_id>/slutsats/", holding.conclusion, name="point_conclusion"),
    path("moten/<uuid:meeting_id>/narvaro/", holding.came, name="meeting_came"),
    path("moten/<uuid:meeting_id>/overenskommet/", holding.agree, name="meeting_agree"),
    path("moten/<uuid:meeting_id>/fraga/", holding.ask, name="meeting_ask"),
    path("moten/<uuid:meeting_id>/genomfort/", holding.hold, name="meeting_hold"),
    path("moten/<uuid:meeting_id>/inte-genomfort/", holding.reopen, name="meeting_reopen"),
    path("moten/<uuid:meeting_id>/kom-ocksa/", planning.add_who_came, name="meeting_came_too"),
    path("moten/<uuid:meeting_id>/protokoll/", minuting.prepare, name="minutes_prepare"),
    path("moten/<uuid:meeting_id>/protokoll/senaste/", minuting.latest, name="minutes_latest"),
    path("moten/<uuid:meeting_id>/protokoll/faststall/", minuting.establish, name="minutes_establish"),
    path("moten/<uuid:meeting_id>/protokoll/ratta/", minuting.correct, name="minutes_correct"),
    path("moten/<uuid:meeting_id>/protokoll/<int:minutes_number>/", minuting.read, name="minutes"),
    path("overenskommet/<uuid:agreed_id>/", agreed.show, name="agreed"),
    path("overenskommet/<uuid:agreed_id>/klart/", agreed.end, name="agreed_end"),
    path("overenskommet/<uuid:agreed_id>/lamna-over/", agreed.hand_on, name="agreed_hand_on"),
]

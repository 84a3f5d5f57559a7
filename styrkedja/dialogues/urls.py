from __future__ import annotations

from django.urls import path

from .meetings import urls as meetings
from .proposals.urls import urlpatterns as proposals
from .selfcheck.urls import urlpatterns as self_checks
from .seminar.urls import urlpatterns as seminars
from .views import asking, overview, receiving, reflecting

app_name = "dialogues"
urlpatterns = [
    path("nod/<uuid:node_id>/", asking.node, name="node"),
    path("nod/<uuid:node_id>/fraga/", asking.ask, name="ask"),
    path("nod/<uuid:node_id>/matris/", overview.matrix, name="matrix"),
    path("nod/<uuid:node_id>/matris.csv", overview.matrix_csv, name="matrix_csv"),
    path("nod/<uuid:node_id>/matris/paminn/", overview.remind, name="matrix_remind"),
    path("nod/<uuid:node_id>/anvandning/", overview.uses, name="uses"),
    path("<uuid:request_id>/", asking.show, name="request"),
    path("<uuid:request_id>/paminn/", asking.remind, name="remind"),
    path("<uuid:request_id>/ta-emot/", asking.accept, name="accept"),
    path("<uuid:request_id>/aterkoppling/", asking.feedback_to_many, name="feedback_to_many"),
    path("<uuid:request_id>/skjut-upp/", asking.postpone, name="postpone"),
    path("<uuid:request_id>/stang/", asking.close, name="close"),
    path("svar/<uuid:answer_id>/", asking.answer, name="answer"),
    path("svar/<uuid:answer_id>/ta-emot/", asking.accept_one, name="accept_one"),
    path("svar/<uuid:answer_id>/lamna-tillbaka/", asking.return_answer, name="return_answer"),
    path("svar/<uuid:answer_id>/slapp/", asking.release, name="release"),
    path("svar/<uuid:answer_id>/aterkoppling/", asking.feedback, name="feedback"),
    path("svar/<uuid:answer_id>/besvara/", asking.reply, name="answer_reply"),
    path("svar/<uuid:answer_id>/paminn/", asking.remind_one, name="remind_one"),
    path("begaran/<uuid:receiver_id>/", receiving.receiver, name="receiver"),
    path("begaran/<uuid:receiver_id>/lamna-in/", receiving.hand_in, name="hand_in"),
    path("begaran/<uuid:receiver_id>/svara/", receiving.answer_in_words, name="answer_in_words"),
    path("begaran/<uuid:receiver_id>/reflektion/", reflecting.hand_in, name="reflection_hand_in"),
    path("begaran/<uuid:receiver_id>/reflektion/<int:question>/", reflecting.save, name="reflection_save"),
    path("begaran/<uuid:receiver_id>/reflektion/<int:question>/kommentar/", reflecting.comment, name="reflection_talk"),
    path("begaran/<uuid:receiver_id>/tagit-del/", receiving.acknowledge, name="acknowledge"),
    path("begaran/<uuid:receiver_id>/besvara/", receiving.reply, name="receiver_reply"),
    *meetings.urlpatterns,
    *proposals,
    *seminars,
    *self_checks,
]

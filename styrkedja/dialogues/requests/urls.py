from __future__ import annotations

from django.urls import path

from .views import asking, receiving

urlpatterns = [
    path("nod/<uuid:node_id>/", asking.node, name="node"),
    path("nod/<uuid:node_id>/fraga/", asking.ask, name="ask"),
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
    path("begaran/<uuid:receiver_id>/tagit-del/", receiving.acknowledge, name="acknowledge"),
    path("begaran/<uuid:receiver_id>/besvara/", receiving.reply, name="receiver_reply"),
]

"""The start page: each role sees what is theirs to do, and no more."""

import pytest
from django.urls import reverse

from styrkedja.analyses import actions as analyses
from styrkedja.documents.models import Document
from styrkedja.organisation import actions

pytestmark = pytest.mark.django_db


def start(client, world, key):
    client.force_login(world.person(key))
    answer = client.get("/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_principal_sees_the_draft_and_then_what_is_to_be_established(world, client):
    made = analyses.start(node=world.bjork, period="2024/25", by=world.person("principal"))
    text = start(client, world, "principal")
    assert reverse("analyses:edit", args=[made.pk]) in text and "Nulägesanalys 2024/25: Björkskolan" in text
    Document.objects.filter(pk=made.document_id).update(state="submitted")
    text = start(client, world, "principal")
    assert reverse("analyses:establish", args=[made.pk]) in text and "Att fastställa" in text
    assert reverse("analyses:edit", args=[made.pk]) not in text
    assert "Nulägesanalys" not in start(client, world, "principal_ek").replace("Påbörja nulägesanalysen", "")


def test_what_is_not_begun_is_offered_to_those_who_write_it(world, client):
    assert "Påbörja nulägesanalysen" in start(client, world, "team_lead")
    text = start(client, world, "teacher")
    assert "Påbörja" not in text and "Inget väntar på dig." in text


def test_places_and_roles_are_listed_with_links_that_open(world, client):
    text = start(client, world, "operator")
    assert "Systemadministratör" in text
    assert reverse("organisation:node", args=[world.council.pk]) in text
    assert reverse("organisation:people") in text
    assert reverse("indicators:node", args=[world.council.pk]) not in text  # no figures for an administrator
    assert "Senaste importer" not in text
    assert reverse("indicators:node", args=[world.bjork_team.pk]) in start(client, world, "teacher")


def test_only_who_imports_sees_imports_and_the_empty_state_says_what_to_do(world, client):
    assert "Ingenting är importerat än" in start(client, world, "quality")
    assert "Senaste importer" not in start(client, world, "principal")


def test_without_a_role_the_page_says_whom_to_ask(world, client):
    world.people["new"] = actions.add_person(email="ny@ekkoping.example", name="Ny Person", by=None)
    assert "Du har ingen roll än" in start(client, world, "new")


def test_queries_do_not_grow_with_the_drafts(world, client, django_assert_max_num_queries):
    for i in range(8):
        team = actions.add_node(
            parent=world.bjork, kind="team", name=f"Lag {i}", valid_from=world.bjork.valid_from, by=None
        )
        actions.assign_role(
            person=world.person("team_lead"), role="team_lead", node=team, valid_from=team.valid_from, by=None
        )
        analyses.start(node=team, period="2024/25", by=world.person("team_lead"))
    client.force_login(world.person("team_lead"))
    with django_assert_max_num_queries(24):
        client.get("/")

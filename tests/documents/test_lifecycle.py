"""The life of a document: nothing but the table's moves, and what is established stays (invariants 1 and 2)."""

import json
import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from styrkedja.core.audit import breaks
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents import actions, queries
from styrkedja.documents.hashing import content_hash
from styrkedja.documents.models import Document, DocumentKind, DocumentState, DocumentVersion
from styrkedja.documents.transitions import TRANSITIONS, Move
from tests.conftest import as_owner
from tests.world import build

PERIOD = "2024/25"


def begin(world, by="principal"):
    document, new = actions.create(kind=DocumentKind.ANALYSIS, node=world.bjork, period=PERIOD, by=world.person(by))
    assert new
    return document


def make(document, move, world, body=None):
    """One move as the principal, whatever the state."""
    by, expected = world.person("principal"), document.version
    if move is Move.SUBMIT:
        return actions.submit(document=document, expected=expected, body=body or {"text": "ord"}, by=by)
    if move is Move.ESTABLISH:
        return actions.establish(document=document, expected=expected, by=by)
    return actions.open_correction(document=document, expected=expected, reason="Fel siffra", by=by)


PATHS = {
    DocumentState.DRAFT: (),
    DocumentState.SUBMITTED: (Move.SUBMIT,),
    DocumentState.ESTABLISHED: (Move.SUBMIT, Move.ESTABLISH),
}
ALLOWED = {  # written out by hand: the table under test is not its own answer
    (DocumentState.DRAFT, Move.SUBMIT): DocumentState.SUBMITTED,
    (DocumentState.SUBMITTED, Move.ESTABLISH): DocumentState.ESTABLISHED,
    (DocumentState.ESTABLISHED, Move.CORRECT): DocumentState.DRAFT,
}


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(DocumentState))
@pytest.mark.parametrize("move", list(Move))
def test_only_the_three_moves_can_be_made(world, state, move):
    document = begin(world)
    for step in PATHS[state]:
        make(document, step, world)
    assert document.state == state
    if target := ALLOWED.get((state, move)):
        make(document, move, world)
    else:
        before = document.versions.count(), AuditEvent.objects.count()
        with pytest.raises(Refused):
            make(document, move, world)
        target = state
        assert (document.versions.count(), AuditEvent.objects.count()) == before
    document.refresh_from_db()
    assert document.state == target
    assert len(TRANSITIONS) == len(ALLOWED)


@pytest.mark.django_db
def test_there_is_one_document_of_a_kind_for_a_node_and_period(world):
    first = begin(world)
    again, new = actions.create(kind=DocumentKind.ANALYSIS, node=world.bjork, period=PERIOD, by=None)
    assert (again.pk, new) == (first.pk, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(kind=DocumentKind.ANALYSIS, node=world.bjork, period=PERIOD)


@pytest.mark.django_db
def test_invariant_01_established_is_immutable_and_a_correction_leaves_it_readable(world):
    document = begin(world)
    make(document, Move.SUBMIT, world, {"text": "224 poäng"})
    first = make(document, Move.ESTABLISH, world)
    actions.open_correction(
        document=document, expected=document.version, reason="Ska vara 226", by=world.person("principal")
    )
    # While the correction is open, the old one holds.
    assert queries.established_version(DocumentKind.ANALYSIS, world.bjork, PERIOD) == first
    make(document, Move.SUBMIT, world, {"text": "226 poäng"})
    second = make(document, Move.ESTABLISH, world)

    kept = DocumentVersion.objects.get(pk=first.pk)
    assert kept.body == {"text": "224 poäng"}
    assert kept.content_hash == content_hash({"text": "224 poäng"})
    assert (second.number, second.reason, second.body) == (4, "Ska vara 226", {"text": "226 poäng"})
    assert queries.established_version(DocumentKind.ANALYSIS, world.bjork, PERIOD) == second
    assert not list(queries.altered_versions())


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {t} SET reason = 'x'", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"])
def test_invariant_01_the_database_refuses_changes_to_versions(world, statement):
    document = begin(world)
    make(document, Move.SUBMIT, world)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(t=DocumentVersion._meta.db_table))


@pytest.mark.django_db
def test_a_version_changed_behind_our_back_is_found(world):
    document = begin(world)
    version = make(document, Move.SUBMIT, world)
    as_owner(f"""UPDATE {DocumentVersion._meta.db_table} SET body = '{{"text": "annat"}}' WHERE id = '{version.pk}'""")
    assert [v.pk for v in queries.altered_versions()] == [version.pk]


@pytest.mark.django_db
def test_a_draft_is_never_a_version(world):
    document = begin(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.create(
            document=document, number=1, state="draft", body={}, content_hash="x", made_at=document.created_at
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("principal", True), ("principal_ek", False), ("head", False), ("quality", False), ("chief", False),
        ("team_lead", False), ("teacher", False), ("politician", False), ("auditor", False), ("operator", False),
    ],
)  # fmt: skip
def test_invariant_02_only_the_principal_establishes_the_unit_s(world, who, may):
    document = begin(world)
    make(document, Move.SUBMIT, world)
    if may:
        assert actions.establish(document=document, expected=2, by=world.person(who)).is_established
        return
    with pytest.raises(Refused):
        actions.establish(document=document, expected=2, by=world.person(who))
    document.refresh_from_db()
    assert document.state == DocumentState.SUBMITTED


@pytest.mark.django_db
def test_nobody_in_particular_cannot_establish(world):
    document = begin(world)
    make(document, Move.SUBMIT, world)
    with pytest.raises(Refused):
        actions.establish(document=document, expected=2, by=None)


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_correction_needs_a_reason(world, reason):
    document = begin(world)
    make(document, Move.SUBMIT, world)
    make(document, Move.ESTABLISH, world)
    with pytest.raises(Refused):
        actions.open_correction(document=document, expected=3, reason=reason, by=world.person("principal"))


@pytest.mark.django_db
def test_who_has_read_an_older_draft_cannot_hand_it_in(world):
    document = begin(world)
    with transaction.atomic():
        actions.mark_changed(actions.lock_draft(document.pk), by=world.person("team_lead"))
    with pytest.raises(Conflict):
        make(document, Move.SUBMIT, world)
    assert not document.versions.exists()


@pytest.mark.django_db
def test_what_is_handed_in_is_locked_for_the_rooms_that_keep_its_rows(world):
    document = begin(world)
    make(document, Move.SUBMIT, world)
    with pytest.raises(Refused), transaction.atomic():
        actions.lock_draft(document.pk)


@pytest.mark.django_db(transaction=True)
def test_two_who_establish_at_once_one_wins_and_the_other_is_told():
    world = build()
    document = begin(world)
    make(document, Move.SUBMIT, world)
    gate, outcomes = threading.Barrier(2), []

    def establish() -> None:
        try:
            own = Document.objects.get(pk=document.pk)
            gate.wait(10)
            actions.establish(document=own, expected=2, by=world.person("principal"))
            outcomes.append("won")
        except (Refused, Conflict):
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=establish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["told", "won"]
    assert document.versions.filter(state=DocumentState.ESTABLISHED).count() == 1
    assert AuditEvent.objects.filter(event="document_established").count() == 1
    assert not list(breaks())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcåäö"), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=JSON)
def test_a_body_has_the_same_hash_before_and_after_the_database(body):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(body)])
        stored = json.loads(cursor.fetchone()[0])
    assert content_hash(stored) == content_hash(body)


class Lifecycle(RuleBasedStateMachine):
    """Any sequence of moves: the state follows the table, versions only grow and never change."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.world = build()
        self.document = begin(self.world)
        self.state = DocumentState.DRAFT
        self.frozen: dict = {}

    @rule(move=st.sampled_from(list(Move)), text=st.text("abc", max_size=3))
    def press(self, move, text):
        target = ALLOWED.get((self.state, move))
        if target is None:
            with pytest.raises(Refused):
                make(self.document, move, self.world, {"text": text})
            return
        made = make(self.document, move, self.world, {"text": text})
        self.state = target
        if isinstance(made, DocumentVersion):
            self.frozen[made.number] = (made.state, made.body, made.content_hash)

    @invariant()
    def state_is_as_the_table_says(self):
        assert Document.objects.get(pk=self.document.pk).state == self.state

    @invariant()
    def nothing_frozen_has_changed_or_gone(self):
        kept = {v.number: (v.state, v.body, v.content_hash) for v in self.document.versions.all()}
        assert kept == self.frozen
        assert sorted(kept) == list(range(1, len(kept) + 1))

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


@pytest.mark.django_db
def test_invariant_01_no_sequence_of_moves_leaves_the_table():
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.django_db
def test_a_version_changed_together_with_its_hash_is_found_by_the_trail(world):
    document = begin(world)
    version = make(document, Move.SUBMIT, world)
    other = {"text": "annat"}
    as_owner(
        f'UPDATE {DocumentVersion._meta.db_table} SET body = \'{{"text": "annat"}}\','
        f" content_hash = '{content_hash(other)}' WHERE id = '{version.pk}'"
    )
    assert [v.pk for v in queries.altered_versions()] == [version.pk]
    assert queries.lost_versions() == []
    as_owner(f"DELETE FROM {DocumentVersion._meta.db_table} WHERE id = '{version.pk}'")
    assert queries.lost_versions() == [(str(document.pk), 1)]

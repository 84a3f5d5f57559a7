"""The life of a document: nothing but the table's moves, and what is established stays (invariants 1 and 2)."""

import json
import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from styrkedja.core.audit import breaks
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents import actions, queries
from styrkedja.documents.hashing import content_hash
from styrkedja.documents.models import Document, DocumentKind, DocumentState, DocumentVersion, VersionEvent
from styrkedja.documents.transitions import TRANSITIONS, Move
from tests.conftest import as_owner
from tests.world import build

PERIOD = "2024/25"


def begin(world, by="principal"):
    document, new = actions.create(kind=DocumentKind.ANALYSIS, node=world.bjork, period=PERIOD, by=world.person(by))
    assert new
    return document


S = DocumentState
AFTER = (S.SUPERSEDED, S.DISPOSED)  # a word of versions; by a tombstone alone (test_invariant_23)
WORKING = [s for s in S if s not in AFTER]
MAKERS = {  # who is to make each move of a unit's analysis, and one who may not
    Move.SUBMIT: ("principal", "politician"),
    Move.GIVE_BACK: ("quality", "teacher"),
    Move.ESTABLISH: ("principal", "head"),
    Move.PUBLISH: ("head", "principal"),
    Move.CORRECT: ("principal", "registrar"),
    Move.ARCHIVE: ("registrar", "principal"),
}


def make(document, move, world, body=None, who=None):
    """One move as the one who is to make it, whatever the state."""
    act = {"document": document, "expected": document.version, "by": world.person(who or MAKERS[move][0])}
    if move is Move.SUBMIT:
        return actions.submit(**act, body=body or {"text": "ord"})
    if move is Move.GIVE_BACK:
        return actions.give_back(**act, reason="Orsakerna saknar underlag")
    if move is Move.CORRECT:
        return actions.open_correction(**act, reason="Fel siffra")
    return {Move.ESTABLISH: actions.establish, Move.PUBLISH: actions.publish, Move.ARCHIVE: actions.archive}[move](
        **act
    )


PATHS = {
    S.DRAFT: (),
    S.SUBMITTED: (Move.SUBMIT,),
    S.RETURNED: (Move.SUBMIT, Move.GIVE_BACK),
    S.ESTABLISHED: (Move.SUBMIT, Move.ESTABLISH),
    S.PUBLISHED: (Move.SUBMIT, Move.ESTABLISH, Move.PUBLISH),
    S.ARCHIVED: (Move.SUBMIT, Move.ESTABLISH, Move.ARCHIVE),
}
ALLOWED = {  # written out by hand: the table under test is not its own answer
    (S.DRAFT, Move.SUBMIT): S.SUBMITTED,
    (S.RETURNED, Move.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, Move.GIVE_BACK): S.RETURNED,
    (S.SUBMITTED, Move.ESTABLISH): S.ESTABLISHED,
    (S.ESTABLISHED, Move.PUBLISH): S.PUBLISHED,
    (S.ESTABLISHED, Move.CORRECT): S.DRAFT,
    (S.PUBLISHED, Move.CORRECT): S.DRAFT,
    (S.ESTABLISHED, Move.ARCHIVE): S.ARCHIVED,
    (S.PUBLISHED, Move.ARCHIVE): S.ARCHIVED,
}


@pytest.mark.django_db
@pytest.mark.parametrize("state", WORKING)
@pytest.mark.parametrize("move", list(Move))
def test_only_the_moves_of_the_table_can_be_made(world, state, move):
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
    assert {(source, move) for move, t in TRANSITIONS.items() for source in t.sources} == set(ALLOWED)


@pytest.mark.django_db
@pytest.mark.parametrize("target", WORKING)
@pytest.mark.parametrize("state", WORKING)
def test_the_database_knows_the_moves_too(world, state, target):
    document = begin(world)
    for step in PATHS[state]:
        make(document, step, world)
    allowed = target == state or target in {end for (source, _move), end in ALLOWED.items() if source == state}
    if allowed:
        Document.objects.filter(pk=document.pk).update(state=target)
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(state=target)


@pytest.mark.django_db
@pytest.mark.parametrize("move", list(Move))
def test_only_the_right_person_makes_a_move(world, move):
    state = next(source for source, made in ALLOWED if made is move)
    document = begin(world)
    for step in PATHS[state]:
        make(document, step, world)
    with pytest.raises(Refused):
        make(document, move, world, who=MAKERS[move][1])
    document.refresh_from_db()
    assert document.state == state
    make(document, move, world)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["principal", "head", "quality", "chief"])
def test_what_comes_back_says_why_and_can_be_handed_in_again(world, who):
    document = begin(world)
    first = make(document, Move.SUBMIT, world, {"text": "ett"})
    reason = "Orsakerna vilar inte på underlag"
    actions.give_back(document=document, expected=2, reason=reason, by=world.person(who))
    returned = queries.returned(document)
    assert (returned.reason, returned.by, returned.version) == (reason, world.person(who), first)
    assert AuditEvent.objects.get(event="document_returned").details["number"] == 1
    assert queries.versions(document).get().standing == S.RETURNED
    with transaction.atomic():
        assert actions.lock_draft(document.pk).is_open
    make(document, Move.SUBMIT, world, {"text": "två"})
    assert queries.returned(document) is None
    assert DocumentVersion.objects.get(pk=first.pk).body == {"text": "ett"}


@pytest.mark.django_db
def test_a_correction_that_comes_back_keeps_why_it_corrects(world):
    document = begin(world)
    for step in (Move.SUBMIT, Move.ESTABLISH, Move.CORRECT, Move.SUBMIT, Move.GIVE_BACK, Move.SUBMIT):
        made = make(document, step, world)
    assert made.reason == "Fel siffra"


@pytest.mark.django_db
def test_what_is_superseded_published_and_archived_says_so(world):
    document = begin(world)
    for step in (Move.SUBMIT, Move.ESTABLISH, Move.PUBLISH, Move.CORRECT, Move.SUBMIT):
        make(document, step, world)
    assert [v.standing for v in queries.versions(document)] == [S.SUBMITTED, S.PUBLISHED, S.SUBMITTED]
    make(document, Move.ESTABLISH, world)
    assert [v.standing for v in queries.versions(document)] == [S.ESTABLISHED, S.SUBMITTED, S.SUPERSEDED, S.SUBMITTED]
    make(document, Move.ARCHIVE, world)
    assert [v.standing for v in queries.versions(document)] == [S.ARCHIVED, S.SUBMITTED, S.SUPERSEDED, S.SUBMITTED]
    for state in S:
        asked = queries.in_state(state, document.versions.all())
        assert set(asked) == {v for v in queries.versions(document) if v.standing == state}
    events = AuditEvent.objects.filter(event__in=["document_published", "document_superseded", "document_archived"])
    assert events.count() == 3


@pytest.mark.django_db
def test_who_handed_it_in_does_not_publish_it(world):
    document, _new = actions.create(kind=DocumentKind.ANALYSIS, node=world.council, period=PERIOD, by=None)
    for step in (Move.SUBMIT, Move.ESTABLISH):
        make(document, step, world, who="head")
    with pytest.raises(Refused, match="lämnade in"):
        make(document, Move.PUBLISH, world, who="head")
    version = queries.latest_version(document, [S.ESTABLISHED])
    with pytest.raises(IntegrityError), transaction.atomic():
        VersionEvent.objects.create(version=version, state=S.PUBLISHED, by=world.person("head"), at=timezone.now())


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
def test_a_return_and_a_correction_need_a_reason(world, reason):
    document = begin(world)
    make(document, Move.SUBMIT, world)
    with pytest.raises(Refused):
        actions.give_back(document=document, expected=2, reason=reason, by=world.person("quality"))
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
@pytest.mark.parametrize("second", [Move.ESTABLISH, Move.GIVE_BACK])
def test_invariant_02_two_at_once_one_wins_and_the_other_is_told(second):
    world = build()
    document = begin(world)
    make(document, Move.SUBMIT, world)
    gate, outcomes = threading.Barrier(2), []

    def press(move) -> None:
        try:
            own = Document.objects.get(pk=document.pk)
            gate.wait(10)
            make(own, move, world)
            outcomes.append("won")
        except (Refused, Conflict):
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[move]) for move in (Move.ESTABLISH, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["told", "won"]
    assert AuditEvent.objects.filter(event__in=["document_established", "document_returned"]).count() == 1
    assert document.versions.filter(state=S.ESTABLISHED).count() + VersionEvent.objects.count() == 1
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
    """Any sequence of moves by anybody: the state follows the table, versions only grow and never change."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.world = build()
        self.document = begin(self.world)
        self.state = DocumentState.DRAFT
        self.frozen: dict = {}

    @rule(move=st.sampled_from(list(Move)), text=st.text("abc", max_size=3), right=st.sampled_from([True, True, False]))
    def press(self, move, text, right):
        target = ALLOWED.get((self.state, move))
        who = MAKERS[move][not right]
        if target is None or not right:
            with pytest.raises(Refused), transaction.atomic():
                make(self.document, move, self.world, {"text": text}, who)
            return
        made = make(self.document, move, self.world, {"text": text}, who)
        self.state = target
        if isinstance(made, DocumentVersion):
            self.frozen[made.number] = (made.state, made.body, made.content_hash)

    @invariant()
    def state_is_as_the_table_says(self):
        assert Document.objects.get(pk=self.document.pk).state == self.state

    @invariant()
    def at_most_one_version_holds(self):
        standing = [v.standing for v in queries.versions(self.document)]
        assert sum(s in (S.ESTABLISHED, S.PUBLISHED, S.ARCHIVED) for s in standing) <= 1
        assert (self.state in (S.ESTABLISHED, S.PUBLISHED, S.ARCHIVED)) <= (self.state in standing)

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
    as_owner(
        f"DELETE FROM analyses_versionwords WHERE version_id = '{version.pk}'",
        f"DELETE FROM {DocumentVersion._meta.db_table} WHERE id = '{version.pk}'",
    )
    assert queries.lost_versions() == [(str(document.pk), 1)]

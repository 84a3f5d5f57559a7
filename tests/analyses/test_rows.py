"""Rows as they are written: version checks, nothing acknowledged lost, deletion undone, texts as written."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.analyses import actions, queries, row_actions
from styrkedja.analyses.models import (
    Analysis,
    Assessment,
    Cause,
    Citation,
    EarlierText,
    Evidence,
    Finding,
    Ground,
    Need,
    Participation,
    UnitInclusion,
)
from styrkedja.core.audit import breaks
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.documents.models import Document
from tests.analyses.writing import PERIOD, begin, established, fill, reread, submitted, unit_established, write
from tests.world import build


@pytest.fixture
def analysis(world):
    return begin(world)


@pytest.fixture
def finding(analysis):
    return Finding.objects.filter(analysis=analysis).first()


@pytest.mark.django_db
def test_an_analysis_begins_with_rows_to_write_in(world, analysis):
    assert [f.area for f in analysis.findings.all()] == ["lgr22/normer", "lgr22/kunskaper"]
    assert (analysis.causes.count(), analysis.needs.count(), analysis.participations.count()) == (1, 1, 4)
    assert begin(world) == analysis  # begun twice is begun once
    assert analysis.findings.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("period", ["2024", "2024/26", "", "läsår", "24/25"])
def test_an_analysis_is_of_a_school_year(world, period):
    with pytest.raises(Refused):
        actions.start(node=world.bjork, period=period, by=world.person("principal"))


@pytest.mark.django_db
def test_a_save_counts_and_leaves_a_trail(world, analysis, finding):
    before = Document.objects.get(pk=analysis.document_id).version
    saved = write(finding, world.person("principal"), text="Nästan alla är behöriga.")
    assert (saved.version, reread(finding).text) == (2, "Nästan alla är behöriga.")
    document = Document.objects.get(pk=analysis.document_id)
    assert (document.version, document.changed_by) == (before + 1, world.person("principal"))
    event = AuditEvent.objects.latest("seq")
    assert event.details == {"row": f"resultat:{finding.pk}", "version": 2}
    assert "behöriga" not in str(event.details)


@pytest.mark.django_db
def test_who_wrote_on_an_older_version_is_told_and_nothing_is_written(world, finding):
    row_actions.save_row(row=finding, expected=1, fields={"text": "Min"}, by=world.person("principal"))
    with pytest.raises(Conflict) as told:
        row_actions.save_row(row=finding, expected=1, fields={"text": "Din"}, by=world.person("team_lead"))
    assert told.value.current.text == "Min"
    assert reread(finding).text == "Min"


@pytest.mark.django_db
def test_the_same_save_again_is_answered_as_it_was(world, finding):
    by = world.person("principal")
    first = row_actions.save_row(row=finding, expected=1, fields={"text": "Ord"}, by=by)
    events = AuditEvent.objects.count()
    again = row_actions.save_row(row=finding, expected=1, fields={"text": "Ord"}, by=by)
    assert (again.version, AuditEvent.objects.count()) == (first.version, events)


@pytest.mark.django_db
def test_what_another_has_written_is_kept_when_it_is_written_over(world, finding):
    write(finding, world.person("team_lead"), text="Toves ord")
    write(finding, world.person("principal"), text="Ragnars ord")
    write(finding, world.person("principal"), text="Ragnars fler ord")  # the same spell: nothing more is kept
    kept = EarlierText.objects.get(row_id=finding.pk)
    assert (kept.fields["text"], kept.by, kept.version) == ("Toves ord", world.person("team_lead"), 2)
    assert queries.earlier_texts(finding) == [kept]


@pytest.mark.django_db
def test_the_last_words_before_a_pause_and_a_long_text_cut_short_are_kept(world, finding):
    by = world.person("principal")
    write(finding, by, text="Före pausen")
    Finding.objects.filter(pk=finding.pk).update(changed_at=timezone.now() - dt.timedelta(minutes=11))
    write(finding, by, text="lång " * 100)
    write(finding, by, text="")
    assert [kept.fields["text"] for kept in queries.earlier_texts(finding)] == ["lång " * 100, "Före pausen"]


@pytest.mark.django_db
def test_links_are_kept_in_the_earlier_text(world, analysis, finding):
    cause = Cause.objects.get(analysis=analysis)
    write(cause, world.person("team_lead"), [str(finding.pk)], text="Därför")
    write(cause, world.person("principal"), [], text="Därför")
    assert queries.earlier_texts(cause)[0].fields["links"] == [str(finding.pk)]


@pytest.mark.django_db
def test_a_deleted_row_can_be_put_back_for_thirty_days(world, analysis, finding):
    by = world.person("principal")
    write(finding, by, text="Ord")
    row_actions.delete_row(row=reread(finding), by=by)
    assert queries.deleted_rows(analysis) == [finding]
    row_actions.restore_row(row=reread(finding), by=by)
    assert queries.deleted_rows(analysis) == []
    assert (reread(finding).text, reread(finding).deleted_at) == ("Ord", None)
    Finding.objects.filter(pk=finding.pk).update(deleted_at=timezone.now() - dt.timedelta(days=31))
    assert queries.deleted_rows(analysis) == []


@pytest.mark.django_db
def test_who_writes_in_a_row_a_colleague_deleted_brings_it_back(world, finding):
    row_actions.delete_row(row=finding, by=world.person("team_lead"))
    row_actions.save_row(row=finding, expected=1, fields={"text": "Kvar"}, by=world.person("principal"))
    assert (reread(finding).text, reread(finding).deleted_at) == ("Kvar", None)


@pytest.mark.django_db
def test_a_link_to_a_deleted_row_waits_for_it_to_come_back(world, analysis, finding):
    by = world.person("principal")
    cause = Cause.objects.get(analysis=analysis)
    write(cause, by, [str(finding.pk)], text="Därför")
    row_actions.delete_row(row=reread(finding), by=by)
    write(cause, by, [], text="Därför att")
    row_actions.restore_row(row=reread(finding), by=by)
    assert Ground.objects.get(cause=cause).finding_id == finding.pk


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Participation, Assessment, UnitInclusion])
def test_rows_that_are_always_there_stay(world, model):
    analysis = begin(world, node=world.council, who="head")
    row_actions.add_row(analysis=analysis, slug="resultat", area="lgr22/kunskaper", by=None)
    with pytest.raises(Refused):
        row_actions.delete_row(row=model.objects.filter(analysis=analysis).first(), by=world.person("head"))


@pytest.mark.django_db
def test_needs_change_places_and_keep_an_unbroken_order(world, analysis):
    by = world.person("principal")
    first = Need.objects.get(analysis=analysis)
    second, third = (row_actions.add_row(analysis=analysis, slug="behov", by=by) for _ in range(2))
    row_actions.move_need(need=third, up=True, by=by)
    row_actions.move_need(need=first, up=False, by=by)
    assert list(Need.objects.filter(analysis=analysis)) == [third, first, second]
    row_actions.delete_row(row=third, by=by)
    row_actions.move_need(need=second, up=False, by=by)  # already last
    assert [(n.pk, n.priority) for n in Need.objects.filter(analysis=analysis, deleted_at=None)] == [
        (first.pk, 2),
        (second.pk, 3),
    ]


@pytest.mark.django_db
def test_nothing_is_written_after_it_is_handed_in(world, analysis):
    by = world.person("principal")
    rows = fill(analysis, by)
    submitted(world, analysis)
    with pytest.raises(Refused):
        write(rows["finding"], by, text="För sent")
    with pytest.raises(Refused):
        row_actions.add_row(analysis=analysis, slug="orsak", by=by)
    with pytest.raises(Refused):
        row_actions.delete_row(row=reread(rows["cause"]), by=by)
    with pytest.raises(Refused):
        actions.mark_step(analysis=analysis, step="orsaker", done=True, by=by)
    assert reread(rows["finding"]).text.startswith("Fyra av fem")


@pytest.mark.django_db
def test_invariant_01_a_correction_changes_nothing_that_is_established(world, analysis):
    by = world.person("principal")
    rows = fill(analysis, by)
    first = established(world, analysis)
    actions.open_correction(analysis=analysis, expected=analysis.document.version, reason="Fel år", by=by)
    write(rows["finding"], by, text="Rättat")
    assert queries.frozen_analysis(world.bjork, PERIOD) == first
    second = established(world, analysis)
    first.refresh_from_db()
    texts = [[f["text"] for a in v.body["areas"] for f in a["findings"]] for v in (first, second)]
    assert texts == [["Fyra av fem elever nådde betygskriterierna i alla ämnen."], ["Rättat"]]
    assert (second.reason, queries.frozen_analysis(world.bjork, PERIOD)) == ("Fel år", second)


@pytest.mark.django_db
def test_marking_a_step_twice_is_marking_it_once(world, analysis):
    by = world.person("principal")
    for _ in range(2):
        actions.mark_step(analysis=analysis, step="orsaker", done=True, by=by)
    actions.mark_step(analysis=analysis, step="resultat", done=True, by=by)
    analysis.refresh_from_db()
    assert analysis.done_steps == ["resultat", "orsaker"]
    actions.mark_step(analysis=analysis, step="orsaker", done=False, by=by)
    analysis.refresh_from_db()
    assert analysis.done_steps == ["resultat"]


@pytest.mark.django_db
def test_a_unit_sees_where_its_analysis_was_used(world):
    of_bjork = unit_established(world)
    version = queries.frozen_analysis(world.bjork, PERIOD)
    head, analysis = world.person("head"), begin(world, node=world.council, who="head")
    need = version.body["needs"][0]
    cited = row_actions.cite(
        analysis=analysis,
        source=version,
        part=f"behov:{need['id']}",
        passage=need["text"],
        area="lgr22/kunskaper",
        by=head,
    )
    again = row_actions.cite(
        analysis=analysis,
        source=version,
        part=f"behov:{need['id']}",
        passage=need["text"],
        area="lgr22/kunskaper",
        by=head,
    )
    assert (again, Citation.objects.count()) == (cited, 1)
    principal = Access(world.person("principal"))
    assert queries.uses_of([of_bjork.document], principal) == {}  # a draft above is nobody's business below
    fill(analysis, head)
    for row in UnitInclusion.objects.filter(analysis=analysis, included=None):
        write(row, head, included_id=None, reason="Ej klar")
    established(world, analysis, "head")
    (use,) = queries.uses_of([of_bjork.document], principal)[of_bjork.document_id]
    assert (use.analysis_id, use.passages, use.included) == (
        analysis.pk,
        ("Fler uppgifter som kräver resonemang.",),
        True,
    )


@pytest.mark.django_db
def test_only_what_is_established_elsewhere_can_be_quoted(world):
    analysis = begin(world)
    fill(analysis, world.person("principal"))
    version = submitted(world, analysis)
    council = begin(world, node=world.council, who="head")
    with pytest.raises(Refused):
        row_actions.cite(analysis=council, source=version, part="behov:x", passage="x", area="lgr22/kunskaper", by=None)


@pytest.mark.django_db
def test_the_database_knows_the_rules_too(world, analysis, finding):
    cause, other = Cause.objects.get(analysis=analysis), Evidence.objects.create(analysis=analysis, area="lgr22/normer")
    unit = {"analysis": analysis, "unit": world.ek}
    version = unit_established(world, world.ek, "principal_ek").document.versions.first()
    for broken in (
        lambda: Ground.objects.create(cause=cause),
        lambda: Ground.objects.create(cause=cause, finding=finding, evidence=other),
        lambda: [Ground.objects.create(cause=cause, finding=finding) for _ in range(2)],
        lambda: UnitInclusion.objects.create(included=version, reason="både och", **unit),
        lambda: [UnitInclusion.objects.create(reason="x", **unit) for _ in range(2)],
        lambda: Participation.objects.create(analysis=analysis, group="teachers"),
        lambda: Need.objects.create(analysis=analysis, priority=0),
        lambda: Analysis.objects.create(document=analysis.document),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            broken()


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (dt.date(2026, 11, 22), "2025/26"),
        (dt.date(2027, 4, 30), "2025/26"),
        (dt.date(2027, 5, 1), "2026/27"),
        (dt.date(2026, 7, 1), "2025/26"),
    ],
)
def test_the_school_year_an_analysis_is_most_likely_about(day, period):
    assert queries.default_period(day) == period


@pytest.mark.django_db(transaction=True)
def test_two_editors_fifty_saves_each_lose_nothing_that_was_acknowledged():
    """Each writes on what they last saw; told of a conflict they write on top of what stands there."""
    world = build()
    finding = Finding.objects.filter(analysis=begin(world)).first()
    acknowledged: dict[str, list[str]] = {"principal": [], "head": []}
    failures: list[BaseException] = []

    def edit(key: str) -> None:
        try:
            for turn in range(50):
                text = f"{key} {turn}"
                while True:
                    row = Finding.objects.select_related("analysis").get(pk=finding.pk)
                    try:
                        row_actions.save_row(row=row, expected=row.version, fields={"text": text}, by=world.person(key))
                        break
                    except Conflict:
                        continue
                acknowledged[key].append(text)
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=edit, args=(key,)) for key in acknowledged]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures
    final = Finding.objects.get(pk=finding.pk)
    assert final.version == 101  # every acknowledged save is one version
    kept = [(e.by_id, e.fields["text"]) for e in EarlierText.objects.filter(row_id=finding.pk)]
    for key, texts in acknowledged.items():
        assert len(texts) == 50
        # What one wrote over of the other's is kept; one's own later words replace one's own earlier.
        last = texts[-1]
        assert final.text == last or (world.person(key).pk, last) in kept
    assert not list(breaks())


@pytest.mark.django_db
def test_a_units_analysis_of_another_year_is_not_taken_in(world):
    unit_established(world, period="2023/24")
    old = queries.frozen_analysis(world.bjork, "2023/24")
    council = begin(world, node=world.council, who="head")
    row = UnitInclusion.objects.get(analysis=council, unit=world.bjork)
    with pytest.raises(Refused):
        write(row, world.person("head"), included_id=old.pk, reason="")

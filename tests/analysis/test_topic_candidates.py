"""Groups of voices that staff may turn into topics: their quality on labelled voices, and the page."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.analysis.voice_groups import Word, propose
from apps.consultations.models import Consultation, Proposal, State, Topic
from tests.analysis.grouping import quality
from tests.analysis.looking import main_of

URL = "/analysis/words/topic-candidates/"
Voices = Callable[..., list[Proposal]]
BODIES = ("遊具が古い", "遊具のさび", "古い遊具", "トイレが暗い", "トイレの鍵", "トイレの紙", "犬の散歩")


@pytest.mark.parametrize(("half", "least_index", "least_kept"), [("seen", 0.46, 0.89), ("unseen", 0.68, 0.93)])
def test_the_groups_are_those_of_an_officer(half: str, least_index: float, least_kept: float) -> None:
    index, kept = quality(half)
    assert index >= least_index
    assert kept >= least_kept


def test_nothing_depends_on_the_order() -> None:
    voices = {n: [Word(text)] for n, text in enumerate(["遊具", "遊具", "遊具", "犬", "犬", "犬", "花"])}
    groups, rest = propose(voices)
    assert [group.words for group in groups] == [("犬",), ("遊具",)]
    assert rest == [6]
    assert propose(dict(reversed(voices.items())))[0] == groups
    assert propose({}) == ([], [])


@pytest.mark.django_db
class TestPage:
    """The page for staff."""

    def test_a_candidate_leads_to_a_topic_with_its_voices(
        self, staff: Client, theme: Consultation, voices: Voices
    ) -> None:
        made = voices(*BODIES)
        html = main_of(staff.get(URL).text)
        assert "遊具・古い（3件）" in " ".join(html.split()).replace(" （", "（").replace("（ ", "（")
        assert "どの候補にも近くない意見" in html
        address = html.partition('href="/admin/consultations/topic/add/')[2].partition('"')[0].replace("&amp;", "&")
        form = staff.get(f"/admin/consultations/topic/add/{address}").text
        assert all(row.code in form for row in made[3:6])
        assert 'value="トイレ"' in form

    def test_grouped_and_hidden_voices_are_none(self, staff: Client, theme: Consultation, voices: Voices) -> None:
        made = voices(*BODIES)
        topic = Topic.objects.create(consultation=theme, title="遊具")
        topic.group(made[:3], by=None)
        Proposal.objects.filter(pk=made[3].pk).update(state=State.HIDDEN)
        html = main_of(staff.get(URL).text)
        assert "論点にまとめていない意見：3件" in html
        assert "候補はありません" in html
        assert made[3].code not in html

    def test_only_those_who_answer_the_theme_see_it(self, client: Client, voices: Voices) -> None:
        voices(*BODIES)
        assert client.get(URL).status_code == 302
        client.force_login(Proposal.objects.exclude(author=None)[0].author)
        answer = client.get(URL)
        assert answer.status_code == 403
        assert "このテーマを担当する職員だけ" in answer.text

    def test_the_cloud_leads_staff_to_it(self, staff: Client, client: Client, voices: Voices) -> None:
        voices(*BODIES)
        assert URL in staff.get("/analysis/words/").text
        assert URL not in client.get("/analysis/words/").text

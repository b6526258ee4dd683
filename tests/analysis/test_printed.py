"""What is printed: the picture with its lines, colours that everyone can tell apart, words that are links."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from PIL import Image

from apps.analysis.cloud_layout import COLOURS, INK, PHONE, PICTURE, WIDE, PlacedCloud, draw_picture, lay_out
from apps.analysis.models import Reading, StopWord
from apps.analysis.network import GROUP_COLOURS
from apps.analysis.services.scope import WordFilter, scope_of
from apps.analysis.services.word_cloud import CloudResult, cloud_for
from apps.analysis.tasks import read_proposals
from apps.consultations.models import Proposal
from tests.consultations.factories import ConsultationFactory, ProposalFactory

pytestmark = pytest.mark.django_db
IN_ENGLISH = (
    "Size shows: how often it was used. A word counts up to 3 times in one voice and up to 5 times for one person.",
    "These are counts of words. They do not represent the opinion of all residents.",
)
# How persons without one kind of cones see red, green and blue (Machado, Oliveira & Fernandes 2009, severity 1.0).
EYES = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "tritanopia": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}


def read(*bodies: str) -> CloudResult:
    """The run of a theme with these voices."""
    theme = ConsultationFactory(slug="words", title="公園のこれから")
    for body in bodies:
        ProposalFactory(consultation=theme, body=body)
    read_proposals()
    return cloud_for(scope_of(slug="words"), WordFilter())


def light_of(colour: str) -> list[float]:
    """Red, green and blue as amounts of light."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def ink_in(picture: bytes, top: int, bottom: int) -> int:
    """How many dark points stand between two heights of a picture."""
    part = Image.open(io.BytesIO(picture)).convert("L").crop((0, top, 1200, bottom))
    return sum(part.histogram()[:128])


@pytest.mark.parametrize("scale", [1, 2])
def test_the_ink_of_every_word_is_in_its_own_box(scale: int) -> None:
    words = [
        (text, "noun", 40 - 2 * n)
        for n, text in enumerate(["公園", "つくる", "バス", "ごみ拾い", "見守り", "gjpqy", "Wi-Fi"])
    ]
    layout = lay_out(words, PICTURE)
    cloud = PlacedCloud(layout, scale=scale, width=PICTURE.width, height=PICTURE.height)
    rest = cloud.to_image().convert("L")
    left, top = (PICTURE.width - layout.width) / 2 - layout.left, (PICTURE.height - layout.height) / 2 - layout.top
    for word in layout.words:
        corner = (word.left + left, word.top + top, word.left + left + word.width, word.top + top + word.height)
        box = tuple(round(place * scale) for place in corner)
        ink = rest.crop(box).point(lambda grey: 255 if grey < 128 else 0).getbbox()
        assert ink, word.text
        assert abs((ink[0] + ink[2]) / 2 - (box[2] - box[0]) / 2) <= word.size * scale * 0.1, (
            f"{word.text} is in the middle"
        )
        margin = PICTURE.margin * scale // 2  # the tails of gjpqy reach into what parts two words, and no further
        rest.paste(255, (box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin))
    assert rest.point(lambda grey: 255 if grey < 200 else 0).getbbox() is None, "no ink is outside of the boxes"


def test_the_picture_holds_words_and_every_line_that_explains_them(client: Client) -> None:
    StopWord.objects.create(word="木陰", reason="試験")
    run = read("公園のベンチ", "公園の木陰")
    picture = client.get("/analysis/words.png").content
    assert len(run.lines) == 4
    assert picture == draw_picture(run.weights, title=run.title, lines=run.lines)
    assert ink_in(picture, 72, 500) > 1000
    for number in range(4):
        assert ink_in(picture, 518 + 27 * number, 518 + 27 * (number + 1)) > 100, run.lines[number]


def test_no_line_of_a_picture_is_cut_off_in_either_language_and_none_leaves_it() -> None:
    for line in (*read("公園のベンチ", "公園の木陰").lines, *IN_ENGLISH):
        whole, shorter = (draw_picture([], title="", lines=[words]) for words in (line, line[:-2] + line[-1]))
        assert whole != shorter, line
    for words in ("公園" * 60, "park " * 60):
        right = Image.open(io.BytesIO(draw_picture([], title=words, lines=[words])))
        assert not sum(right.convert("L").crop((1171, 0, 1200, 630)).histogram()[:128])


def test_every_colour_is_read_on_white_and_told_from_the_others_by_every_eye() -> None:
    for colour in (INK, *COLOURS.values(), *GROUP_COLOURS):
        light = sum(part * share for part, share in zip(light_of(colour), (0.2126, 0.7152, 0.0722), strict=True))
        assert 1.05 / (light + 0.05) >= 4.5, colour
    for eye, rows in EYES.items():
        seen = [[max(sum(a * b for a, b in zip(row, light_of(c), strict=True)), 0) ** (1 / 2.4) for row in rows]
                for c in COLOURS.values()]  # fmt: skip
        for i, one in enumerate(seen):
            for other in seen[i + 1 :]:
                assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 0.2, eye


def test_a_word_is_as_large_as_it_is_used() -> None:
    for sheet in (WIDE, PHONE):
        first, second = lay_out([("公園", "noun", 8.0), ("木陰", "noun", 4.0)], sheet).words
        assert first.size / second.size == pytest.approx(2**0.5, abs=0.02), "areas follow the uses"
    seldom = [(f"語{n}のこと", "noun", 1000.0 / n**2) for n in range(1, 60)]
    assert min(word.size for word in lay_out(seldom, PHONE).words) >= 16, "what is seldom used is legible too"


def test_a_phone_has_letters_of_its_own_and_the_file_has_links(client: Client) -> None:
    read("公園のベンチ", "公園の木陰")
    html = client.get("/analysis/words/").content.decode()
    sizes = [max(map(float, re.findall(r' font-size="([\d.]+)"', svg))) for svg in html.split('<svg class="cloud ')[1:]]
    assert sizes == [WIDE.biggest, PHONE.biggest]
    svg = client.get("/analysis/words.svg").content.decode()
    assert len(re.findall(r'<a [^>]* href="http://testserver/analysis/words/words/[0-9]+/">', svg)) == 3


def test_by_the_switch_words_are_as_large_as_they_are_proposed(client: Client) -> None:
    read("公園と公園と公園と木陰", "木陰")
    run = cloud_for(scope_of(slug="words"), WordFilter(measure="proposals"))
    first = run.wide.words[0]
    assert (first.text, first.size) == ("木陰", WIDE.biggest)
    for query, order in (("", ["公園", "木陰"]), ("?measure=proposals", ["木陰", "公園"])):
        assert [row["word"] for row in client.get(f"/analysis/words.json{query}").json()["words"]] == order
    html = client.get("/analysis/words/").content.decode()
    assert "<td>3</td><td>1</td><td>1</td><td>50.0%</td>" in html


def test_files_say_what_they_are_and_the_page_what_is_missing(client: Client) -> None:
    run = read("公園のベンチ", "木陰")
    facts = client.get("/analysis/words.json").json()
    assert facts["辞書の版"] == run.version
    assert "市民全体の意見を代表するものではありません" in facts["注意"]
    assert "読み取れなかった" not in client.get("/analysis/words/").content.decode()
    Reading.objects.filter(proposal__body="木陰").update(failure="ValueError: broken")
    assert "読み取れなかった意見が1件あり" in client.get("/analysis/words/").content.decode()


def test_the_day_of_the_count_is_today(client: Client) -> None:
    read("公園")
    for days in (0, 1):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            facts = client.get("/analysis/words.json").json()
            assert facts["時点"] == timezone.localdate().isoformat()


def test_a_changed_text_is_not_marked_at_its_old_places(client: Client) -> None:
    read("公園のベンチ")
    row: Any = Proposal.objects.get()
    Proposal.objects.filter(pk=row.pk).update(body="広い砂場がほしい")
    html = client.get("/analysis/words/words/ベンチ/").content.decode().partition("<main")[2]
    assert row.code in html, "until the sweep has come"
    assert "<mark>" not in html

"""Icons and drawings: what templates and data name exists, and every file is one of ours."""

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from apps.core.icons import SPRITE, draw_icon, shapes
from apps.vision.pictures import DEFAULT, DRAWINGS, OF_VIEWPOINT, OTHER_ICON, drawing_for, icon_for

TEMPLATES = Path(settings.BASE_DIR) / "templates"
USED = re.compile(r"{%\s*icon\s+\"([^\"]+)\"")
SVG = "{http://www.w3.org/2000/svg}"
FOLDER = Path(settings.BASE_DIR) / "static" / "img" / "drawings"
MOST = 6000  # bytes of a drawing
# Blue, and two warm colours; each in a few steps of light.
PALETTE = {
    "#1a2f7d", "#2f55c8", "#6f93ee", "#b4cbfb", "#e4edff", "#b4481b", "#e9783c", "#f7b48a", "#fde6d6", "#efb23c",
    "#f9d58a", "#fdf1d6", "#fff", "none",
}  # fmt: skip


def test_every_icon_that_a_template_names_exists() -> None:
    used = {(str(file), name) for file in TEMPLATES.rglob("*.html") for name in USED.findall(file.read_text())}
    assert used
    assert [pair for pair in sorted(used) if pair[1] not in shapes()] == []


def test_every_viewpoint_and_field_of_the_vision_has_an_icon_of_its_own() -> None:
    rows = json.loads((Path(settings.BASE_DIR) / "fixtures" / "vision.json").read_text())
    named = [
        icon_for(row["model"].removeprefix("vision."), row["fields"]["slug"])
        for row in rows
        if row["model"] in {"vision.viewpoint", "vision.field"}
    ]
    assert len(named) == len(set(named)) == 9
    assert OTHER_ICON not in named
    assert icon_for("viewpoint", "a-fifth-one") == OTHER_ICON


def test_the_icons_are_well_formed_and_of_one_style() -> None:
    """One line of the text's colour: a shape with a colour, a fill or a width of its own would stand out."""
    symbols = ElementTree.parse(SPRITE).getroot().findall(f"{SVG}symbol")
    assert [symbol.get("id") for symbol in symbols] == list(shapes())
    for symbol in symbols:
        assert symbol.attrib == {"id": symbol.get("id"), "viewBox": "0 0 24 24"}
        for shape in symbol.iter():
            assert shape.tag.removeprefix(SVG) in {"symbol", "path", "circle", "rect"}
            assert not {"fill", "stroke", "stroke-width", "style", "class"} & set(shape.attrib), symbol.get("id")


def test_an_icon_is_silent_unless_it_has_a_label() -> None:
    drawn = Template('{% load ui %}{% icon "heart" %}').render(Context())
    assert 'aria-hidden="true"' in drawn
    assert "aria-label" not in drawn
    assert 'focusable="false"' in drawn
    labelled = draw_icon("heart", label='好き"<', size=16)
    assert 'role="img" aria-label="好き&quot;&lt;"' in labelled
    assert 'width="16"' in labelled
    assert "aria-hidden" not in labelled
    with pytest.raises(KeyError):
        draw_icon("no-such-icon")


def test_every_drawing_has_its_file_and_every_file_its_words() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(DRAWINGS)
    assert all(drawing.alt.endswith("。") and drawing.title for drawing in DRAWINGS.values())
    with override("en"):
        alts = [str(drawing.alt) for drawing in DRAWINGS.values()]
    assert all(alt.isascii() for alt in alts)


@pytest.mark.parametrize("key", DRAWINGS)
def test_a_drawing_is_small_without_words_and_in_the_colours_of_the_site(key: str) -> None:
    file = DRAWINGS[key].file
    assert file.stat().st_size < MOST
    root = ElementTree.parse(file).getroot()
    assert root.get("viewBox") == "0 0 640 360"
    first = root.find(f"{SVG}path")
    assert first is not None
    assert first.get("d") == "M0 0h640v360H0z", "its own ground, so that it stands on a dark page too"
    for shape in root.iter():
        assert shape.tag.removeprefix(SVG) in {"svg", "g", "path", "circle", "ellipse", "rect", "use"}
        assert {shape.get("fill", "none"), shape.get("stroke", "none")} <= PALETTE
        assert shape.get("href", "#").startswith("#"), "nothing from elsewhere"


def test_what_chooses_no_drawing_has_the_one_of_its_viewpoint() -> None:
    rows = json.loads((Path(settings.BASE_DIR) / "fixtures" / "vision.json").read_text())
    slugs = {row["fields"]["slug"] for row in rows if row["model"] == "vision.viewpoint"}
    assert set(OF_VIEWPOINT) == slugs
    assert set(OF_VIEWPOINT.values()) <= set(DRAWINGS)
    assert drawing_for("", "children-future").key == "park"
    assert drawing_for("drill", "children-future").key == "drill"
    assert drawing_for("no-longer-there", "a-fifth-one").key == DEFAULT


@pytest.mark.django_db
def test_the_page_of_pictures_shows_and_offers_every_one() -> None:
    page = Client().get("/pictures/").content.decode()
    for drawing in DRAWINGS.values():
        assert str(drawing.alt) in page
        assert str(drawing.title) in page
        assert Client().get(f"/pictures/{drawing.key}.png").headers["Content-Type"] == "image/png"
    assert "CC BY 4.0" in page
    assert Client().get("/pictures/nothing.png").status_code == 404
    assert 'href="/pictures/"' in Client().get("/").content.decode()

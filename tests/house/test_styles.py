"""Style sheets: one bundle for an area, one file for a class, colours that are read in both schemes."""

import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from PIL import Image

from apps.analysis.cloud_layout import COLOURS, INK
from apps.analysis.network import GROUP_COLOURS
from apps.core.static_bundles import BUNDLES, IMPORT, bundle

CSS = Path(settings.BASE_DIR) / "static" / "css"
PRINT = "print.css"  # what is left out on paper is any part of any page
LINK = re.compile(r"css/[\w/]+\.css")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"([^{};]+)\{")
CLASS = re.compile(r"\.([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")  # the block: .card of .card__title and .card--small
STATE = "is-"


def imports(name: str) -> list[str]:
    return [line["name"] for line in IMPORT.finditer((CSS / name).read_text())]


def blocks(name: str) -> set[str]:
    """The classes that the rules of a file speak of, without elements, modifiers and states."""
    text = COMMENT.sub("", (CSS / name).read_text())
    selectors = " ".join(found for found in SELECTOR.findall(text) if not found.strip().startswith("@"))
    return {found for found in CLASS.findall(selectors) if not found.startswith(STATE)}


PUBLIC = imports("portal.css")


def test_every_file_stands_in_a_bundle() -> None:
    files = {str(path.relative_to(CSS)) for path in CSS.rglob("*.css")}
    lists = {Path(name).name for name in BUNDLES}
    assert {found for name in lists for found in imports(name)} == files - lists


def test_pages_load_a_bundle_and_nothing_else_of_ours() -> None:
    templates = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    asked_for = {(path.name, name) for path in templates for name in LINK.findall(path.read_text())}
    stock = {(page, name) for page, name in asked_for if finders.find(f"admin/{name}")}
    assert asked_for - stock == {
        ("base.html", "css/portal.css"),
        ("base_plain.html", "css/portal.css"),
        ("base_site.html", "css/admin.css"),
    }


def test_a_class_is_styled_in_one_file() -> None:
    """A rule that reaches into another file is a modifier there. Components may stand in components (a field in a search)."""
    owners = defaultdict(set)
    for name in PUBLIC:
        if name != PRINT:
            for block in blocks(name):
                owners[block].add(name)
    shared = {block: names for block, names in owners.items() if len(names) > 1}
    assert len(owners) > 100
    assert {
        one: names for one, names in shared.items() if {Path(name).parent.name for name in names} != {"components"}
    } == {}


def collected(name: str) -> str:
    """A file as it is served."""
    with staticfiles_storage.open(name) as file:
        return str(file.read().decode())


@pytest.mark.parametrize("name", BUNDLES)
def test_a_collected_bundle_is_complete_in_itself(name: str) -> None:
    text = collected(staticfiles_storage.stored_name(name))
    assert "@import" not in text
    assert "/*" not in text
    assert (text.count("{"), text.count("{") > 100) == (text.count("}"), True)
    for url in re.findall(r'url\("?([^")]+)"?\)', text):
        assert staticfiles_storage.exists(f"css/{url}"), url
    # Error pages know no hashed names.
    assert collected(name).count("{") == text.count("{")


def test_the_order_of_the_layers_is_that_of_the_list() -> None:
    layers = [line["layer"] for line in IMPORT.finditer((CSS / "portal.css").read_text())]
    stated = re.search(r"^@layer ([a-z, ]+);$", (CSS / "portal.css").read_text(), re.MULTILINE)
    assert stated is not None
    assert list(dict.fromkeys(layers)) == stated[1].split(", ")


class Memory:
    """Files by name, as collectstatic finds them."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def open(self, path: str) -> "Memory.File":
        return self.File(self.texts[path])

    class File:
        def __init__(self, text: str) -> None:
            self.text = text

        def __enter__(self) -> "Memory.File":
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def read(self) -> bytes:
            return self.text.encode()


def test_a_bundle_holds_its_files_in_their_order_with_their_pictures() -> None:
    files = Memory(
        list='/* why */\n@layer a;\n@import "parts/one.css" layer(a);\n@import "two.css";\n',
        one='.one { background: url("../../img/x.svg"); /* note */\n}\n',
        two=".two { mask: url(data:image/png;base64,AA==) }\n",
    )
    sources = {"css/list.css": (files, "list"), "css/parts/one.css": (files, "one"), "css/two.css": (files, "two")}
    text = bundle("css/list.css", sources)  # type: ignore[arg-type]
    assert text.split("\n") == [
        "@layer a;",
        '@layer a {.one { background: url("../img/x.svg");',
        "}",
        "}",
        ".two { mask: url(data:image/png;base64,AA==) }",
        "",
    ]
    del sources["css/two.css"]
    with pytest.raises(KeyError):
        bundle("css/list.css", sources)  # type: ignore[arg-type]


HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")
VALUE = re.compile(r"(--[\w-]+): ([^;]+);")
DARK = CSS / "dark.css"


def test_colours_stand_in_the_tokens_alone() -> None:
    """Paper is black on white; the colours of a drawing are named to be exchanged; everything else follows the scheme."""
    found = {}
    for name in PUBLIC:
        text = COMMENT.sub("", (CSS / name).read_text()).partition("@media print")[0]
        colours = HEX.findall(re.sub(r'\[fill="#\w+"\]|#[a-z-]+', "", text)) + re.findall(r"--color-[\w-]+", text)
        if colours and name not in {"tokens.css", "dark.css"}:
            found[name] = colours
    assert found == {}


def tokens(*paths: Path) -> dict[str, str]:
    """The values of the tokens, with every var() followed; a later file wins."""
    values: dict[str, str] = {}
    for path in paths:
        values |= dict(VALUE.findall(COMMENT.sub("", path.read_text())))
    while open_ones := {name for name, value in values.items() if re.fullmatch(r"var\(--[\w-]+\)", value)}:
        for name in open_ones:
            values[name] = values[values[name][4:-1]]
    return values


SCHEMES = {"light": tokens(CSS / "tokens.css"), "dark": tokens(CSS / "tokens.css", DARK)}


def light(colour: str) -> float:
    """The relative luminance of WCAG."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = "surface surface-soft surface-tint"
PAPERS = f"{GROUNDS} primary-soft warm-soft success-soft danger-soft warning-soft"
# What is read (4.5:1) or seen as a shape (3:1), and the grounds on which it stands.
PAIRS = [
    *[(4.5, text, PAPERS) for text in ("text", "text-strong", "text-soft", "text-quiet")],
    *[(4.5, link, f"{PAPERS}") for link in ("link", "link-hover", "link-visited")],
    (4.5, "link-active", "surface"),
    (4.5, "link", "focus-gap"),
    (4.5, "text-strong", "mark"),
    (4.5, "primary", f"{GROUNDS} primary-soft"),
    (4.5, "primary-hover", "surface primary-soft"),
    *[
        (4.5, "on-primary", ground)
        for ground in ("primary", "primary-hover", "primary-active", "danger", "danger-hover")
    ],
    (4.5, "on-primary", "warm-strong"),
    (4.5, "warm-text", f"{GROUNDS} warm-soft"),
    (4.5, "danger", f"{GROUNDS} danger-soft"),
    (4.5, "success-text", f"{GROUNDS} success-soft"),
    (4.5, "warning-text", f"{GROUNDS} warning-soft"),
    (4.5, "info-text", f"{GROUNDS} primary-soft"),
    *[(3, line, "surface") for line in ("warm", "success", "info", "focus-line")],
    (2.9, "warning", "surface"),  # its kind is said in words beside it
    (3, "border-control", GROUNDS),
    (3, "focus-line", "focus-gap"),
]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_read_is_told_from_its_ground_in_both_schemes(scheme: str) -> None:
    values = SCHEMES[scheme]
    low = {
        (ink, ground): round(ratio, 2)
        for least, ink, grounds in PAIRS
        for ground in grounds.split()
        if (ratio := contrast(values[f"--app-{ink}"], values[f"--app-{ground}"])) < least
    }
    assert low == {}


def test_every_colour_of_the_light_scheme_has_a_dark_one() -> None:
    light_values, dark_values = SCHEMES["light"], SCHEMES["dark"]
    colours = {name for name, value in light_values.items() if name.startswith("--app-") and HEX.fullmatch(value)}
    assert len(colours) > 30
    # A line that is seen on either ground, and the white paper of pictures.
    same = {name for name in colours if light_values[name] == dark_values[name]}
    assert same == {"--app-warning", "--app-paper"}


def test_every_colour_of_a_drawn_word_has_a_light_one() -> None:
    text = (CSS / "areas/analysis.css").read_text()
    inks = dict(re.findall(r'text\[fill="(#\w+)"\] \{ fill: var\((--app-[\w-]+)\); \}', text))
    assert set(inks) == {INK, *COLOURS.values(), *GROUP_COLOURS}
    dark_values = SCHEMES["dark"]
    assert {
        ink: one for ink, one in inks.items() if contrast(dark_values[one], dark_values["--app-surface"]) < 4.5
    } == {}
    assert len(set(inks.values())) == len(inks)


def test_the_mark_is_served_where_browsers_look_for_it(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    with Image.open(BytesIO(b"".join(answer.streaming_content))) as icon:
        assert icon.info["sizes"] == {(16, 16), (32, 32), (48, 48)}

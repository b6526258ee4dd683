"""Style sheets: one bundle for an area, and one file for a class."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

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

"""Bundle style sheets when static files are collected.

`static/css/portal.css` and `admin.css` are lists of `@import` lines. A browser understands them, so that development mode
serves them as they are written; everybody else gets each as one file, compressed, under a name with its hash.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("css/portal.css", "css/admin.css")
IMPORT = re.compile(r'^@import "(?P<name>[^"]+)"(?: layer\((?P<layer>[a-z]+)\))?;$', re.MULTILINE)
RELATIVE_URL = re.compile(r"""url\(\s*["']?(?!data:|https?:|[/#])(?P<url>[^"')]+)["']?\s*\)""")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
LINE_BREAK = re.compile(r"\s*\n\s*")


def bundle(name: str, sources: dict[str, tuple[Storage, str]]) -> str:
    """Return a style sheet with each of its imports in place of its line, without comments and indentation.

    `sources` is what collectstatic has found: {name: (storage, path in it)}. Raise KeyError when an import is missing.
    """

    def read(source: str) -> str:
        storage, path = sources[source]
        with storage.open(path) as file:
            return COMMENT.sub("", file.read().decode())

    def inline(line: re.Match[str]) -> str:
        source = posixpath.join(posixpath.dirname(name), line["name"])
        text = RELATIVE_URL.sub(lambda url: f'url("{moved(url["url"], source)}")', read(source))
        return f"@layer {line['layer']} {{{text}}}" if line["layer"] else text

    def moved(url: str, source: str) -> str:
        place = posixpath.join(posixpath.dirname(source), url)
        return posixpath.relpath(place, posixpath.dirname(name))

    return LINE_BREAK.sub("\n", IMPORT.sub(inline, read(name))).strip() + "\n"


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Collected static files with hashed names, of which the style sheets of BUNDLES are complete in themselves."""

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """Put each bundle in the place of its list of imports, then name and compress all files."""
        texts = {} if dry_run else {name: bundle(name, paths) for name in BUNDLES}
        for name, text in texts.items():
            self.delete(name)
            self.save(name, ContentFile(text))
            paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)

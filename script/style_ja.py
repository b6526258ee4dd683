"""Check the Japanese that people read against docs/writing.ja.md: words not to use, and sentences of more than 50 letters.

Looked at are the sentences of templates and the translatable strings of the apps; long sentences only on public pages.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "writing.ja.md"
MOST_LETTERS = 50
ROW = re.compile(r"^\| ([^|]+?) \| ([^|]+?) \| ?([^|]*?) ?\|$", re.MULTILINE)
TRANSLATE = re.compile(r'{%\s*translate\s+"([^"]+)"|_\("([^"]+)"\)')
BLOCK = re.compile(r"{%\s*blocktranslate[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
VALUE = re.compile(r"{{[^}]*}}|%\([a-z_]+\)[sd]|{[a-z_]*}")
TAG = re.compile(r"<[^>]+>")
END = re.compile(r"(?<=[。？！])")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def unwanted_words() -> list[tuple[re.Pattern[str], str, str]]:
    """Return for each row of the guide's table what is looked for, the word not to use, and the word to use instead.

    Words of the third column, and the word to use itself, may hold the other one: 合言葉 holds 言葉.
    """
    rows = [row for row in ROW.findall(GUIDE.read_text(encoding="utf-8")) if row[0] not in {"使う", "---"}]
    found = []
    for good, bad, allowed in rows:
        longer = [word for word in [good, *allowed.split("、")] if word and bad in word]
        around = "".join(f"(?<!{re.escape(word[: word.index(bad)])})" for word in longer if word.index(bad))
        after = "".join(
            f"(?!{re.escape(word[word.index(bad) + len(bad) :])})" for word in longer if word.startswith(bad)
        )
        found.append((re.compile(f"{around}{re.escape(bad)}{after}"), bad, good))
    return found


def sentences_of_template(text: str) -> Iterator[str]:
    """Yield the translatable strings of a template."""
    for first, second in TRANSLATE.findall(text):
        yield first or second
    for block in BLOCK.findall(text):
        yield re.sub(r"\s*\n\s*", "", block.split("{% plural %}")[0])


def sentences_of_module(text: str) -> Iterator[str]:
    """Yield the translatable strings of a module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield from (
                part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


def found_in(path: Path) -> Iterator[str]:
    """Yield what is wrong in a file, in words."""
    text = path.read_text(encoding="utf-8")
    sentences = sentences_of_template(text) if path.suffix == ".html" else sentences_of_module(text)
    is_public = path.suffix == ".html" and "admin" not in path.parts
    unwanted = unwanted_words()
    for sentence in sentences:
        plain = TAG.sub("", VALUE.sub("〇〇", sentence))
        for pattern, bad, good in unwanted:
            if pattern.search(plain):
                yield f"「{bad}」→「{good}」：{plain[:60]}"
        if is_public:
            yield from (f"{len(part)}字：{part}" for part in END.split(plain) if len(part.strip()) > MOST_LETTERS)


def main() -> int:
    """Print every finding and return how many there are."""
    files = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "apps").rglob("*.py")]
    number = 0
    for path in sorted(file for file in files if "migrations" not in file.parts):
        for words in found_in(path):
            number += 1
            print(f"{path.relative_to(ROOT)}: {words}")
    return number


if __name__ == "__main__":
    sys.exit(min(main(), 1))

"""Hints on the wording of a question, for who writes it. Imports no Django; a hint never stops anything."""

import re

DOUBLE = re.compile(r"(および|及び|ならびに|並びに|かつ|、また|とともに|と同時に)")
LEADING = re.compile(
    r"(思いませんか|ではないでしょうか|ではありませんか|べきだと思|べきではない|当然|もちろん|やはり|にもかかわらず|すばらしい|素晴らしい)"
)
NEGATIVE = re.compile(r"(ない|なく).{0,12}(ない|ません)")
LONG = 80
DONT_KNOW = re.compile(r"(わからない|分からない|判らない|どちらとも|答えたくない|知らない|特にない|その他)")
ABSOLUTE = re.compile(r"(いつも|必ず|絶対に|まったく|すべての人)")


def hints_of(text: str, options: list[str], *, offers_steps: bool = False) -> list[str]:
    """Return the keys of the hints that a question gives rise to: double, leading, negative, absolute, long, dont-know.

    options: what can be chosen, none where people write; offers_steps: a scale, whose middle stands for 「どちらともいえない」.
    """
    found = [
        ("double", DOUBLE.search(text)),
        ("leading", LEADING.search(text)),
        ("negative", NEGATIVE.search(text)),
        ("absolute", ABSOLUTE.search(text)),
        ("long", len(text) > LONG),
        ("dont-know", options and not offers_steps and not any(DONT_KNOW.search(option) for option in options)),
    ]
    return [key for key, is_found in found if is_found]

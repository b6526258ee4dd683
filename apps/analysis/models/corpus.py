"""ことば（手続）: the words of what people wrote in a procedure of the city whose result is public, and nothing else of it."""

from typing import Any, Self

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

FEWEST = 5  # a word is shown when so many texts use it
# One row a corpus, made when it is first seen; several workers may do so at once.
OPEN = """
INSERT INTO analysis_textcorpus (kind, slug, question, title, stamp, begun, read_to, found, texts, words)
VALUES (%s, %s, %s, '', '', '', '', '{}', 0, '[]') ON CONFLICT (kind, slug, question) DO NOTHING
"""


class TextCorpusQuerySet(models.QuerySet["TextCorpus"]):
    """QuerySet of TextCorpus."""

    def of_procedure(self, kind: str, slug: str) -> Self:
        """Filter the finished ones of a procedure, in the order of its questions."""
        return self.filter(kind=kind, slug=slug).exclude(stamp="").order_by("question", "pk")

    def stamps(self) -> dict[tuple[str, str, int], str]:
        """Return by kind, slug and question what each was made of."""
        return {
            (kind, slug, n): stamp for kind, slug, n, stamp in self.values_list("kind", "slug", "question", "stamp")
        }

    def take(self, kind: str, slug: str, question: int) -> "TextCorpus | None":
        """Return the row of a corpus, made if there was none, locked; None while another worker reads it."""
        with connection.cursor() as cursor:
            cursor.execute(OPEN, [kind, slug, question])
        rows = self.select_for_update(skip_locked=True)
        return rows.filter(kind=kind, slug=slug, question=question).first()


class TextCorpus(models.Model):
    """A corpus of its own: the opinions to a public comment, or the answers to a question of a survey.

    words: [word, kind, texts, uses] of each word that at least FEWEST differently worded texts use. `found` is what is counted
    so far while texts are read; it holds rare words too, nobody sees it, and it is emptied with the last text.
    """

    class Kind(models.TextChoices):
        """Whose words they are."""

        CASE = "case", _("パブリック・コメント")
        SURVEY = "survey", _("アンケート")

    kind = models.CharField(max_length=10, choices=Kind.choices, editable=False)
    slug = models.SlugField(editable=False)
    question = models.PositiveSmallIntegerField(default=0, editable=False)
    title = models.CharField(max_length=400, editable=False)
    stamp = models.CharField(max_length=60, editable=False)  # edition, rules and dictionary that `words` were made of
    begun = models.CharField(max_length=60, editable=False)  # and that `found` is being made of
    read_to = models.CharField(max_length=40, editable=False)
    found = models.JSONField(default=dict, editable=False)
    texts = models.PositiveIntegerField(default=0, editable=False)
    words = models.JSONField(default=list, editable=False)

    objects = TextCorpusQuerySet.as_manager()

    class Meta:
        verbose_name = _("手続のことば")
        verbose_name_plural = _("手続のことば")
        ordering = ["kind", "slug", "question"]
        constraints = [models.UniqueConstraint(fields=["kind", "slug", "question"], name="text_corpus_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slug} {self.question}"

    def begin(self, stamp: str, title: str) -> None:
        """Begin to count anew, unless that was begun, without saving. What was counted before is shown meanwhile."""
        if self.begun != stamp:
            self.begun, self.title, self.read_to = stamp, title, ""
            self.found = {"texts": 0, "seen": [], "words": {}}

    def finish(self) -> None:
        """Keep the words that enough texts use, forget all others, without saving."""
        counted: dict[str, Any] = self.found["words"]
        words = [[word, kind, texts, uses] for word, (kind, texts, uses) in counted.items() if texts >= FEWEST]
        self.words = sorted(words, key=lambda row: (-row[2], -row[3], row[0]))
        self.texts, self.stamp = self.found["texts"], self.begun
        self.found, self.begun, self.read_to = {}, "", ""

"""Pages of the words of a public comment and of the answers in writing to a survey."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.analysis.cloud_layout import PHONE, WIDE, Layout, lay_out
from apps.analysis.models import TextCorpus
from apps.core.types import JsonObject
from apps.public_comments.models import ResultEdition
from apps.surveys.models import SurveyResult

TABLE_ROWS = 150


@dataclass(frozen=True)
class Cloud:
    """The drawing of one corpus in both sizes."""

    corpus: TextCorpus
    wide: Layout
    phone: Layout

    @property
    def rows(self) -> list[list[Any]]:
        """Return the rows of its table."""
        words: list[list[Any]] = self.corpus.words
        return words[:TABLE_ROWS]

    @property
    def wide_marks(self) -> list[JsonObject]:
        """Return the placed words of the wide drawing, each with its label."""
        return self._marks(self.wide)

    @property
    def phone_marks(self) -> list[JsonObject]:
        """Return the placed words of the drawing for phones, each with its label."""
        return self._marks(self.phone)

    def _marks(self, layout: Layout) -> list[JsonObject]:
        texts = {word: texts for word, _kind, texts, _uses in self.corpus.words}
        return [{"placed": word, "label": _label(word.text, texts[word.text]), "url": ""} for word in layout.words]


def _label(word: str, texts: int) -> str:
    """Return a word with the number of texts that use it."""
    return ngettext("%(word)s：%(n)d通", "%(word)s：%(n)d通", texts) % {"word": word, "n": texts}


def draw(corpus: TextCorpus) -> Cloud:
    """Return the drawing of a corpus; the size of a word is the number of texts."""
    weights = [(word, kind, float(texts)) for word, kind, texts, _uses in corpus.words]
    return Cloud(corpus, lay_out(weights, WIDE), lay_out(weights, PHONE))


@require_safe
def words_of_case(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the words of the opinions to a public comment, once its result is public."""
    result = get_object_or_404(ResultEdition.objects.newest(), case__slug=slug)
    about = (_("パブリック・コメント"), "public_comments:list", result.case)
    return page(request, TextCorpus.Kind.CASE, slug, about, f"{result.case.get_absolute_url()}results/")


@require_safe
def words_of_survey(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the words of the answers in writing to a survey, question by question, once its result is public."""
    result = get_object_or_404(SurveyResult.objects.newest(), survey__slug=slug)
    if not result.has_words:
        raise Http404
    about = (_("アンケート"), "surveys:list", result.survey)
    return page(request, TextCorpus.Kind.SURVEY, slug, about, f"{result.survey.get_absolute_url()}results/")


def page(request: HttpRequest, kind: str, slug: str, about: tuple[str, str, Any], results_url: str) -> HttpResponse:
    """Render the corpora of a procedure. about: the name and the URL name of its list, and the procedure."""
    clouds = [draw(corpus) for corpus in TextCorpus.objects.of_procedure(kind, slug)]
    list_label, list_name, procedure = about
    context = {
        "clouds": clouds, "procedure": procedure, "list_label": list_label, "list_name": list_name,
        "results_url": results_url, "is_survey": kind == TextCorpus.Kind.SURVEY,
    }  # fmt: skip
    return render(request, "analysis/corpus.html", context)

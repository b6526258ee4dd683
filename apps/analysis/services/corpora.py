"""Which texts of procedures may be read: opinions to a public comment and answers to a survey, once the result is public."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from apps.analysis.models import DictionaryVersion, TextCorpus
from apps.analysis.text import RECIPE
from apps.public_comments.models import Opinion, ResultEdition
from apps.surveys.models import SurveyQuestion, SurveyResponse, SurveyResult

AT_ONCE = 200


@dataclass(frozen=True)
class Source:
    """One corpus that may be read. edition: of the result that made it public; batch: the next texts after a key."""

    kind: str
    slug: str
    question: int
    title: str
    edition: int
    batch: Callable[[str], list[tuple[str, str]]]

    @property
    def key(self) -> tuple[str, str, int]:
        """Return what its row is found by."""
        return self.kind, self.slug, self.question

    def stamp(self, dictionary: int) -> str:
        """Return what its words are made of."""
        return f"{self.edition}:{RECIPE}:{dictionary}"


def sources_due() -> Iterator[tuple[Source, str]]:
    """Yield the corpora that are not read yet, or not since a correction or a change of the dictionary, with their stamp."""
    stamps, dictionary = TextCorpus.objects.stamps(), DictionaryVersion.objects.current()
    for source in _sources():
        stamp = source.stamp(dictionary)
        if stamps.get(source.key) != stamp:
            yield source, stamp


def _sources() -> Iterator[Source]:
    """Yield every corpus whose procedure has a public result."""
    for edition in ResultEdition.objects.newest():
        case = edition.case
        yield Source(TextCorpus.Kind.CASE, case.slug, 0, case.title, edition.edition, _letters(case.pk))
    for result in SurveyResult.objects.newest():
        shown = {table["number"] for table in result.figures["questions"] if not table["is_hidden"]}
        for question in SurveyQuestion.objects.in_writing(result.survey, shown):
            yield Source(
                TextCorpus.Kind.SURVEY, result.survey.slug, question.number, question.text[:400], result.edition,
                _answers(result.survey_id, question.key),
            )  # fmt: skip


def _letters(case: int) -> Callable[[str], list[tuple[str, str]]]:
    """Return how the letters of a case are read: each as one text, however many parts it has."""

    def batch(after: str) -> list[tuple[str, str]]:
        letters = Opinion.objects.texts_after(case, int(after or 0), AT_ONCE)
        return [(str(letter.pk), "\n".join(part.body for part in letter.current_parts)) for letter in letters]

    return batch


def _answers(survey: int, key: str) -> Callable[[str], list[tuple[str, str]]]:
    """Return how the answers to a question are read; their keys are random, as is their order."""

    def batch(after: str) -> list[tuple[str, str]]:
        rows = SurveyResponse.objects.written_after(survey, key, after, AT_ONCE)
        return [(str(pk), text or "") for pk, text in rows]

    return batch

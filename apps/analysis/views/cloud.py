"""Word cloud of a consultation or viewpoint: page, picture and files of the same result."""

import json
from functools import partial
from typing import Any

from django.db import OperationalError
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from psycopg.errors import QueryCanceled

from apps.analysis.cloud_layout import draw_picture
from apps.analysis.forms import PictureForm, WordFilterForm, WordForm
from apps.analysis.models import DictionaryVersion, ProposalTerm, Reading, Snapshot, StopWord, Synonym, Term
from apps.analysis.services.counting import count_words, extent_of
from apps.analysis.services.scope import Scope, WordFilter
from apps.analysis.services.word_cloud import DISCLAIMER, MEASURES, CloudResult, cloud_for, last_cloud
from apps.analysis.views.helpers import links_of, marks, scope_and_form, tabs, with_query
from apps.core.htmx_parts import is_part_wanted
from apps.core.images import image_response
from apps.core.pagination import Order, read_page
from apps.core.spreadsheet import Column, csv_response
from apps.core.types import JsonObject, StrOrPromise

NEWEST = Order(("published_at", "pk"))
FILES: tuple[tuple[str, dict[str, int], StrOrPromise], ...] = (
    ("png", {}, gettext_lazy("画像（PNG・1200×630）")),
    ("png", {"size": 2400}, gettext_lazy("印刷用の画像（PNG・2400×1260）")),
    ("svg", {}, gettext_lazy("拡大しても粗くならない図（SVG）")),
    ("csv", {}, gettext_lazy("表（CSV）")),
    ("json", {}, gettext_lazy("データ（JSON）")),
)
COLUMNS = [
    Column("word", "語", "表記ゆれをまとめたあとの語"),
    Column("kind", "品詞", "名詞・動詞・形容詞"),
    Column("uses", "使われた回数", "同じ語は1件の意見で3回、1人で5回まで数えたもの", "整数"),
    Column("proposals", "使った意見の数", "その語を使った意見の件数", "整数"),
    Column("people", "使った人の数", "その語を使った人の数", "整数"),
    Column("score", "特徴度", "ほかの意見と比べた対数オッズ比。特徴度で選んだときだけ", "小数"),
]


@require_safe
def cloud(request: HttpRequest, **where: Any) -> HttpResponse:
    """Show the cloud with its table; after a statement timeout the last one."""
    scope, form = scope_and_form(request, where)
    context: dict[str, object] = {"scope": scope, "form": form, "tabs": tabs(scope, "cloud")}
    if form.errors:
        return render(request, "analysis/cloud.html", context, status=422)
    try:
        return render(
            request,
            "analysis/cloud.html",
            {**context, **cloud_context(scope, form, cloud_for(scope, form.word_filter))},
        )
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
    return too_slow(request, scope, form, context)


def too_slow(request: HttpRequest, scope: Scope, form: WordFilterForm, context: dict[str, object]) -> HttpResponse:
    """Show the last cloud after a statement timeout, with the reason; 503 if there is none."""
    result = last_cloud(scope, form.word_filter)
    context |= {"was_too_slow": True, **(cloud_context(scope, form, result) if result else {})}
    response = render(request, "analysis/cloud.html", context, status=200 if result else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def cloud_context(scope: Scope, form: WordFilterForm, result: CloudResult) -> dict[str, object]:
    """Return the context of the live page."""
    word_filter = form.word_filter
    return {
        **result_context(scope, word_filter, result),
        "measures": [
            {
                "label": label,
                "url": with_query(scope.url("cloud"), without_measure(word_filter.query, name)),
                "is_current": name == word_filter.measure,
            }
            for name, label in MEASURES.items()
        ],
        "files": [
            {"label": label, "url": with_query(scope.url(name), {**word_filter.query, **more})}
            for name, more, label in FILES
        ],
        "unreadable": Reading.objects.failed(word_filter.apply(scope.proposals())),
        "running": DictionaryVersion.objects.running(),
        "snapshots": [
            snapshot
            for snapshot in Snapshot.objects.for_scope(scope.consultation, scope.viewpoint)[:50]
            if form.offers_attributes or not snapshot.is_about_attributes
        ],
    }


def result_context(scope: Scope, word_filter: WordFilter, result: CloudResult) -> dict[str, object]:
    """Return the context of a result, live or from a snapshot."""
    links = links_of(result, scope)
    table = [{**row, "url": links.to(row["word"].text, word_filter)} for row in result.table]
    return {
        "cloud": result,
        "table": table,
        "wide": marks(result.wide, result, links, word_filter),
        "phone": marks(result.phone, result, links, word_filter),
        "word_filter": word_filter,
        "joins": Synonym.objects.shown_as([row["word"].text for row in table]),
        "left_out": StopWord.objects.all(),
        "versions": DictionaryVersion.objects.all()[:5],
    }


def without_measure(query: JsonObject, measure: str) -> dict[str, object]:
    """Return the query of the same filter with another measure."""
    query = {name: value for name, value in query.items() if name != "measure"}
    return query if measure == "uses" else {**query, "measure": measure}


@require_safe
def status(request: HttpRequest, **where: Any) -> HttpResponse:
    """Show the progress of reading to htmx and refresh the page when it is done; redirect other browsers to the page."""
    scope, _form = scope_and_form(request, where)
    if not is_part_wanted(request):
        return redirect(scope.cloud_url)
    extent = extent_of(scope.proposals())
    response = render(request, "analysis/_status.html", {"scope": scope, "extent": extent})
    if not extent.unread:
        response["HX-Refresh"] = "true"
    return response


def refusal(form: WordFilterForm) -> HttpResponse:
    """Return a 422 of plain text with the errors of a file's query string."""
    sentences = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return HttpResponse(sentences, status=422, content_type="text/plain; charset=utf-8")


@require_safe
def svg(request: HttpRequest, **where: Any) -> HttpResponse:
    """Send the cloud as SVG, with its words as links."""
    scope, form = scope_and_form(request, where)
    if form.errors:
        return refusal(form)
    result = cloud_for(scope, form.word_filter)
    context = {
        "cloud": result,
        "conditions": form.conditions,
        "marks": marks(result.wide, result, links_of(result, scope), form.word_filter),
        "host": request.build_absolute_uri("/")[:-1],
    }
    return render(request, "analysis/cloud.svg", context, content_type="image/svg+xml; charset=utf-8")


@require_safe
def png(request: HttpRequest, **where: Any) -> HttpResponse:
    """Send the cloud as PNG, for sharing (1200 × 630) or print (2400 × 1260)."""
    scope, form = scope_and_form(request, where)
    size = PictureForm(request.GET)
    if form.errors:
        return refusal(form)
    if not size.is_valid():
        return HttpResponse(_("大きさは 1200 か 2400 です。"), status=422, content_type="text/plain; charset=utf-8")
    result = cloud_for(scope, form.word_filter)
    about: dict[str, Any] = {
        "title": result.title,
        "lines": result.lines,
        "conditions": form.conditions,
        "scale": size.scale,
    }
    draw = partial(draw_picture, result.weights, **about)
    if form.word_filter.query:  # a file for every filter that somebody thinks of would fill the disk
        return HttpResponse(draw(), content_type="image/png")
    state = json.dumps([result.weights, about], default=str)
    return image_response(request, "cloud", f"{scope.key}:{size.scale}", state, draw)


def facts(result: CloudResult, form: WordFilterForm) -> dict[str, object]:
    """Return the metadata of the JSON file."""
    extent = result.extent
    return {
        "テーマ": result.title,
        "時点": result.as_of.isoformat(),
        "作成日時": timezone.localtime().isoformat(timespec="seconds"),
        "意見の数": None if result.is_small else extent.proposals,
        "人の数": None if result.is_small else extent.people,
        "期間のはじめ": result.period and timezone.localtime(result.period[0]).date().isoformat(),
        "期間のおわり": result.period and timezone.localtime(result.period[1]).date().isoformat(),
        "条件": {name: str(value) for name, value in form.word_filter.query.items()},
        "辞書の版": result.version,
        "注意": str(DISCLAIMER),
        "ライセンス": "CC BY 4.0",
    }


@require_safe
def as_json(request: HttpRequest, **where: Any) -> HttpResponse:
    """Send the words with their counts and metadata as JSON."""
    scope, form = scope_and_form(request, where)
    if form.errors:
        return JsonResponse({"errors": form.errors}, status=422, json_dumps_params={"ensure_ascii": False})
    result = cloud_for(scope, form.word_filter)
    words = [
        {"word": w.text, "kind": w.kind, "uses": w.uses, "proposals": w.proposals, "people": w.people,
         **({"score": result.scores[w.term_id]} if w.term_id in result.scores else {})}
        for w in result.words
    ]  # fmt: skip
    body = {**facts(result, form), "words": words}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def as_csv(request: HttpRequest, **where: Any) -> FileResponse | HttpResponse:
    """Send the words with their counts as CSV."""
    scope, form = scope_and_form(request, where)
    if form.errors:
        return refusal(form)
    result = cloud_for(scope, form.word_filter)
    rows = (
        [w.text, Term.Kind(w.kind).label, w.uses, w.proposals, w.people, result.scores.get(w.term_id)]
        for w in result.words
    )
    return csv_response(f"ことば_{scope.title}_{result.as_of:%Y%m%d}.csv", COLUMNS, rows)


@require_safe
def word(request: HttpRequest, term: int, **where: Any) -> HttpResponse:
    """List the proposals that use a word, with its context."""
    scope, form = scope_and_form(request, where)
    used = Term.objects.used_in(scope.proposals(), pk=term)
    if used is None:  # a word that only non-public texts use is not revealed by its id
        context = {"scope": scope, "word": _("このことば"), "form": form, "back_url": scope.cloud_url}
        return render(request, "analysis/word.html", context, status=404)
    return word_page(request, scope, form, used.text, used)


@require_safe
def word_by_letters(request: HttpRequest, written: str, **where: Any) -> HttpResponse:
    """Serve the older URLs of word pages, which hold the word instead of its id."""
    scope, form = scope_and_form(request, where)
    return word_page(request, scope, form, written, Term.objects.used_in(scope.proposals(), text=written))


def word_page(
    request: HttpRequest, scope: Scope, form: WordFilterForm, written: str, term: Term | None
) -> HttpResponse:
    """Render the page of a word; without a term it only says that no public text uses it."""
    context: dict[str, object] = {"scope": scope, "word": written, "form": form, "back_url": scope.cloud_url}
    if not form.offers_attributes and form.non_field_errors():
        return render(request, "analysis/word.html", {**context, "refusal": form.non_field_errors()[0]}, status=422)
    if form.errors or form.word_filter.attribute:
        sentence = _("年代・地域・調布市との関わりで絞り込んだときは、件数だけを表示します。意見の一覧は表示しません。")
        return render(request, "analysis/word.html", {**context, "refusal": sentence}, status=422)
    context["back_url"] = with_query(scope.url("cloud"), form.word_filter.query)
    return render(request, "analysis/word.html", context | (uses_of(request, scope, form, term) if term else {}))


def uses_of(request: HttpRequest, scope: Scope, form: WordFilterForm, term: Term) -> dict[str, object]:
    """Return the context of a word: one page of the proposals that use it, counts and other spellings."""
    rows = form.word_filter.apply(scope.proposals())
    counted = count_words(rows, terms=[term.pk], limit=1)
    cursor = WordForm(request.GET)
    cursor.is_valid()
    using = rows.filter(pk__in=ProposalTerm.objects.proposals_using(term)).for_lists()
    name = f"word:{scope.key}:{term.pk}:{sorted(form.word_filter.query.items())!s}"
    page = read_page(using, NEWEST, name=name, cursor=cursor.cleaned_data.get("cursor", ""))
    spellings = [term.text, *Synonym.objects.spellings_of(term.text)]
    contexts = Reading.objects.contexts(page.rows, spellings)
    query = {key: value for key, value in form.word_filter.query.items() if key != "measure"}
    return {
        "counted": counted[0] if counted else None,
        "spellings": spellings[1:],
        "page": page,
        "proposals": [(row, contexts.get(row.pk, [])) for row in page.rows],
        "older_url": with_query("", {**query, "cursor": page.older}) if page.older else "",
        "newer_url": with_query("", {**query, "cursor": page.newer}) if page.newer else "",
    }

"""Word cloud of a consultation or viewpoint: page, picture and files of the same result."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import OperationalError
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from psycopg.errors import QueryCanceled

from apps.analysis.cloud_layout import draw_picture
from apps.analysis.forms import PictureForm, WordFilterForm
from apps.analysis.models import DictionaryVersion, Reading, Snapshot, StopWord, Synonym, Term
from apps.analysis.services.counting import extent_of
from apps.analysis.services.question_words import untelling_words
from apps.analysis.services.scope import Scope, WordFilter
from apps.analysis.services.word_cloud import DISCLAIMER, MEASURES, CloudResult, cloud_for, last_cloud
from apps.analysis.views.helpers import links_of, marks, scope_and_form, tabs, with_query
from apps.core.htmx_parts import is_part_wanted
from apps.core.images import image_response
from apps.core.pagination import Order
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
    Column("negation", "打ち消した形", "その語を打ち消した形のうち、いちばん多いもの。別の語として数えている"),
    Column("negated", "打ち消した意見の数", "打ち消した形を使った意見の件数。「使った意見の数」には入らない", "整数"),
]


@require_safe
def cloud(request: HttpRequest, **where: Any) -> HttpResponse:
    """Show the cloud with its table; after a statement timeout the last one."""
    scope, form = scope_and_form(request, where)
    context: dict[str, object] = {"scope": scope, "form": form, "tabs": tabs(scope, "cloud")}
    if form.errors:
        return render(request, "analysis/cloud.html", context, status=422)
    try:
        result = cloud_for(scope, form.word_filter)
        context |= cloud_context(scope, form, result)
        if scope.consultation and request.user.has_perm("consultations.answer", scope.consultation):
            context["topics_url"] = reverse("analysis:topic_candidates", kwargs=scope.where)
        if request.user.has_perm("analysis.add_themestopword"):
            context["candidates"] = candidates(scope, result)
        return render(request, "analysis/cloud.html", context)
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
        "once_url": with_query(scope.url("cloud"), replace(word_filter, once=not word_filter.once).query),
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


def candidates(scope: Scope, result: CloudResult) -> list[JsonObject]:
    """Return the words that staff may want to leave out of a theme's pages, with the URL of the form that does."""
    if scope.consultation is None:
        return []
    counts = [(row["word"].text, row["word"].proposals) for row in result.table]
    own = untelling_words(scope, counts, result.extent.proposals)
    reason = _("問いのことば、または多くの意見に共通のことば")
    return [
        {
            "word": word,
            "url": with_query(
                reverse("admin:analysis_themestopword_add"),
                {"consultation": scope.consultation.pk, "word": word, "reason": reason},
            ),
        }
        for word, _n in counts
        if word in own
    ]


def result_context(scope: Scope, word_filter: WordFilter, result: CloudResult) -> dict[str, object]:
    """Return the context of a result, live or from a snapshot."""
    links, alone = links_of(result, scope), replace(word_filter, measure="uses")
    table = [
        {
            **row,
            "url": links.to(row["word"].text, word_filter),
            "negation_url": links.to(row["negation"][0], alone),
            "members": [(word, links.to(word.text, alone)) for word in row["members"]],
        }
        for row in result.table
    ]
    return {
        "cloud": result,
        "table": table,
        "wide": marks(result.wide, result, links, word_filter),
        "phone": marks(result.phone, result, links, word_filter),
        "word_filter": word_filter,
        "joins": Synonym.objects.shown_as([row["word"].text for row in table]),
        "left_out": StopWord.objects.all(),
        "left_out_here": sorted(scope.left_out),
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
    negated = result.negated_by_word
    words = [
        {"word": w.text, "kind": w.kind, "uses": w.uses, "proposals": w.proposals, "people": w.people,
         "negated": negated.get(w.term_id, ("", 0))[1],
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
    negated = result.negated_by_word
    rows = (
        [
            w.text,
            Term.Kind(w.kind).label,
            w.uses,
            w.proposals,
            w.people,
            result.scores.get(w.term_id),
            *negated.get(w.term_id, ("", 0)),
        ]
        for w in result.words
    )
    return csv_response(f"ことば_{scope.title}_{result.as_of:%Y%m%d}.csv", COLUMNS, rows)

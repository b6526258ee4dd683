"""The cloud of a consultation or viewpoint: page, picture and files of the same run."""

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
from apps.analysis.forms import ChoiceForm, PictureForm, WordForm
from apps.analysis.models import DictionaryVersion, ProposalTerm, Reading, Snapshot, StopWord, Synonym, Term
from apps.analysis.models.counting import count_words, extent_of
from apps.analysis.scope import Choice, Scope
from apps.analysis.views.helpers import asked, links_of, marks, tabs, with_query
from apps.analysis.word_cloud import DISCLAIMER, MEASURES, Run, last_run, run_of
from apps.core.htmx_parts import is_part_wanted
from apps.core.pagination import Order, read_page
from apps.core.spreadsheet import Column, csv_response

NEWEST = Order(("published_at", "pk"))
FILES: tuple[tuple[str, dict[str, int], Any], ...] = (
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
    """The words sized by use, with their table and what explains them."""
    scope, form = asked(request, where)
    context: dict[str, Any] = {"scope": scope, "form": form, "tabs": tabs(scope, "cloud")}
    if form.errors:
        return render(request, "analysis/cloud.html", context, status=422)
    try:
        return render(request, "analysis/cloud.html", {**context, **shown(scope, form, run_of(scope, form.choice))})
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise
    return too_slow(request, scope, form, context)


def too_slow(request: HttpRequest, scope: Scope, form: ChoiceForm, context: dict[str, Any]) -> HttpResponse:
    """Counting took longer than a page may ask the database: the reason, and the last finished cloud meanwhile."""
    run = last_run(scope, form.choice)
    context |= {"was_too_slow": True, **(shown(scope, form, run) if run else {})}
    response = render(request, "analysis/cloud.html", context, status=200 if run else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def shown(scope: Scope, form: ChoiceForm, run: Run) -> dict[str, Any]:
    """What the page shows of a live run."""
    choice = form.choice
    return {
        **drawn(scope, choice, run),
        "measures": [
            {
                "label": label,
                "url": with_query(scope.address("cloud"), without_measure(choice.query, name)),
                "is_current": name == choice.measure,
            }
            for name, label in MEASURES.items()
        ],
        "files": [
            {"label": label, "url": with_query(scope.address(name), {**choice.query, **more})}
            for name, more, label in FILES
        ],
        "unreadable": Reading.objects.failed(choice.apply(scope.proposals())),
        "running": DictionaryVersion.objects.running(),
        "snapshots": [
            kept
            for kept in Snapshot.objects.of(scope.consultation, scope.viewpoint)[:50]
            if form.offers_attributes or not kept.is_about_attributes
        ],
    }


def drawn(scope: Scope, choice: Choice, run: Run) -> dict[str, Any]:
    """A run, live or frozen, with its links and table."""
    links = links_of(run, scope)
    table = [{**row, "url": links.to(row["word"].text, choice)} for row in run.table]
    return {
        "run": run,
        "table": table,
        "wide": marks(run.wide, run, links, choice),
        "phone": marks(run.phone, run, links, choice),
        "choice": choice,
        "joins": Synonym.objects.shown_as([row["word"].text for row in table]),
        "left_out": StopWord.objects.all(),
        "versions": DictionaryVersion.objects.all()[:5],
    }


def without_measure(query: dict[str, Any], measure: str) -> dict[str, Any]:
    """The same choice by another measure."""
    kept = {name: value for name, value in query.items() if name != "measure"}
    return kept if measure == "uses" else {**kept, "measure": measure}


@require_safe
def status(request: HttpRequest, **where: Any) -> HttpResponse:
    """How far the reading is, asked for by htmx; the page is loaded anew when it is done. Others are led to the page."""
    scope, _form = asked(request, where)
    if not is_part_wanted(request):
        return redirect(scope.cloud_url)
    extent = extent_of(scope.proposals())
    response = render(request, "analysis/_status.html", {"scope": scope, "extent": extent})
    if not extent.unread:
        response["HX-Refresh"] = "true"
    return response


def refusal(form: ChoiceForm) -> HttpResponse:
    """The sentences that say what is wrong with a file's address."""
    sentences = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return HttpResponse(sentences, status=422, content_type="text/plain; charset=utf-8")


@require_safe
def svg(request: HttpRequest, **where: Any) -> HttpResponse:
    """The cloud as a picture that scales, with its words as links."""
    scope, form = asked(request, where)
    if form.errors:
        return refusal(form)
    run = run_of(scope, form.choice)
    context = {
        "run": run,
        "said": form.conditions,
        "marks": marks(run.wide, run, links_of(run, scope), form.choice),
        "host": request.build_absolute_uri("/")[:-1],
    }
    return render(request, "analysis/cloud.svg", context, content_type="image/svg+xml; charset=utf-8")


@require_safe
def png(request: HttpRequest, **where: Any) -> HttpResponse:
    """The cloud as a picture for sharing (1200 × 630) or print (2400 × 1260)."""
    scope, form = asked(request, where)
    size = PictureForm(request.GET)
    if form.errors:
        return refusal(form)
    if not size.is_valid():
        return HttpResponse(_("大きさは 1200 か 2400 です。"), status=422, content_type="text/plain; charset=utf-8")
    run = run_of(scope, form.choice)
    picture = draw_picture(run.weights, title=run.title, lines=run.lines, said=form.conditions, scale=size.scale)
    return HttpResponse(picture, content_type="image/png")


def facts(run: Run, form: ChoiceForm) -> dict[str, Any]:
    """What explains the numbers of a file."""
    extent = run.extent
    return {
        "テーマ": run.title,
        "時点": run.as_of.isoformat(),
        "作成日時": timezone.localtime().isoformat(timespec="seconds"),
        "意見の数": None if run.is_small else extent.proposals,
        "人の数": None if run.is_small else extent.people,
        "期間のはじめ": run.period and timezone.localtime(run.period[0]).date().isoformat(),
        "期間のおわり": run.period and timezone.localtime(run.period[1]).date().isoformat(),
        "条件": {name: str(value) for name, value in form.choice.query.items()},
        "辞書の版": run.version,
        "注意": str(DISCLAIMER),
        "ライセンス": "CC BY 4.0",
    }


@require_safe
def as_json(request: HttpRequest, **where: Any) -> HttpResponse:
    """The words with their counts, and what explains them."""
    scope, form = asked(request, where)
    if form.errors:
        return JsonResponse({"errors": form.errors}, status=422, json_dumps_params={"ensure_ascii": False})
    run = run_of(scope, form.choice)
    words = [
        {"word": w.text, "kind": w.kind, "uses": w.uses, "proposals": w.proposals, "people": w.people,
         **({"score": run.scores[w.term_id]} if w.term_id in run.scores else {})}
        for w in run.words
    ]  # fmt: skip
    body = {**facts(run, form), "words": words}
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def as_csv(request: HttpRequest, **where: Any) -> FileResponse | HttpResponse:
    """The words with their counts, for spreadsheets."""
    scope, form = asked(request, where)
    if form.errors:
        return refusal(form)
    run = run_of(scope, form.choice)
    rows = (
        [w.text, Term.Kind(w.kind).label, w.uses, w.proposals, w.people, run.scores.get(w.term_id)] for w in run.words
    )
    return csv_response(f"ことば_{scope.title}_{run.as_of:%Y%m%d}.csv", COLUMNS, rows)


@require_safe
def word(request: HttpRequest, term: int, **where: Any) -> HttpResponse:
    """Exactly the proposals that use a word, with the words round it."""
    scope, form = asked(request, where)
    found = Term.objects.used_in(scope.proposals(), pk=term)
    if found is None:  # a number tells nothing of a word that only texts use which are not public
        context = {"scope": scope, "word": _("このことば"), "form": form, "back_url": scope.cloud_url}
        return render(request, "analysis/word.html", context, status=404)
    return word_page(request, scope, form, found.text, found)


@require_safe
def word_by_letters(request: HttpRequest, written: str, **where: Any) -> HttpResponse:
    """The same under the addresses of before words had numbers: people have kept them."""
    scope, form = asked(request, where)
    return word_page(request, scope, form, written, Term.objects.used_in(scope.proposals(), text=written))


def word_page(request: HttpRequest, scope: Scope, form: ChoiceForm, written: str, term: Term | None) -> HttpResponse:
    """The page of a word; of one that no public text uses it says only that."""
    context: dict[str, Any] = {"scope": scope, "word": written, "form": form, "back_url": scope.cloud_url}
    if not form.offers_attributes and form.non_field_errors():
        return render(request, "analysis/word.html", {**context, "refusal": form.non_field_errors()[0]}, status=422)
    if form.errors or form.choice.attribute:
        sentence = _("年代・地域・調布市との関わりで絞り込んだときは、件数だけを表示します。意見の一覧は表示しません。")
        return render(request, "analysis/word.html", {**context, "refusal": sentence}, status=422)
    context["back_url"] = with_query(scope.address("cloud"), form.choice.query)
    return render(request, "analysis/word.html", context | (uses_of(request, scope, form, term) if term else {}))


def uses_of(request: HttpRequest, scope: Scope, form: ChoiceForm, term: Term) -> dict[str, Any]:
    """A page of the proposals that use a word, with its counts and its other spellings."""
    rows = form.choice.apply(scope.proposals())
    counted = count_words(rows, terms=[term.pk], limit=1)
    cursor = WordForm(request.GET)
    cursor.is_valid()
    using = rows.among(ProposalTerm.objects.proposals_using(term)).for_lists()
    name = f"word:{scope.key}:{term.pk}:{sorted(form.choice.query.items())!s}"
    page = read_page(using, NEWEST, name=name, cursor=cursor.cleaned_data.get("cursor", ""))
    spellings = [term.text, *Synonym.objects.spellings_of(term.text)]
    contexts = Reading.objects.contexts(page.rows, spellings)
    query = {key: value for key, value in form.choice.query.items() if key != "measure"}
    return {
        "counted": counted[0] if counted else None,
        "spellings": spellings[1:],
        "page": page,
        "found": [(row, contexts.get(row.pk, [])) for row in page.rows],
        "older_url": with_query("", {**query, "cursor": page.older}) if page.older else "",
        "newer_url": with_query("", {**query, "cursor": page.newer}) if page.newer else "",
    }

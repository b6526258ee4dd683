"""The board of a consultation (論点に分ける): proposals in no topic beside the topics. Pages of ConsultationAdmin."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.requests import AuthedRequest
from apps.consultations import actions
from apps.consultations.actions.sorting import SORTED_AT_ONCE
from apps.consultations.forms.sorting import BoardForm, SortForm
from apps.consultations.models import ActionRefused, Consultation, Proposal, Topic
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.consultations.services.similar import most_like, suggest_topics
from apps.core.pagination import Order, Page, read_page

if TYPE_CHECKING:
    ConsultationAdmin = ModelAdmin[Consultation]
else:
    ConsultationAdmin = ModelAdmin

SIZE = 50
ORDER = Order(("published_at", "pk"), descending=False)
LAST = "last_sorting"  # in the session: what the last sorting moved, to undo it


class Board:
    """What one request of the board is about: the consultation, its topics, the filter, the proposals that match."""

    def __init__(self, request: AuthedRequest, consultation: Consultation) -> None:
        self.consultation = consultation
        self.topics = list(Topic.objects.in_consultation(consultation).with_counts().order_by("pk"))
        self.form = BoardForm(request.GET, consultation=consultation, topics=self.topics)
        values = self.form.values
        public = Proposal.objects.public().in_consultation(consultation)
        self.left = public.grouped(wanted=False)
        rows = public.in_topic(self.form.source) if self.form.source else self.left
        rows = rows.to_question(values["ask"]) if values["ask"] else rows
        self.rows: ProposalQuerySet = rows.by_number_or_words(values["q"]).select_related("question")

    @property
    def url(self) -> str:
        """Return the URL of the board with its filter."""
        url = reverse("admin:consultations_consultation_sort", args=[self.consultation.pk])
        return f"{url}?{query}" if (query := self.form.query()) else url

    def read(self) -> Page:
        """Return the page: by age, or those most like the proposal that was asked for."""
        like = (
            Proposal.objects.public().in_consultation(self.consultation).get_by_code_or_none(self.form.values["like"])
        )
        if like:
            return Page(most_like(self.rows, f"{like.title} {like.body}", limit=SIZE))
        cursor = self.form.values["cursor"]
        return read_page(self.rows, ORDER, name=f"board {self.form.query()}", cursor=cursor, size=SIZE)

    def context(self, page: Page, sort_form: SortForm, last: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows."""
        suggested = {} if self.form.source else suggest_topics(page.rows, self.topics)
        checked = set(sort_form.data.getlist("voices")) if sort_form.is_bound else set()  # type: ignore[attr-defined]
        return {
            "title": _("論点に分ける"),
            "consultation": self.consultation,
            "topics": [(topic, f"?{urlencode({'shown': topic.code})}") for topic in self.topics],
            "board_form": self.form,
            "form": sort_form,
            "left": self.left.count(),
            "total": Proposal.objects.public().in_consultation(self.consultation).count(),
            "matching": self.rows.count(),
            "rows": [(row, suggested.get(row.pk), row.code in checked) for row in page.rows],
            "like": self.form.values["like"],
            "like_urls": self.form.query(like=None),
            "most": SORTED_AT_ONCE,
            "last": last,
            **self.form.page_urls(page),
        }


def sort_view(admin: ConsultationAdmin, request: AuthedRequest, pk: int) -> HttpResponse:
    """Show the board; on POST sort the chosen proposals and return to it."""
    board = Board(request, _consultation(admin, request, pk))
    page = board.read()
    form = SortForm(request.POST if request.method == "POST" else None, board=board.form)
    if request.method == "POST" and form.is_valid() and _sort(request, board, form):
        return redirect(board.url)
    last = request.session.get(LAST)
    own = last if last and last["consultation"] == pk else None
    context = {**admin.admin_site.each_context(request), "opts": admin.opts, **board.context(page, form, own)}
    status = 400 if form.errors else 200
    return TemplateResponse(request, "admin/consultations/consultation/sort.html", context, status=status)


def undo_sort_view(admin: ConsultationAdmin, request: AuthedRequest, pk: int) -> HttpResponse:
    """Undo the last sorting of this session, as far as nobody else has moved the proposals since; POST only."""
    consultation = _consultation(admin, request, pk)
    last = request.session.get(LAST)
    if request.method != "POST" or not last or last["consultation"] != pk:
        return redirect("admin:consultations_consultation_sort", pk)
    topics = Topic.objects.in_consultation(consultation)
    try:
        done = actions.sort_proposals(
            consultation=consultation,
            codes=last["codes"],
            source=topics.get_by_code_or_none(last["target"]),
            target=topics.get_by_code_or_none(last["source"]),
            by=request.user,
        )
    except ActionRefused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("%(n)d件を元に戻しました。") % {"n": len(done.codes)})
        _tell_passed(request, done)
    del request.session[LAST]
    return redirect("admin:consultations_consultation_sort", pk)


def _consultation(admin: ConsultationAdmin, request: AuthedRequest, pk: int) -> Consultation:
    consultation: Consultation = get_object_or_404(Consultation.objects.manageable_by(request.user), pk=pk)
    if not admin.has_change_permission(request, consultation):
        raise PermissionDenied
    return consultation


def _sort(request: AuthedRequest, board: Board, form: SortForm) -> bool:
    """Sort what the form says, tell of it and keep it for the undo. Return False with the reason in the form."""
    data = form.cleaned_data
    try:
        codes = _all_codes(board, data["every"]) if data["every"] is not None else data["voices"]
        done = actions.sort_proposals(
            consultation=board.consultation,
            codes=codes,
            source=board.form.source,
            target=form.target_topic,
            title=(data["title"] or "").strip(),
            by=request.user,
        )
    except ActionRefused as refused:
        form.add_error(None, str(refused.sentence))
        return False
    request.session[LAST] = {
        "consultation": board.consultation.pk, "codes": done.codes, "source": done.source, "target": done.target,
    }  # fmt: skip
    where = done.target or _("未分類")
    messages.success(request, _("%(n)d件を%(where)sに分けました。") % {"n": len(done.codes), "where": where})
    _tell_passed(request, done)
    return True


def _all_codes(board: Board, expected: int) -> list[str]:
    """Return the codes of all that match. Raise ActionRefused if they are not as many as the page said."""
    codes = list(board.rows.values_list("code", flat=True)[: SORTED_AT_ONCE + 1])
    if len(codes) <= SORTED_AT_ONCE and len(codes) != expected:
        sentence = _("条件に合う意見が%(before)d件から%(now)d件に変わりました。確かめて、もう一度押してください。")
        raise ActionRefused(sentence % {"before": expected, "now": len(codes)})
    return codes


def _tell_passed(request: AuthedRequest, done: actions.Sorting) -> None:
    if done.passed:
        sentence = _("ほかの職員が先に分けたか、公開されなくなったため、そのままにした意見：%(codes)s")
        messages.warning(request, sentence % {"codes": "、".join(done.passed[:20])})

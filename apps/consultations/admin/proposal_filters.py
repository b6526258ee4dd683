"""List filters of proposals: selects above the list, several at once with one press."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Department
from apps.accounts.requests import user_of
from apps.consultations.models import Channel, Consultation, ModerationRule, Proposal, State, Tag, Topic
from apps.consultations.models.batch import EVENT_MAX
from apps.consultations.models.proposal_queryset import ProposalQuerySet
from apps.consultations.models.voice_kind import VoiceKind
from apps.core.admin_dates import DayField
from apps.core.types import StrOrPromise

EXAMPLE = "R8.11.25"
Choices = list[tuple[str, StrOrPromise]]


def theme_of(request: HttpRequest) -> Consultation | None:
    """Return the consultation that the query string names, if the user may see it."""
    if not hasattr(request, "theme_of_list"):  # asked once for all filters
        themes = Consultation.objects.visible_to(user_of(request))
        cast("Any", request).theme_of_list = themes.get_by_slug_or_none(request.GET.get("theme", ""))
    return cast("Consultation | None", cast("Any", request).theme_of_list)


class ChoiceFilter(admin.SimpleListFilter):
    """Base of filters with choices; a value that is not offered narrows nothing."""

    @property
    def chosen(self) -> str:
        """Return the chosen value, empty without one."""
        value = self.value() or ""
        return value if value in dict(self.lookup_choices) else ""

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return the rows of the chosen value."""
        raise NotImplementedError

    def has_output(self) -> bool:
        """Return True: a value that is left over from another theme is read, and narrows nothing."""
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> ProposalQuerySet:
        """Return the rows of the chosen value, or all."""
        rows = cast("ProposalQuerySet", queryset)
        return self.narrow(rows, self.chosen) if self.chosen else rows


class ThemeFilter(ChoiceFilter):
    """Filter by consultation (テーマ)."""

    title, parameter_name = _("テーマ"), "theme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the consultations that the user may see, the newest first."""
        rows = Consultation.objects.visible_to(user_of(request)).order_by("-pk")
        return list(rows.values_list("slug", "title"))

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those of the consultation."""
        theme = theme_of(self.request)
        return rows.in_consultation(theme) if theme else rows


class ThemePartFilter(ChoiceFilter):
    """Base of filters whose choices belong to the chosen consultation."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the choices of the chosen consultation; none without one."""
        theme = theme_of(request)
        return self.of_theme(request, theme) if theme else []

    def of_theme(self, request: HttpRequest, theme: Consultation) -> Choices:
        """Return the choices of one consultation."""
        raise NotImplementedError


class QuestionFilter(ThemePartFilter):
    """Filter by question (問い) of the chosen consultation."""

    title, parameter_name = _("問い"), "ask"

    def of_theme(self, request: HttpRequest, theme: Consultation) -> Choices:
        """Return its questions by number."""
        return [(str(row.number), f"{row.number} {row.text[:40]}") for row in theme.questions.all()]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those to the question."""
        return rows.to_question(int(chosen))


class TopicFilter(ThemePartFilter):
    """Filter by topic (論点): in one, in none, or in this one."""

    title, parameter_name = _("論点"), "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return まだ and まとめた, then the topics of the chosen consultation."""
        return [("none", _("まだ、まとめていない")), ("any", _("まとめた")), *super().lookups(request, model_admin)]

    def of_theme(self, request: HttpRequest, theme: Consultation) -> Choices:
        """Return the topics that the user may see."""
        topics = Topic.objects.visible_to(user_of(request)).in_consultation(theme).order_by("pk")
        return [(row.code, f"{row.code} {row.title}") for row in topics.only("code", "title")]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those of the choice."""
        if chosen in {"none", "any"}:
            return rows.grouped(wanted=chosen == "any")
        topic = Topic.objects.get_by_code_or_none(chosen)
        return rows.in_topic(topic) if topic else rows


class AnswerFilter(ChoiceFilter):
    """Filter by answer (回答): none, a draft that the user may see, or published."""

    title, parameter_name = _("回答"), "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the three states, and all that are still to be answered."""
        waiting = ("waiting", _("まだ回答していない（下書き・受付・検討中を含む）"))
        return [("none", _("なし")), ("draft", _("下書き")), ("public", _("公開")), waiting]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those in the state."""
        if chosen == "waiting":
            return rows.in_reply_state(chosen)
        return rows.in_answer_state(chosen, user_of(self.request))


class DepartmentFilter(ChoiceFilter):
    """Filter by department that shall answer (担当課)."""

    title, parameter_name = _("担当課"), "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return every department in use."""
        return [(row.code, row.name) for row in Department.objects.offered_to(None)]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those assigned to it."""
        return rows.assigned_to(Department.objects.get(code=chosen))


class WhoseFilter(ChoiceFilter):
    """Filter by the own departments' consultations that are still to be answered."""

    title, parameter_name = _("どの課のテーマか"), "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the only choice."""
        return [("waiting", _("うちの課の，市の回答がまだのテーマ"))]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those of the own departments."""
        return rows.waiting_in(user_of(self.request).department_ids())


class StateFilter(ChoiceFilter):
    """Filter by state (状態)."""

    title, parameter_name = _("状態"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return every state."""
        return list(State.choices)

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those in the state."""
        return rows.in_state(chosen)


class ChannelFilter(ChoiceFilter):
    """Filter by channel (収集経路)."""

    title, parameter_name = _("収集経路"), "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return every channel."""
        return list(Channel.choices)

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those that came this way."""
        return rows.by_channel(chosen)


class EventFilter(ThemePartFilter):
    """Filter by event (行事名) of the chosen consultation."""

    title, parameter_name = _("行事名"), "event"

    def of_theme(self, request: HttpRequest, theme: Consultation) -> Choices:
        """Return the events whose voices the user may see."""
        rows = Proposal.objects.visible_to(user_of(request)).in_consultation(theme)
        return [(name, name) for name in rows.event_names()]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those of the event."""
        return rows.at_event(chosen[:EVENT_MAX])


class TagFilter(ChoiceFilter):
    """Filter by approved tag (タグ)."""

    title, parameter_name = _("タグ"), "tag"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the approved tags by name."""
        return list(Tag.objects.public().order_by("name").values_list("slug", "name"))

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those that carry it."""
        tag = Tag.objects.at(chosen)
        return rows.tagged(tag) if tag else rows


class KindFilter(ChoiceFilter):
    """Filter the newest proposals by the kind that rules tell."""

    title, parameter_name = _("種類（自動・新しい5,000件）"), "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the kinds, each with its measured precision."""
        return [(kind.value, kind.with_precision) for kind in VoiceKind]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those of the chosen kind."""
        return rows.of_kind(VoiceKind(chosen))


class PersonalFilter(ChoiceFilter):
    """Filter the newest proposals that seem to hold personal data, by the rules in force."""

    title, parameter_name = _("個人情報らしい（新しい5,000件）"), "personal"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the only choice."""
        return [("yes", _("個人情報らしい文字列がある"))]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those in which something was found."""
        return rows.seeming_personal(ModerationRule.objects.personal_hints)


class CopiesFilter(ChoiceFilter):
    """Filter proposals whose text is nearly the same as another's."""

    title, parameter_name = _("ほぼ同じ文"), "copies"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Return the only choice."""
        return [("yes", _("ほかにもある"))]

    def narrow(self, rows: ProposalQuerySet, chosen: str) -> ProposalQuerySet:
        """Return those that have copies."""
        return rows.having_copies()


class PeriodForm(forms.Form):
    """The days between which proposals came in."""

    since = DayField(
        label=_("受付がこの日から"), required=False, widget=forms.TextInput(attrs={"placeholder": EXAMPLE})
    )
    until = DayField(label=_("この日まで"), required=False, widget=forms.TextInput(attrs={"placeholder": EXAMPLE}))

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["until"] < data["since"]:
            self.add_error("until", _("「受付がこの日から」以後の日にしてください。"))
        return data


class PeriodFilter(admin.ListFilter):
    """Filter by the day on which they came in or were typed (受け付けた日)."""

    title = _("受け付けた日")
    form: PeriodForm

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.expected_parameters():
            if name in params:
                self.used_parameters[name] = params.pop(name)[-1]
        self.form = PeriodForm(self.used_parameters, label_suffix="")
        self.form.is_valid()

    def has_output(self) -> bool:
        """Return True: two days can always be typed."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Return the names of the two days."""
        return ["since", "until"]

    def choices(self, changelist: Any) -> Any:
        """Return nothing: the days are typed."""
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> ProposalQuerySet:
        """Return those of the period; all while a day cannot be read."""
        rows, data = cast("ProposalQuerySet", queryset), self.form.cleaned_data
        if self.form.errors:
            return rows
        return rows.received_between(data["since"], data["until"])


FILTERS = (
    ThemeFilter, WhoseFilter, QuestionFilter, TopicFilter, AnswerFilter, DepartmentFilter, StateFilter, ChannelFilter, EventFilter,
    PeriodFilter, TagFilter, KindFilter, PersonalFilter, CopiesFilter,
)  # fmt: skip

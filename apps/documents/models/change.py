"""変更: what became of a section from one version to the next, why, and which voices moved it."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.consultations.models import Proposal, Topic
from apps.core.textfields import TypedTextField
from apps.documents.models.section import Section
from apps.documents.models.version import DocumentVersion


class ChangeQuerySet(models.QuerySet["Change"]):
    """QuerySet of Change."""

    def public(self) -> Self:
        """Filter changes of published versions."""
        return self.filter(version__in=DocumentVersion.objects.public())

    def for_pages(self) -> Self:
        """Join sections and versions, and prefetch the causes that are public at this moment as `public_causes`."""
        causes = models.Prefetch("causes", ChangeCause.objects.public().with_ends(), to_attr="public_causes")
        joined = self.select_related(
            "version__stage", "version__document", "version__base", "to_section", "from_section"
        )
        return joined.defer(
            *(f"{end}__{column}" for end in ("to_section", "from_section") for column in HEAVY)
        ).prefetch_related(causes)

    def moved_by_proposal(self, proposal: Proposal) -> Self:
        """Filter changes that a proposal caused, itself or in a public topic that holds it; by the version's date."""
        topics = Topic.objects.public().holding(proposal).order_by().values("pk")
        causes = ChangeCause.objects.filter(Q(proposal=proposal) | Q(topic__in=topics))
        return self.filter(pk__in=causes.values("change")).order_by("version__dated_on", "pk")

    def moved_by_topic(self, topic: Topic) -> Self:
        """Filter changes that a topic caused; by the version's date."""
        return self.filter(pk__in=ChangeCause.objects.filter(topic=topic).values("change")).order_by(
            "version__dated_on", "pk"
        )


HEAVY = ("body", "search_text", "search_bigrams")


class Change(models.Model):
    """変更: one section that a version added, removed, reworded or moved, compared with the version before; public with it.

    Kind and sections are frozen with the version. The reason may be filled in later, once, and then stays; a change
    without one says 「変更理由の記載なし」.
    """

    class Kind(models.TextChoices):
        """What became of the section."""

        ADDED = "added", _("追加")
        REMOVED = "removed", _("削除")
        EDITED = "edited", _("修正")
        MOVED = "moved", _("移動")
        WORDING = "wording", _("字句")

    class Origin(models.TextChoices):
        """Where the change came from, as staff say it."""

        VOICES = "voices", _("市民の意見")
        MEETING = "meeting", _("審議会などの会議")
        ASSEMBLY = "assembly", _("市議会")
        OFFICE = "office", _("市の見直し")

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="changes", verbose_name=_("版"))
    from_section = models.ForeignKey(
        Section,
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="changes_from",
        verbose_name=_("前の版の節"),
    )
    to_section = models.ForeignKey(
        Section,
        models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="changes_to",
        verbose_name=_("この版の節"),
    )
    kind = models.CharField(_("変更の種類"), max_length=10, choices=Kind.choices)
    is_moved = models.BooleanField(_("場所も変わった"), default=False, editable=False)
    origin = models.CharField(_("変更のきっかけ"), max_length=10, choices=Origin.choices, blank=True)
    reason = TypedTextField(
        _("変更の理由"), max_length=1000, blank=True,
        help_text=_("わからない理由は書かないでください。空のときは「変更理由の記載なし」と表示します。"),
    )  # fmt: skip
    explained_at = models.DateTimeField(_("理由を書いた日時"), null=True, blank=True, editable=False)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("文書の変更")
        verbose_name_plural = _("文書の変更")
        ordering = ["version", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "from_section", "to_section"], nulls_distinct=False, name="change_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="added", from_section=None, to_section__isnull=False)
                | Q(kind="removed", from_section__isnull=False, to_section=None)
                | Q(kind__in=["edited", "moved", "wording"], from_section__isnull=False, to_section__isnull=False),
                name="change_kind_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.section}"

    @property
    def section(self) -> Section:
        """Return the section in the version; of a removed one the former section."""
        section = self.to_section or self.from_section
        if section is None:
            raise ValueError("a change has a section: constraint change_kind_fits")
        return section

    @property
    def was_explained_later(self) -> bool:
        """Return whether its reason was given after 公表: the page then says on which day."""
        published_at = self.version.published_at
        return bool(self.explained_at and published_at and self.explained_at > published_at)

    @property
    def key(self) -> str:
        """Return the key of its section."""
        return self.section.key

    def get_absolute_url(self) -> str:
        """Return where both texts of the section stand beside each other."""
        version = self.version
        if version.base is None:
            return f"{version.get_absolute_url()}#{self.key}"
        compared = reverse("documents:compare", args=[version.document.slug, version.base.slug, version.slug])
        return f"{compared}#{self.key}"


class ChangeCauseQuerySet(models.QuerySet["ChangeCause"]):
    """QuerySet of ChangeCause."""

    def public(self) -> Self:
        """Filter causes whose voice or topic is public, of changes that are: what was hidden since is not named."""
        voices = Q(proposal__in=Proposal.objects.public()) | Q(topic__in=Topic.objects.public())
        return self.filter(voices, change__in=Change.objects.public())

    def with_ends(self) -> Self:
        """Join what each points at."""
        return self.select_related("proposal", "topic").order_by("pk")


class ChangeCause(models.Model):
    """変更のきっかけになった声: a proposal or 論点 that moved a section. Public while both are."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="causes", verbose_name=_("変更"))
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, blank=True, related_name="document_changes")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, related_name="document_changes")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ChangeCauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("変更のきっかけになった声")
        verbose_name_plural = _("変更のきっかけになった声")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proposal__isnull=False, topic=None) | Q(proposal=None, topic__isnull=False),
                name="cause_one_end",
            ),
            models.UniqueConstraint(
                fields=["change", "proposal", "topic"], nulls_distinct=False, name="change_cause_once"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def target(self) -> Proposal | Topic:
        """Return the voice or topic."""
        target = self.proposal or self.topic
        if target is None:
            raise ValueError("a cause points at one thing: constraint cause_one_end")
        return target

    @property
    def code(self) -> str:
        """Return its public code."""
        return str(self.target.code)

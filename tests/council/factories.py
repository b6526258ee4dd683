"""Organizations and projects for tests."""

from typing import Any

import factory
from django.utils import timezone

from apps.council.models import (
    Challenge,
    Offer,
    Organization,
    OrganizationKind,
    Part,
    Participation,
    Project,
    ProjectUpdate,
    Sector,
    Stage,
)
from tests.accounts.factories import DepartmentFactory, UserFactory


class OrganizationKindFactory(factory.django.DjangoModelFactory):
    """企業."""

    class Meta:
        model = OrganizationKind
        django_get_or_create = ("slug",)

    slug = "company"
    name = "企業"


class OrganizationFactory(factory.django.DjangoModelFactory):
    """A member of the council."""

    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"organization-{n + 1}")
    name = factory.Sequence(lambda n: f"試験株式会社{n + 1}")
    sector = Sector.INDUSTRY
    kind = factory.SubFactory(OrganizationKindFactory)
    is_member = True


class ProjectFactory(factory.django.DjangoModelFactory):
    """A public project without owner, as the seed's are."""

    class Meta:
        model = Project

    slug = factory.Sequence(lambda n: f"project-{n + 1}")
    title = factory.Sequence(lambda n: f"見守りの実証{n + 1}")
    summary = "センサーで見守りを手助けします。"
    published_at = factory.LazyFunction(timezone.now)

    @classmethod
    def by(cls, organization: Organization, **fields: Any) -> Project:
        """One that an organization leads."""
        project = cls(**fields)
        Participation.objects.create(project=project, organization=organization, part=Part.LEAD)
        return project


class ProjectUpdateFactory(factory.django.DjangoModelFactory):
    """Published news."""

    class Meta:
        model = ProjectUpdate

    project = factory.SubFactory(ProjectFactory)
    title = "説明会を開きました"
    body = "20人が参加しました。"
    published_at = factory.LazyFunction(timezone.now)


def published_challenge(**fields: Any) -> Challenge:
    """A public challenge of a department."""
    if not fields.get("proposal"):
        fields["department"] = fields.get("department") or DepartmentFactory()
    words = {"title": "見守りの課題", "body": "夜の見守りが足りません。", "state": "published"}
    return Challenge.objects.create(**{**words, "written_by": UserFactory(), **fields})


def published_offer(**fields: Any) -> Offer:
    """A public offer of an organization."""
    return Offer.objects.create(
        **{"title": "見守りの機器", "body": "センサーで見守ります。", "state": "published",
           "organization": fields.pop("organization", None) or OrganizationFactory(), "written_by": UserFactory(), **fields}
    )  # fmt: skip


def shared_project(**fields: Any) -> Project:
    """A project that two organizations carry out with the city."""
    words = {"slug": "pact", "summary": "見守りを試す。", "stage": Stage.TRIAL, "domain": "C"}
    method = {"method": "cooperation", "method_reason": "続けて協力するため"}
    lead = OrganizationFactory(name="試験大学", slug="uni")
    project = ProjectFactory.by(
        lead, **(words | method | {"department": DepartmentFactory(name="試験推進課")} | fields)
    )
    partner = OrganizationFactory(name="試験株式会社", slug="company")
    Participation.objects.create(project=project, organization=partner, part=Part.PARTNER, note="機器の提供")
    return project

"""Organizations and projects for tests."""

from typing import Any

import factory
from django.utils import timezone

from apps.council.models import Organization, OrganizationKind, Part, Participation, Project, ProjectUpdate, Sector


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

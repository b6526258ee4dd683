"""Viewpoints and fields for tests."""

import factory

from apps.vision.models import Field, Viewpoint


class ViewpointFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Viewpoint

    number = factory.Sequence(lambda n: n + 1)
    slug = factory.Sequence(lambda n: f"viewpoint-{n + 1}")
    title = "子どもたちの未来のために"
    body = "安全・安心に暮らせるまち"


class FieldFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Field

    slug = factory.Sequence(lambda n: f"field-{n + 1}")
    title = factory.Sequence(lambda n: f"分野{n + 1}")

"""Django's form, admin and feed classes with the type arguments of its stubs: `ModelForm[Topic]`.

For mypy they are Django's own classes; at run time Django's take no type arguments, so these here do.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.admin import StackedInline
    from django.contrib.syndication.views import Feed
    from django.forms import ModelChoiceField, ModelForm, ModelMultipleChoiceField
else:
    from django import forms
    from django.contrib import admin
    from django.contrib.syndication import views as syndication

    class Subscriptable:
        """Mix-in of a class that takes type arguments and does without them."""

        def __class_getitem__(cls, _arguments: object) -> type:
            return cls

    class ModelForm(Subscriptable, forms.ModelForm):
        """`forms.ModelForm` of a model."""

    class ModelChoiceField(Subscriptable, forms.ModelChoiceField):
        """`forms.ModelChoiceField` of a model."""

    class ModelMultipleChoiceField(Subscriptable, forms.ModelMultipleChoiceField):
        """`forms.ModelMultipleChoiceField` of a model."""

    class StackedInline(Subscriptable, admin.StackedInline):
        """`admin.StackedInline` of a model, in the page of another."""

    class Feed(Subscriptable, syndication.Feed):
        """`syndication.Feed` of items about an object."""


__all__ = ["Feed", "ModelChoiceField", "ModelForm", "ModelMultipleChoiceField", "StackedInline"]

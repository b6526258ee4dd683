"""Where staff prepare consultations and read what came in. Every act goes through the models' own verbs."""

from django.contrib import admin
from taggit.models import Tag as UnusedTag

from apps.consultations.admin.chosen import ChosenVoiceAdmin
from apps.consultations.admin.consultation import ConsultationAdmin
from apps.consultations.admin.intake import BatchAdmin
from apps.consultations.admin.tag import TagAdmin
from apps.consultations.admin.voices import CommentAdmin, ProposalAdmin

__all__ = ["BatchAdmin", "ChosenVoiceAdmin", "CommentAdmin", "ConsultationAdmin", "ProposalAdmin", "TagAdmin"]

# taggit's own table stays empty: the portal has tags that staff approve.
if admin.site.is_registered(UnusedTag):
    admin.site.unregister(UnusedTag)

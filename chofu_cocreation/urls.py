"""Root URL configuration: one include per app."""

from django.contrib import admin
from django.urls import include, path

from apps.core.admin import view_on_site

urlpatterns = [
    path("", include("apps.core.urls")),
    path("", include("apps.operations.urls")),
    path("", include("apps.portal.urls")),
    path("", include("apps.consultations.urls")),
    path("", include("apps.intake.urls")),
    path("", include("apps.analysis.urls")),
    path("", include("apps.council.urls")),
    path("documents/", include("apps.documents.urls")),
    path("public-comments/", include("apps.public_comments.urls")),
    path("surveys/", include("apps.surveys.urls")),
    path("meetings/", include("apps.meetings.urls")),
    path("participation/", include("apps.participation.urls")),
    path("plans/", include("apps.plans.urls")),
    path("accounts/", include("apps.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/r/<int:content_type_id>/<path:object_id>/", view_on_site),
    path("admin/", admin.site.urls),
]

handler400 = "apps.core.views.bad_request"
handler403 = "apps.core.views.forbidden"
handler404 = "apps.core.views.not_found"
handler500 = "apps.core.views.server_error"

from django.urls import path

from apps.core import health, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("language/", views.set_language, name="set_language"),
]

from django.urls import path
from django.views.generic import TemplateView

app_name = "accounts"
urlpatterns = [
    path(
        "second-factor/",
        TemplateView.as_view(template_name="accounts/second_factor_needed.html"),
        name="second_factor_needed",
    ),
]

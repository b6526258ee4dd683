from django.urls import path

from apps.intake import views

app_name = "intake"

urlpatterns = [
    path("consultations/<slug:slug>/proposals.csv", views.proposals_csv, name="proposals_csv"),
    path("consultations/<slug:slug>/proposals-dictionary.csv", views.proposals_dictionary, name="proposals_dictionary"),
]

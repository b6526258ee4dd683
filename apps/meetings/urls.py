from django.urls import path

from apps.meetings import views

app_name = "meetings"
urlpatterns = [
    path("", views.meetings, name="list"),
    path("organs/", views.organs, name="organs"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar.ics", views.feed, name="feed"),
    path("about/<slug:kind>/<slug:key>/", views.about, name="about"),
    path("confirm/", views.confirm, name="confirm"),
    path("confirm/draft/", views.confirm_draft, name="confirm_draft"),
    path("<slug:slug>/", views.organ, name="organ"),
    path("<slug:slug>/calendar.ics", views.organ_ics, name="organ_ics"),
    path("<slug:slug>/<int:number>/", views.meeting, name="meeting"),
    path("<slug:slug>/<int:number>/meeting.ics", views.meeting_ics, name="meeting_ics"),
    path("<slug:slug>/<int:number>/minutes/", views.minutes, name="minutes"),
    path("<slug:slug>/<int:number>/papers/<int:paper>/", views.paper, name="paper"),
]

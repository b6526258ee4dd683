from django.urls import path

from apps.portal.views import home, indicators, installed, me, notifications, pages, pictures, search, timeline, vision

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("me/", me.me, name="me"),
    path("me/profile/", me.profile, name="profile"),
    path("me/data.json", me.data, name="data"),
    path("me/delete/", me.delete, name="delete"),
    path("me/deleted/", me.goodbye, name="goodbye"),
    path("me/notifications/", notifications.notifications, name="notifications"),
    path("me/notifications/read/", notifications.read_all, name="notifications_read"),
    path("me/stop/<str:token>/", notifications.stop_digest, name="stop_digest"),
    path("me/list/<slug:key>/", me.own_list, name="own_list"),
    path("vision/", vision.overview, name="vision"),
    path("vision/<int:number>/", vision.viewpoint, name="viewpoint"),
    path("vision/<int:number>/<slug:key>/", vision.viewpoint_list, name="viewpoint_list"),
    path("fields/<slug:slug>/", vision.field, name="field"),
    path("fields/<slug:slug>/<slug:key>/", vision.field_list, name="field_list"),
    path("indicators/", indicators.indicator_list, name="indicators"),
    path("indicators/<slug:slug>/", indicators.indicator, name="indicator"),
    path("indicators/<slug:slug>/values.csv", indicators.values_csv, name="indicator_csv"),
    path("proposals/<str:code>/way/", timeline.timeline, name="timeline"),
    path("search/", search.search, name="search"),
    path("terms/", pages.site_page, {"slug": "terms"}, name="terms"),
    path("privacy/", pages.site_page, {"slug": "privacy"}, name="privacy"),
    path("contact/", pages.site_page, {"slug": "contact"}, name="contact"),
    path("policy/", pages.site_page, {"slug": "policy"}, name="policy"),
    path("pictures/", pictures.pictures, name="pictures"),
    path("pictures/<slug:key>.png", pictures.drawing_png, name="drawing_png"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("offline/", installed.offline, name="offline"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
]

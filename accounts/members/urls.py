"""URLs of profiles, relations and applications."""

from django.urls import path

from accounts.members import api as endpoints
from accounts.members.views import applications, media, people, profile

pages = [
    path("settings/profile", profile.profile, name="profile-settings"),
    path("settings/profile/picture", media.picture, name="change-picture"),
    path("settings/profile/picture/remove", media.no_picture, name="remove-picture"),
    path("settings/profile/media/files", media.add_file, name="add-media-file"),
    path("settings/profile/media/videos", media.add_link, name="add-video"),
    path("settings/profile/media/<uuid:media_id>/move", media.move, name="move-media"),
    path("settings/profile/media/<uuid:media_id>/remove", media.remove, name="remove-media"),
    path("create/apply", applications.apply, name="apply-to-create"),
    path("settings/blocks", people.blocks, name="blocks"),
    path("u/<str:handle>/follow", people.follow, name="follow-member"),
    path("u/<str:handle>/block", people.block, name="block-member"),
    path("u/<str:handle>/media/<uuid:media_id>", media.show, name="profile-media"),
    path(
        "u/<str:handle>/media/<uuid:media_id>/<int:width>.webp", media.show, name="profile-picture"
    ),
    path("u/<str:handle>/followers", people.followers, name="followers"),
    path("u/<str:handle>/following", people.following, name="following"),
]
api = [
    path("users/<str:user_id>/follow", endpoints.FollowEndpoint.as_view(), name="follow"),
    path("users/<str:user_id>/followers", endpoints.FollowersEndpoint.as_view(), name="followers"),
    path("users/<str:user_id>/following", endpoints.FollowingEndpoint.as_view(), name="following"),
    path("creators", endpoints.CreatorsEndpoint.as_view(), name="creators"),
    path("blocks", endpoints.BlocksEndpoint.as_view(), name="blocks"),
    path("blocks/<str:user_id>", endpoints.BlockEndpoint.as_view(), name="block"),
]

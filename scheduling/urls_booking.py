"""URLs of hours, booking and the calendar."""

from django.urls import path

from scheduling.api import hours as api_hours
from scheduling.api import series as api_series
from scheduling.api import sessions as api_sessions
from scheduling.views import (
    booking,
    by_mail,
    calendar,
    calendar_feed,
    changes,
    hours,
    intros,
    series,
    time_off,
)

pages = [
    path("learn/<uuid:enrollment_id>/book", booking.book, name="learn-book"),
    path("learn/<uuid:enrollment_id>/book/confirm", booking.confirm, name="learn-book-confirm"),
    path("learn/<uuid:enrollment_id>/book/weekly", series.weekly, name="learn-book-weekly"),
    path("learn/<uuid:enrollment_id>/teacher", changes.leave, name="leave-teacher"),
    path("student-teachers/<str:handle>/intro", intros.times, name="intro"),
    path("student-teachers/<str:handle>/intro/confirm", intros.confirm, name="intro-confirm"),
    path("sessions/<uuid:session_id>/booked", booking.booked, name="session-booked"),
    path("sessions/<uuid:session_id>/reschedule", changes.reschedule, name="session-reschedule"),
    path("sessions/<uuid:session_id>/cancel", changes.cancel, name="session-cancel"),
    path("sessions/by-mail/<str:token>", by_mail.change, name="session-by-mail"),
    path("sessions/by-mail/<str:token>/move", by_mail.move, name="session-by-mail-move"),
    path("sessions/by-mail/<str:token>/cancel", by_mail.cancel, name="session-by-mail-cancel"),
    path("sessions/<uuid:session_id>/calendar.ics", calendar.session_file, name="session-ics"),
    path("calendar", calendar.calendar, name="calendar"),
    path("calendar/month", calendar.month, name="calendar-month"),
    path("calendar/week", calendar.week, name="calendar-week"),
    path("calendar/subscribe", calendar_feed.subscribe, name="calendar-feed"),
    path("calendar/subscribe/new", calendar_feed.make, name="calendar-feed-new"),
    path("calendar/subscribe/off", calendar_feed.end, name="calendar-feed-off"),
    path("calendar/feed/<str:token>.ics", calendar_feed.file, name="calendar-feed-file"),
    path("calendar.ics", calendar.calendar_file, name="calendar-ics"),
    path("teach/sessions", calendar.teaching, name="teach-sessions"),
    path("teach/enrollments/<uuid:enrollment_id>/booking", changes.reopen, name="reopen-booking"),
    path("teach/availability", hours.availability, name="teach-availability"),
    path("teach/availability/windows", hours.add_window, name="add-window"),
    path(
        "teach/availability/windows/<uuid:window_id>/remove",
        hours.remove_window,
        name="remove-window",
    ),
    path(
        "teach/availability/windows/<uuid:window_id>/times",
        hours.change_window,
        name="change-window",
    ),
    path(
        "teach/availability/windows/<uuid:window_id>/intros",
        hours.offer_intros_in,
        name="window-intros",
    ),
    path("teach/availability/intros", hours.offer_intros, name="offer-intros"),
    path("teach/availability/week", hours.paint_week, name="paint-week"),
    path("teach/availability/copies", hours.copy_day, name="copy-day"),
    path("teach/availability/template", hours.start_with, name="start-week"),
    path("teach/availability/dates", hours.set_date, name="set-date"),
    path(
        "teach/availability/dates/<uuid:override_id>/remove", hours.remove_date, name="remove-date"
    ),
    path("teach/availability/away", time_off.add, name="add-time-off"),
    path(
        "teach/availability/away/<uuid:time_off_id>/days", time_off.change, name="change-time-off"
    ),
    path(
        "teach/availability/away/<uuid:time_off_id>/remove",
        time_off.remove,
        name="remove-time-off",
    ),
    path("teach/availability/settings", hours.change_settings, name="booking-settings"),
]
api = [
    path(
        "availability/<str:user_id>", api_hours.AvailabilityEndpoint.as_view(), name="availability"
    ),
    path("availability/<str:user_id>/hours", api_hours.HoursEndpoint.as_view(), name="own-hours"),
    path("sessions", api_sessions.Sessions.as_view(), name="sessions"),
    path(
        "enrollments/<str:enrollment_id>/series",
        api_series.Series.as_view(),
        name="session-series",
    ),
    path("sessions/<str:session_id>", api_sessions.OneSession.as_view(), name="session"),
]

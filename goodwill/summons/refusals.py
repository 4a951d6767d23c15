"""Why a call for help is not made, not answered or not thanked for."""

from peerloop.kit.refusals import Conflict, Forbidden, LimitReached


class NotEnrolled(Forbidden):
    """Help in a course is for its students (rule SUM-1)."""

    code = "not_enrolled"
    message = "Help in this course is for its students."


class NotCertified(Forbidden):
    """Only the course's teachers and its creator help (rules SUM-2, SUM-4)."""

    code = "not_certified"
    message = "Only the teachers of the course and its creator can help."


class SwitchedOff(Forbidden):
    """The helper's switch is off (rule SUM-2)."""

    code = "switched_off"
    message = "You are not shown as available. Switch that on first."


class AlreadyOpen(Conflict):
    """One open call for each student and course (rule SUM-1)."""

    code = "already_open"
    message = "You are already calling for help in this course."


class AlreadyAnswered(Conflict):
    """Somebody else was first (rule SUM-2)."""

    code = "already_answered"
    message = "Somebody else answered first. Thank you for being there."


class NotWaiting(Conflict):
    """The call ended, or is answered and can't be cancelled any more."""

    code = "not_waiting"
    message = "This call is not waiting for an answer any more."


class NobodyAnswered(Conflict):
    """There is nobody to thank yet."""

    code = "nobody_answered"
    message = "Nobody has answered this call."


class AlreadyClosed(Conflict):
    """Points were given, or the call closed by itself (rule SUM-3)."""

    code = "already_closed"
    message = "This call is closed."


class TooEarly(Conflict):
    """Five minutes have to pass after the answer (rule SUM-3)."""

    code = "too_early"


class CallsUsed(LimitReached):
    """Three calls a day (rule SUM-1)."""

    code = "calls_used"
    message = "You called for help three times today. Ask in the course's feed, or call tomorrow."

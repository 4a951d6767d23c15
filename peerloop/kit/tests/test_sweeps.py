"""Sweeps: one bad row keeps no other waiting."""

from peerloop.kit.sweeps import StopSweep, one_by_one


def test_one_that_fails_is_logged_and_the_others_are_done(caplog):
    done = []

    def act(number):
        if number == 2:
            raise ValueError("odd")
        done.append(number)

    assert one_by_one([1, 2, 3], act) == 2
    assert done == [1, 3]
    assert "the others go on" in caplog.text


def test_what_had_no_effect_is_not_counted_and_a_stop_ends_it():
    def act(number):
        if number == 4:
            raise StopSweep
        return number % 2 == 0

    assert one_by_one([1, 2, 3, 4, 6], act) == 1

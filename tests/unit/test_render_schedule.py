"""Which job is drawn next."""

from client.documents.renderer import FailureCode, Preview, Rendered, RenderFailure
from client.documents.schedule import Schedule, Wish

ONE, TWO, THREE = (Preview("d", page) for page in (1, 2, 3))


def ignore(_result: Rendered | RenderFailure) -> None:
    """Where a job's result goes does not matter here."""


def taken(schedule: Schedule) -> list[Preview]:
    jobs = []
    while (wish := schedule.next()) is not None:
        assert isinstance(wish.job, Preview)
        jobs.append(wish.job)
    return jobs


def test_jobs_come_in_the_order_of_urgency_each_once() -> None:
    schedule = Schedule()
    schedule.want("reader", [TWO, ONE, TWO], ignore, [])
    assert taken(schedule) == [TWO, ONE]


def test_the_newest_wish_of_a_view_replaces_what_it_waited_for() -> None:
    schedule = Schedule()
    schedule.want("reader", [ONE, TWO], ignore, [])
    schedule.want("reader", [THREE], ignore, [])
    assert taken(schedule) == [THREE]


def test_views_do_not_touch_each_other_and_the_last_to_speak_is_first() -> None:
    schedule = Schedule()
    reader, pictures = object(), object()
    schedule.want(reader, [ONE], ignore, [])
    schedule.want(pictures, [TWO], ignore, [])
    schedule.want(reader, [ONE, THREE], ignore, [])
    assert taken(schedule) == [ONE, THREE, TWO]


def test_a_running_job_still_wanted_is_not_asked_for_twice() -> None:
    schedule = Schedule()
    running = Wish("reader", ONE, ignore)
    assert schedule.want("reader", [ONE, TWO], ignore, [running]) == []
    assert taken(schedule) == [TWO]


def test_a_running_job_no_longer_wanted_is_dropped_once() -> None:
    schedule = Schedule()
    running, other = Wish("reader", ONE, ignore), Wish("other", ONE, ignore)
    assert schedule.want("reader", [TWO], ignore, [running, other]) == [running]
    assert running.dropped
    assert not other.dropped
    assert schedule.want("reader", [ONE], ignore, [running]) == []
    assert taken(schedule) == [ONE]


def test_a_job_under_which_the_worker_died_is_tried_once_more() -> None:
    schedule = Schedule()
    schedule.want("reader", [ONE, TWO], ignore, [])
    wish = schedule.next()
    assert wish is not None
    assert schedule.crashed(wish)
    again = schedule.next()
    assert again is wish
    assert not schedule.crashed(wish)
    assert schedule.failure(ONE) is FailureCode.WORKER_CRASHED
    assert taken(schedule) == [TWO]


def test_a_dropped_job_is_not_put_back() -> None:
    schedule = Schedule()
    schedule.put_back(Wish("reader", ONE, ignore, dropped=True))
    assert taken(schedule) == []


def test_a_failed_page_is_remembered_until_it_may_be_tried_again() -> None:
    schedule = Schedule()
    schedule.failed(ONE, FailureCode.PAGE_TIMEOUT)
    schedule.failed(Preview("e", 1), FailureCode.PAGE_FAILED)
    assert schedule.failure(ONE) is FailureCode.PAGE_TIMEOUT
    assert schedule.failure(TWO) is None
    schedule.retry("d")
    assert schedule.failure(ONE) is None
    assert schedule.failure(Preview("e", 1)) is FailureCode.PAGE_FAILED


def test_closing_a_document_forgets_its_wishes_only() -> None:
    schedule = Schedule()
    elsewhere = Preview("e", 1)
    pictures = object()
    schedule.want("reader", [ONE, elsewhere], ignore, [])
    schedule.want(pictures, [TWO], ignore, [])
    schedule.drop("d")
    assert taken(schedule) == [elsewhere]


def test_draining_takes_everything() -> None:
    schedule = Schedule()
    schedule.want("reader", [ONE, TWO], ignore, [])
    assert [wish.job for wish in schedule.drain()] == [ONE, TWO]
    assert schedule.next() is None

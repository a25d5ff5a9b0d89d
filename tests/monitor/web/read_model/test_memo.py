"""Values are made once for everyone, and those that are not asked for are forgotten."""

from collections.abc import Callable
from threading import Barrier, Thread

from monitor.web.read_model.memo import Memo, RecentMemo


def in_threads(work: Callable[[], None], how_many: int) -> None:
    threads = [Thread(target=work) for _ in range(how_many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_readers_who_come_together_get_one_value_made_once() -> None:
    memo, together = Memo(), Barrier(8)
    made: list[object] = []
    values: list[object] = []

    def make() -> object:
        made.append(object())
        return made[-1]

    def read() -> None:
        together.wait()
        values.append(memo.get(("frame", "cases"), make))

    in_threads(read, 8)
    assert len(made) == 1
    assert values == made * 8


def test_making_one_value_may_ask_for_another() -> None:
    memo = Memo()
    assert memo.get(("outer",), lambda: memo.get(("inner",), lambda: 1) + 1) == 2
    assert memo.get(("inner",), lambda: 0) == 1


def test_a_value_that_could_not_be_made_is_made_by_the_next_reader() -> None:
    memo = Memo()
    answers: list[Callable[[], int]] = [lambda: 1 // 0, lambda: 7]
    for _ in answers[:1]:
        try:
            memo.get(("key",), answers[0])
        except ZeroDivisionError:
            failed = True
    assert failed
    assert memo.get(("key",), answers[1]) == 7


def test_only_the_values_asked_for_last_stay() -> None:
    memo = RecentMemo(3)
    for number in range(3):
        memo.get((number,), lambda number=number: number)  # type: ignore[misc]
    assert memo.get((0,), lambda: -1) == 0
    memo.get((3,), lambda: 3)
    # 1 was asked for the longest time ago: 0 was asked for again.
    assert [memo.get((number,), lambda: -1) for number in (0, 2, 3, 1)] == [0, 2, 3, -1]


def test_a_value_is_made_while_others_read() -> None:
    memo, waiting = RecentMemo(3), Barrier(2)
    made: list[int] = []

    def slow() -> int:
        waiting.wait()
        waiting.wait()
        return 1

    thread = Thread(target=lambda: made.append(memo.get(("slow",), slow)))
    thread.start()
    waiting.wait()
    assert memo.get(("quick",), lambda: 2) == 2
    waiting.wait()
    thread.join()
    assert made == [1]

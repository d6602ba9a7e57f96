"""The doorbells: ring once for each new thing, also after a restart and after a fault."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from migstat.orchestration.doorbell import RUNG, Doorbell
from migstat.orchestration.drop_zone_trigger import AcceptedTrigger, DropZoneTrigger


class FakeStore:
    """The durable store of an asset, as Airflow hands it to a trigger."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    async def aget(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        return self.values.get(key, default)

    async def aset(self, key: str, value: Any) -> None:  # noqa: ANN401
        self.values[key] = value


class Scripted(Doorbell):
    """Sees one prepared set per look and then stops the watch."""

    def __init__(self, sights: list[Callable[[], set[str]]], store: FakeStore) -> None:
        super().__init__(poll_seconds=0)
        self._sights: Iterator[Callable[[], set[str]]] = iter(sights)
        self.asset_state_store = store  # type: ignore[assignment]

    def look(self) -> set[str]:
        sight = next(self._sights, None)
        if sight is None:
            raise SystemExit
        return sight()


def rings(sights: list[Callable[[], set[str]]], store: FakeStore | None = None) -> list[int]:
    """How many new things each ring told of."""

    async def listen() -> list[int]:
        heard = []
        try:
            async for event in Scripted(sights, store or FakeStore()).run():
                heard.append(event.payload["new"])  # noqa: PERF401 - the watch ends by SystemExit
        except SystemExit:
            pass
        return heard

    return asyncio.run(listen())


def sees(*names: str) -> Callable[[], set[str]]:
    return lambda: set(names)


def fails() -> set[str]:
    raise OSError("drop zone out of reach")


def test_several_new_things_ring_once():
    assert rings([sees("a", "b", "c")]) == [3]


def test_the_same_things_seen_again_ring_no_more():
    assert rings([sees("a"), sees("a"), sees("a")]) == [1]


def test_one_more_thing_beside_an_old_one_rings_for_that_one():
    assert rings([sees("a"), sees("a", "b")]) == [1, 1]


def test_things_that_were_dealt_with_do_not_ring():
    assert rings([sees("a", "b"), sees("b"), sees()]) == [2]


def test_nothing_rings_twice_after_a_restart():
    store = FakeStore()
    rings([sees("a")], store)

    assert rings([sees("a"), sees("a", "b")], store) == [1]


def test_an_older_shape_of_the_stored_state_is_tolerated():
    store = FakeStore()
    store.values[RUNG] = {"seen": ["a"]}

    assert rings([sees("a")], store) == [1]


def test_a_drop_zone_out_of_reach_does_not_end_the_watch(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("migstat.orchestration.doorbell.MAX_PAUSE_SECONDS", 0.01)

    assert rings([fails, sees("a")]) == [1]


@pytest.mark.parametrize("trigger", [DropZoneTrigger, AcceptedTrigger])
def test_a_trigger_is_made_again_from_what_it_serializes(trigger: type[Doorbell]):
    path, arguments = trigger(poll_seconds=2).serialize()

    assert path == f"migstat.orchestration.drop_zone_trigger.{trigger.__name__}"
    assert trigger(**arguments).serialize() == (path, arguments)


@pytest.mark.parametrize("trigger", [DropZoneTrigger, AcceptedTrigger])
def test_arguments_of_an_earlier_version_are_tolerated(trigger: type[Doorbell]):
    assert trigger(poll_seconds=1, directory="/old").serialize()[1] == {"poll_seconds": 1.0}

"""The cache in front of a source: what it promises while either of them fails."""

import asyncio
import json
import random

import pytest
from valkey.exceptions import ConnectionError as LostError


class Store:
    """A Valkey client of asyncio, with a clock of its own."""

    def __init__(self):
        self.now = 1_000_000.0
        self.kept = {}
        self.fails = None
        self.answers_after = 0.0

    async def _answer(self):
        await asyncio.sleep(self.answers_after)
        if self.fails is not None:
            raise self.fails

    async def get(self, key):
        await self._answer()
        value, until = self.kept.get(key, (None, 0.0))
        return value if self.now < until else None

    async def set(self, key, value, *, px, nx=False):
        await self._answer()
        if nx and await self.get(key) is not None:
            return None
        self.kept[key] = (value, self.now + px / 1000)
        return True

    async def eval(self, _script, _count, key, token):
        await self._answer()
        if await self.get(key) == token:
            del self.kept[key]

    async def delete(self, key):
        await self._answer()
        self.kept.pop(key, None)

    async def aclose(self):
        self.kept.clear()


class Source:
    """What is cached; it counts how often it is asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = 0
        self.takes = 0.0

    async def __call__(self):
        self.asked += 1
        await asyncio.sleep(self.takes)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def store(monkeypatch):
    made = Store()
    monkeypatch.setattr("time.time", lambda: made.now)
    return made


@pytest.fixture
def make(kit, store):
    """Make the cache of one more task: they share the store."""
    module = kit("cache")
    return lambda **settings: module.Cache(store, ttl_seconds=60, **settings)


def test_a_cached_value_is_not_asked_for_until_its_ttl_has_passed(make, store):
    cache, source = make(), Source(1, 2)

    async def scenario():
        first = [await cache.get("a", source) for _ in range(3)]
        store.now += 66.1  # the TTL and a tenth of it
        return first, await cache.get("a", source)

    assert asyncio.run(scenario()) == ([1, 1, 1], 2)
    assert source.asked == 2


def test_ttls_differ_by_a_tenth_at_most_so_that_entries_do_not_expire_together(make, store):
    cache = make()
    random.seed(7)

    async def scenario():
        for key in range(200):
            await cache.get(str(key), Source(1))

    asyncio.run(scenario())

    ttls = [json.loads(value)["fresh_until"] - store.now for value, _ in store.kept.values()]
    assert 54 <= min(ttls) < 56
    assert 64 < max(ttls) <= 66


def test_many_tasks_that_miss_ask_the_source_once(make):
    tasks, source = [make() for _ in range(4)], Source(1)
    source.takes = 0.05

    async def scenario():
        return await asyncio.gather(*(one.get("a", source) for one in tasks for _ in range(5)))

    assert asyncio.run(scenario()) == [1] * 20
    assert source.asked == 1


def test_the_lock_of_a_task_that_died_delays_the_others_by_a_second_at_most(
    make, store, monkeypatch
):
    cache, source = make(), Source(1)
    monkeypatch.setattr("kit.cache.WAIT_SECONDS", 0.05)
    store.kept["a:lock"] = ("another", store.now + 2)

    assert asyncio.run(cache.get("a", source)) == 1
    assert store.kept["a:lock"][0] == "another"


def test_what_the_source_does_not_have_is_kept_for_a_short_time(make, store):
    cache, source = make(negative_ttl_seconds=1), Source(None, 5)

    async def scenario():
        missing = [await cache.get("a", source) for _ in range(2)]
        store.now += 1.2
        return missing, await cache.get("a", source)

    assert asyncio.run(scenario()) == ([None, None], 5)
    assert source.asked == 2


def test_an_expired_value_is_used_while_the_source_fails_and_for_its_time_only(make, store):
    cache, source = make(stale_seconds=100), Source(1, OSError("down"))

    async def scenario():
        await cache.get("a", source)
        store.now += 90
        stale = await cache.get("a", source)
        store.now += 90
        with pytest.raises(OSError, match="down"):
            await cache.get("a", source)
        return stale

    assert asyncio.run(scenario()) == 1


@pytest.mark.parametrize("failure", [LostError("gone"), ValueError("?"), OSError("reset")])
def test_on_any_failure_of_the_cache_the_source_is_asked(make, store, failure):
    cache, source = make(), Source(1)

    async def scenario():
        store.fails = failure
        without = [await cache.get("a", source) for _ in range(3)]
        store.fails = None
        cache._paused_until = 0.0
        return without, [await cache.get("a", source) for _ in range(3)]

    assert asyncio.run(scenario()) == ([1] * 3, [1] * 3)
    assert source.asked == 4


def test_a_slow_cache_costs_its_limit_once_and_then_nothing(make, store):
    cache, source = make(), Source(1)
    store.answers_after = 30.0

    async def scenario():
        started = asyncio.get_running_loop().time()
        found = [await cache.get(str(key), source) for key in range(20)]
        return found, asyncio.get_running_loop().time() - started

    found, seconds = asyncio.run(scenario())
    assert found == [1] * 20
    assert 0.05 <= seconds < 0.5


def test_a_request_that_is_cancelled_does_not_cancel_the_others(make):
    cache, source = make(), Source(1)
    source.takes = 0.02

    async def scenario():
        first = asyncio.ensure_future(cache.get("a", source))
        await asyncio.sleep(0.01)
        second = asyncio.ensure_future(cache.get("a", source))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(scenario()) == 1
    assert source.asked == 1


def test_an_entry_of_another_version_is_a_miss(make, store):
    cache, source = make(), Source(1)
    store.kept["a"] = ('{"price": 3}', store.now + 60)

    assert asyncio.run(cache.get("a", source)) == 1


def test_a_dropped_value_is_loaded_again_and_an_outage_is_told(make, store):
    cache, source = make(), Source(1, 2)

    async def scenario():
        first = await cache.get("a", source)
        await cache.drop("a")
        second = await cache.get("a", source)
        store.fails = LostError("gone")
        with pytest.raises(Exception, match="ConnectionError"):
            await cache.drop("a")
        return first, second

    assert asyncio.run(scenario()) == (1, 2)


def test_several_keys_are_one_call_of_the_source_for_those_that_are_not_cached(make, store):
    cache, asked = make(), []

    async def load(keys):
        asked.append(keys)
        return {key: key.upper() for key in keys if key != "none"}

    async def scenario():
        first = await cache.get_many(["b", "a", "a"], load)
        both = await asyncio.gather(
            cache.get_many(["a", "c", "none"], load), cache.get_many(["c", "d"], load)
        )
        return first, both

    first, (more, other) = asyncio.run(scenario())

    assert (first, more, other) == (
        {"b": "B", "a": "A"},
        {"a": "A", "c": "C", "none": None},
        {"c": "C", "d": "D"},
    )
    assert asked == [["a", "b"], ["c", "none"], ["d"]]


def test_a_source_that_fails_leaves_the_stale_values_of_those_that_have_one(make, store):
    cache = make()

    async def fails(_keys):
        raise OSError("down")

    async def scenario():
        await cache.get("a", Source(1))
        store.now += 100
        stale = await cache.get_many(["a"], fails)
        with pytest.raises(OSError, match="down"):
            await cache.get_many(["a", "new"], fails)
        return stale

    assert asyncio.run(scenario()) == {"a": 1}

"""A store never takes more memory than its capacity."""

from seminars.cache.store import Store

CAPACITY = 10_000


def test_the_least_recently_used_value_goes_first() -> None:
    store: Store[str] = Store(CAPACITY)
    for key in "abcd":
        store.put(key, key.upper(), size=1800)
    assert store.get("a") == "A"
    store.put("e", "E", size=1800)
    assert store.get_all("abcde") == ["A", None, "C", "D", "E"]


def test_a_value_replaces_the_former_one_of_its_key() -> None:
    store: Store[str] = Store(CAPACITY)
    for value in ("first", "second", "third") * 10:
        store.put("key", value, size=1800)
    store.put("other", "cached", size=1800)
    assert store.get_all(["key", "other"]) == ["third", "cached"]


def test_a_value_larger_than_a_quarter_of_the_capacity_is_not_cached() -> None:
    store: Store[str] = Store(CAPACITY)
    store.put("small", "cached", size=1)
    store.put("large", "not cached", size=CAPACITY // 4)
    assert store.get_all(["small", "large"]) == ["cached", None]


def test_empty_values_count_too() -> None:
    store: Store[int] = Store(CAPACITY)
    for number in range(100):
        store.put(number, number, size=0)
    cached = [number for number in range(100) if store.get(number) is not None]
    assert cached == list(range(100 - len(cached), 100))
    assert len(cached) < 20

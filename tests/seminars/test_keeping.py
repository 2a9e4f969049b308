"""What a process keeps stays within its room."""

from seminars.cache.store import Store

ROOM = 10_000


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    store: Store[str] = Store(ROOM)
    for key in "abcd":
        store.put(key, key.upper(), size=1800)
    assert store.get("a") == "A"
    store.put("e", "E", size=1800)
    assert store.get_all("abcde") == ["A", None, "C", "D", "E"]


def test_one_value_is_put_in_place_of_another() -> None:
    store: Store[str] = Store(ROOM)
    for value in ("first", "second", "third") * 10:
        store.put("key", value, size=1800)
    store.put("other", "kept", size=1800)
    assert store.get_all(["key", "other"]) == ["third", "kept"]


def test_what_would_push_out_a_quarter_is_not_kept() -> None:
    store: Store[str] = Store(ROOM)
    store.put("small", "kept", size=1)
    store.put("large", "not kept", size=ROOM // 4)
    assert store.get_all(["small", "large"]) == ["kept", None]


def test_small_values_take_room_too() -> None:
    store: Store[int] = Store(ROOM)
    for number in range(100):
        store.put(number, number, size=0)
    kept = [number for number in range(100) if store.get(number) is not None]
    assert kept == list(range(100 - len(kept), 100))
    assert len(kept) < 20

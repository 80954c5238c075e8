from fedfuse.engine.v1.stats.sample_size import MAX_ITEMS, smallest_settling


def test_the_smallest_number_that_settles_is_found() -> None:
    for enough in (11, 12, 13, 20, 21, 1_000, 999_999):
        assert smallest_settling(enough.__le__, above=10) == enough


def test_more_items_than_any_suite_holds_settle_nothing() -> None:
    above = MAX_ITEMS // 2**7
    assert above * 2**7 == MAX_ITEMS
    assert smallest_settling(lambda n: n >= MAX_ITEMS, above=above) == MAX_ITEMS
    assert smallest_settling(lambda n: n > MAX_ITEMS, above=above) is None
    assert smallest_settling(lambda _: False, above=0) is None

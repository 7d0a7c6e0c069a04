import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup.drift.filter import filter_shares
from followup.drift.hierarchy import Tree, flag_families, lineage
from followup.drift.portfolio import Prior

# Drawn: name, probability (down: -), and of the rest of the parent; "=key" shares a shift, "open" is open


def told(drawing, q=0.1):
    """Draw a tree by indenting; returns + flagged, the name it is folded into, =name, or a blank."""
    lines = [line for line in drawing.splitlines() if line.strip()]
    names = [line.split()[0] for line in lines]
    depth = [(len(line) - len(line.lstrip())) // 2 for line in lines]
    words = [line.split()[1:] for line in lines]
    numbers = [[float(word) for word in some if word[0] in "-.01"] for some in words]
    shift = [
        next((word for word in some if word[0] == "="), name) for some, name in zip(words, names, strict=True)
    ]
    p = np.abs([some[0] for some in numbers])
    tree = Tree(
        parent=np.array([parent_of(depth, row) for row in range(len(depth))]),
        level=np.array(depth),
        rest=np.array([some[1] if len(some) > 1 else math.nan for some in numbers]),
        shift=shift,
    )
    up = np.where(np.array([some[0] for some in numbers]) > 0, p, 0)
    found = flag_families(p, up, tree, open_before=["open" in some for some in words], q=q)
    return {name: mark(found, row, names) for row, name in enumerate(names) if mark(found, row, names)}


def parent_of(depth, row):
    return max((above for above in range(row) if depth[above] == depth[row] - 1), default=-1)


def mark(found, row, names):
    if found.folded_into[row] >= 0:
        return "in " + names[found.folded_into[row]]
    if found.also_of[row] >= 0:
        return "as " + names[found.also_of[row]]
    return "+" if found.flagged[row] else ""


def test_shift_of_all_is_told_by_the_municipality():
    assert told("""
town     .99
  north  .95 .97
    a    .97 .93
    b    .60 .99
  south  .40 .99
    c    .95 .2
""") == {"town": "+", "north": "in town", "a": "in town", "b": "in town", "c": "+"}


def test_shift_of_one_team_is_told_by_the_team():
    assert told("""
town     .91
  north  .97 .1
    a    .99 .05
    b    .10 .99
  south  .10 .9
""") == {"a": "+", "north": "in a", "town": "in a"}


def test_team_that_explains_its_department_is_part_of_the_shift_of_all():
    assert told("""
town     .99
  north  .97 .95
    a    .99 .05
  south  .97 .95
""") == {"town": "+", "north": "in town", "a": "in town", "south": "in town"}


def test_of_two_children_the_parent_is_told_by_the_one_without_which_it_moved_least():
    assert told("""
town     .99
  north  .97 .4
  south  .98 .1
""") == {"south": "+", "town": "in south", "north": "+"}


def test_only_child_explains_its_parent_and_unknown_rest_explains_nothing():
    assert told("town .95\n  north .96 0") == {"north": "+", "town": "in north"}
    assert told("town .95\n  north .96") == {"town": "+", "north": "+"}


def test_child_that_moved_the_other_way_stands_for_itself():
    assert told("town .95\n  north -.96 .9") == {"town": "+", "north": "+"}


def test_one_shift_in_two_measures_is_one_signal():
    assert told("above .95 =up\nbelow -.97 =up\nprice .96") == {
        "below": "+",
        "above": "as below",
        "price": "+",
    }


def test_open_signal_takes_in_what_belongs_to_it():
    assert told("""
town     .80 open
  north  .99 .97
extent   .97 =more
above    .90 =more open
""") == {"north": "in town", "extent": "as above"}


def test_parent_folds_into_a_child_whose_signal_is_open():
    assert told("town .95\n  north .99 .1 open") == {"town": "in north"}


def test_shift_in_two_measures_and_two_levels_is_one_signal():
    """The town's extent and north's share are gathered by the measure that shows in both."""
    towns = "above .95 =town\n  above-north .96 .9 =north\n"

    assert told(towns + "extent .97 =town\n  extent-north .99 .8 =north") == {
        "extent": "+",
        "above": "as extent",
        "above-north": "in extent",
        "extent-north": "in extent",
    }


def test_parent_that_is_too_doubtful_sets_its_children_free():
    assert told("""
town     .60
  north  .99 .7
  south  .98 .7
  west   .75 .9
""") == {"north": "+", "south": "+", "west": "+"}


def test_folded_and_open_series_do_not_pay_for_doubtful_ones():
    doubtful = told("town .99\n" + "\n".join(f"  n{i} .99 .9" for i in range(9)) + "\n  x .6 .1")
    alone = "town .1\n" + "\n".join(f"  n{i} .999 .9 open" for i in range(9)) + "\n  x .6 .1"

    assert doubtful["x"] == "+"  # without x the town moved least: it is the town that is told by x
    assert told(alone) == {}


def test_each_level_keeps_its_own_promise():
    """Nine certain teams would pay for a doubtful department, if the levels were one."""
    assert told("d1 .70\nd2 .1\n" + "\n".join(f"  t{i} .999" for i in range(9))).get("d1") is None


def test_nothing_likely_flags_nothing():
    assert told("town .1\n  north .49 .9") == {}
    none = np.zeros(0)
    empty = Tree(none.astype(int), none.astype(int), none, none)
    assert flag_families(none, none, empty, open_before=none).flagged.tolist() == []
    assert told("town .1", q=0.5) == {}


def test_unknown_is_never_flagged():
    tree = Tree(np.array([-1, 0]), np.array([0, 1]), np.array([math.nan, 0.9]), [1, 2])

    found = flag_families([math.nan, 0.99], [math.nan, 0.99], tree, open_before=[False, False])

    assert (found.flagged.tolist(), found.folded_into.tolist()) == ([False, True], [-1, -1])


@pytest.mark.parametrize(("parent", "level"), [([1, -1], [0, 1]), ([5, -1], [1, 0]), ([-1, 0], [1, 1])])
def test_tree_that_does_not_hang_together_is_refused(parent, level):
    tree = Tree(np.array(parent), np.array(level), np.zeros(2), [1, 2])

    with pytest.raises(ValueError, match="above its child"):
        flag_families([0.9, 0.9], [0.9, 0.9], tree, open_before=[False, False])
    with pytest.raises(ValueError, match="shape"):
        flag_families([0.9], [0.9], tree, open_before=[False])


# Against going through the tree by hand


def slow_families(p, parent, level, rest, is_open, q):
    """Gather and flag in plain recursion; one measure."""
    given_up = set()
    while True:
        chosen = {i for i in range(len(p)) if p[i] >= 0.5 and i not in given_up}
        told_by = {}
        for top in chosen:
            if parent[top] not in chosen or rest[top] is None:
                told_by |= gathered(top, chosen, parent, rest)
        new = {i for i in chosen if told_by[i] == i and not is_open[i]}
        flagged = {i for one in set(level) for i in surest({i for i in new if level[i] == one}, p, q)}
        if flagged == new:
            return flagged, {i: by for i, by in told_by.items() if by != i}
        given_up |= {i for i in new - flagged if level[i] == min(level[j] for j in new - flagged)}


def gathered(top, chosen, parent, rest):
    """Return who tells of each series under ``top``: {series: teller}."""
    under = [i for i in chosen if parent[i] == top and rest[i] is not None]
    found = {}
    for child in under:
        found |= gathered(child, chosen, parent, rest)
    least = min(under, key=lambda i: (rest[i], i), default=None)
    if least is not None and rest[least] < 0.5:
        return found | {top: found[least]}
    tellers = {found[child] for child in under}
    return {i: top if by in tellers else by for i, by in found.items()} | {top: top}


def surest(some, p, q):
    kept = sorted(some, key=lambda i: (-p[i], i))
    while kept and sum(1 - p[i] for i in kept) / len(kept) > q:
        kept.pop()
    return kept


PROBABILITY = st.sampled_from([0.1, 0.5217, 0.6323, 0.7731, 0.9119, 0.9707, 0.9913])
SERIES = st.tuples(PROBABILITY, st.sampled_from([None, 0.1, 0.3, 0.6, 0.9]), st.booleans())


@given(st.lists(SERIES, min_size=13, max_size=13), st.sampled_from([0.05, 0.1, 0.3]))
@settings(max_examples=300)
def test_families_equal_going_through_the_tree(series, q):
    parent = [-1, 0, 0, 0, *[1] * 3, *[2] * 3, *[3] * 3]
    level = [0, 1, 1, 1, *[2] * 9]
    p, rest, is_open = zip(*series, strict=True)
    is_open = [was and i % 4 == 0 for i, was in enumerate(is_open)]
    unknown = [math.nan if one is None else one for one in rest]

    tree = Tree(np.array(parent), np.array(level), np.array(unknown), np.arange(13))
    found = flag_families(p, p, tree, open_before=is_open, q=q)

    flagged, told_by = slow_families(p, parent, level, rest, is_open, q)
    assert set(np.flatnonzero(found.flagged).tolist()) == flagged
    assert {i: by for i, by in enumerate(found.folded_into.tolist()) if by >= 0} == told_by


def test_lineage_climbs_to_the_top():
    below, at = lineage([-1, 0, 0, 1, 1, 2], [False, False, False, True, True, True])

    assert sorted(zip(below.tolist(), at.tolist(), strict=True)) == [
        (3, 0), (3, 1), (3, 3), (4, 0), (4, 1), (4, 4), (5, 0), (5, 2), (5, 5),
    ]  # fmt: skip


# The promise, in a simulated municipality


def simulated(groups, rng, months=36):
    """Return counts (groups, 13, months) of 1 town, 3 departments, 9 teams, and which truly moved.

    The shifts of .01 of the units begin each month, of teams, departments and towns alike.
    """
    level = rng.beta(12, 108, (groups, 1, 1)) + np.zeros((groups, 9, 1))
    shifts = rng.random((groups, 13)) < 0.06
    begins = np.where(shifts, rng.integers(12, months - 2, (groups, 13)), months)
    starts = np.minimum(np.minimum(begins[:, 4:], np.repeat(begins[:, 1:4], 3, axis=1)), begins[:, :1])
    odds = level / (1 - level) * rng.choice([1 / 3, 2, 3], (groups, 1, 1))
    share = np.where(np.arange(months) >= starts[:, :, None], odds / (1 + odds), level)
    totals = rng.poisson(12, share.shape)
    moved = summed((starts < months)[:, :, None]).squeeze(2) > 0
    return summed(rng.binomial(totals, share)), summed(totals), moved


def summed(teams):
    departments = teams.reshape(len(teams), 3, 3, -1).sum(axis=2)
    return np.concatenate([departments.sum(axis=1, keepdims=True), departments, teams], axis=1)


def test_share_of_false_representatives_is_kept_at_every_level():
    rng = np.random.default_rng(20260)
    groups, parent = 1500, np.array([-1, 0, 0, 0, *[1] * 3, *[2] * 3, *[3] * 3])
    x, n, moved = simulated(groups, rng)
    prior, series = Prior(12, 108, 0), groups * 13

    def newest(events, totals):
        found = filter_shares(events.reshape(-1, 36), totals.reshape(-1, 36), prior=prior)
        return found.probability[:, -1], found.up[:, -1]

    p, up = newest(x, n)
    rest_p, rest_up = newest((x[:, parent] - x).clip(0), (n[:, parent] - n).clip(0))
    above = np.where(parent >= 0, parent + 13 * np.arange(groups)[:, None], -1).ravel()
    tree = Tree(
        parent=above,
        level=np.tile(np.array([0, 1, 1, 1, *[2] * 9]), groups),
        rest=np.where(above < 0, np.nan, np.where(up >= p / 2, rest_up, rest_p - rest_up)),
        shift=np.arange(series),
    )

    found = flag_families(p, up, tree, open_before=np.zeros(series, dtype=bool), q=0.10)

    false = ~moved.ravel()
    for level in range(3):
        flagged = found.flagged & (tree.level == level)
        assert flagged.sum() > 50
        assert false[flagged].mean() <= 0.10
    assert found.flagged.sum() < 0.6 * (p >= 0.5).sum()

"""pytest's part of a mutation run: collects the tests once, then asks about every mutant in a process forked before any ran.

So no mutant meets a cache, fixture or thread of another one. First, which tests call which function is noted, without a
change; caches are emptied before each test then, and what a shared fixture calls counts for every test that uses it.
"""

from __future__ import annotations

import functools
import json
import os
import pickle
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from mutmut.configuration import config
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

PLAN = "MUTATION_PLAN"
"""Environment variable: the JSON file with the mutants to ask about; what was found is written there."""
TIMES, MORE = 6, 5
"""A mutant's tests get so many times the processor time they took, and so many seconds more."""
AT_MOST = 8
"""Seconds of tests (as noted) that a mutant is asked by, its quickest ones: what survives them counts as survived."""
HANGS = 600
"""Seconds after which a process that waits for something without working is given up."""


@dataclass
class Noted:
    """Of the unchanged code: tests by the function they call, processor time by test, and tests that fail already."""

    tests: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


class Noting:
    """Hooks that note calls: mutmut's trampolines keep the functions called in `state()._stats`."""

    def __init__(self, cached: tuple[str, ...]) -> None:
        self.cached, self.noted = cached, Noted()
        self.shared: dict[str, set[str]] = defaultdict(set)
        self.set_up: dict[str, float] = {}
        self.elsewhere = 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        for cache in _caches(self.cached):
            cache.cache_clear()
        state()._stats.clear()
        self.elsewhere, start = 0.0, time.process_time()
        done = yield
        own, fixtures = time.process_time() - start - self.elsewhere, getattr(item, "fixturenames", ())
        # A mutant's first test of a shared fixture sets it up anew, so each test is as slow as if it were the first.
        self.noted.seconds[item.nodeid] = own + sum(self.set_up.get(name, 0.0) for name in fixtures)
        called = set(state()._stats).union(*(self.shared[name] for name in fixtures))
        for function in called:
            self.noted.tests[function].add(item.nodeid)
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        before, start = set(state()._stats), time.process_time()
        state()._stats.clear()
        try:
            return (yield)
        finally:
            if fixturedef.scope != "function":
                self.shared[fixturedef.argname] |= state()._stats
                self.set_up[fixturedef.argname] = time.process_time() - start
                self.elsewhere += self.set_up[fixturedef.argname]
            state()._stats |= before

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.noted.failed.append(report.nodeid)


def _caches(prefixes: tuple[str, ...]) -> Iterator[Any]:
    for name, module in list(sys.modules.items()):
        if module is not None and name.startswith(prefixes):
            yield from (found for found in vars(module).values() if isinstance(found, functools._lru_cache_wrapper))


def pytest_configure() -> None:
    """The same examples for every mutant, and none made smaller: that a test fails is all that is asked."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", derandomize=True, database=None, phases=phases)
    hypothesis.settings.load_profile("mutants")


def pytest_sessionstart() -> None:
    """Raises when the code is not that of the copy: the installed package would answer for every mutant."""
    import pipelines

    if not Path(pipelines.__file__).is_relative_to(Path.cwd()):
        raise pytest.UsageError(f"{pipelines.__file__} is not the code of {Path.cwd()}")


def pytest_runtestloop(session: pytest.Session) -> bool:
    """In place of running the tests: note, then ask about each mutant of the plan."""
    if session.testsfailed:
        raise session.Interrupted("a test file cannot be imported")
    plan = json.loads(Path(os.environ[PLAN]).read_text(encoding="utf-8"))
    config()  # read now: tests of the unit tier allow no reading, and the first call of a trampoline would read it
    _warm(plan["schemas"])
    noted = _note_twice(session, ("pipelines.", "tests.", *(["schemas."] if plan["schemas"] else [])))
    found: dict[str, tuple[int, str]] = {}
    killers: dict[str, list[str]] = defaultdict(list)
    for name in plan["mutants"]:
        function = name.partition("__mutmut_")[0]
        tests = _in_order(noted, function, killers[function])
        found[name] = _ask(session, name, tests, noted)
        if found[name][1]:
            killers[function] = [found[name][1], *(test for test in killers[function] if test != found[name][1])]
        print(f"{len(found)} of {len(plan['mutants'])}: {name} {found[name][0]}", file=sys.__stderr__, flush=True)
    told = {"found": found, "tests": len(noted.seconds)}
    Path(os.environ[PLAN]).write_text(json.dumps({**plan, **told}), encoding="utf-8")
    return True


def _warm(schemas_change: bool) -> None:
    # None of the declarations rests on a pipeline: read once, before the first fork.
    if not schemas_change:
        from schemas.source_model import load_sources
        from schemas.tables import load_tables

        load_sources(), load_tables()


def _note_twice(session: pytest.Session, cached: tuple[str, ...]) -> Noted:
    """Note, and run all tests again in the order in which mutants are asked; raises when one fails without a change."""
    code, noted = _forked(lambda: _note(session, cached))
    failed = noted.failed if noted else [f"the process ended with {code}"]
    if not failed:
        quick = sorted(noted.seconds, key=lambda test: (noted.seconds[test], test))
        failed = [_forked(lambda: _run(session, "", quick))[1]]
    if any(failed):
        raise session.Interrupted(f"tests fail without a change: {failed}")
    return noted


def _in_order(noted: Noted, function: str, killers: list[str]) -> list[str]:
    """Tests that killed a mutant of the function, the latest first, then the quickest."""
    tests = noted.tests.get(function, set())
    quick = sorted(tests - set(killers), key=lambda test: (noted.seconds[test], test))
    ordered = [*(test for test in killers if test in tests), *quick]
    spent = accumulate(noted.seconds[test] for test in ordered)
    return [test for place, (test, sum_) in enumerate(zip(ordered, spent, strict=True)) if not place or sum_ <= AT_MOST]


def _ask(session: pytest.Session, name: str, tests: list[str], noted: Noted) -> tuple[int, str]:
    """The exit code of the tests (5: there is none) and the test that failed."""
    if not tests:
        return 5, ""
    seconds = int(TIMES * sum(noted.seconds[test] for test in tests)) + MORE
    code, failed = _forked(lambda: _run(session, name, tests), seconds)
    return code, failed or ""


def _note(session: pytest.Session, cached: tuple[str, ...]) -> tuple[int, Noted]:
    noting = Noting(cached)
    session.config.pluginmanager.register(noting)
    set_mutant_under_test("stats")
    _loop(session, session.items)
    noting.noted.tests = dict(noting.noted.tests)
    return 0, noting.noted


def _run(session: pytest.Session, name: str, tests: list[str]) -> tuple[int, str]:
    set_mutant_under_test(name)
    by_id = {item.nodeid: item for item in session.items}
    failed: list[str] = []

    class First:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                failed.append(report.nodeid)

    session.config.pluginmanager.register(First())
    session.config.option.maxfail = 1
    _loop(session, [by_id[test] for test in tests])
    return (1, failed[0]) if failed else (0, "")


def _loop(session: pytest.Session, items: list[pytest.Item]) -> None:
    for place, item in enumerate(items):
        following = items[place + 1] if place + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            break


def _forked(work: Callable[[], tuple[int, Any]], seconds: int = 0) -> tuple[int, Any]:
    """Exit code and result of the work in a process of its own; result None when it ended otherwise.

    seconds: of processor time, 0 for any; a process beyond it ends with -SIGXCPU.
    """
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            answer = pipe.read()
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return code, pickle.loads(answer) if answer else None
    try:
        os.close(read)
        if seconds:
            signal.alarm(HANGS)
            used = int(time.process_time())
            resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds + 5))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        code, result = work()
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(result, pipe)
        os._exit(code)
    except BaseException:  # whatever it is, the copy of the parent's program must not go on
        os._exit(70)

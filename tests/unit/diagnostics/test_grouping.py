"""One mistake gives one error, wherever and however often it shows."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity, addresses, names
from blueprint.diagnostics.grouping import grouped, joined
from blueprint.source import Source, Span

SOURCE = Source("main.oib", "0123456789" * 10)
FAULT = Rule("OIB5001", "a-fault")
DOUBT = Rule("OIB5202", "a-doubt", Severity.WARNING)
STALE = addresses.lock_stale("oib.lock", 1, "`hosts.a`")


def span(start: int) -> Span:
    return Span(SOURCE, start, start + 2)


def unknown(start: int, name: str = "network.a") -> Diagnostic:
    return Diagnostic(names.UNKNOWN_THING, span(start), f"there is no `{name}`", hint="a hint")


def test_members_that_fail_alike_in_one_place_fail_once():
    found = [Diagnostic(FAULT, span(4), f"member {n} is wrong", hint="mend it") for n in (1, 2, 3)]
    (only,) = grouped(found)
    assert (only.message, only.notes) == ("member 1 is wrong", ("2 more like this here",))


def test_faults_of_one_place_with_other_remedies_stay_apart():
    found = [Diagnostic(FAULT, span(4), f"`{n}` is missing", hint=f"add `{n}`") for n in "ab"]
    assert grouped(found) == tuple(found)


def test_faults_of_one_place_against_different_places_stay_apart():
    found = [
        Diagnostic(FAULT, span(4), f"clash {at}", labels=(Label(span(at), "here"),))
        for at in (20, 40)
    ]
    assert grouped(found) == tuple(found)


def test_an_unknown_name_is_one_error_with_its_other_uses_as_labels():
    (only,) = grouped([unknown(4), unknown(20), unknown(40), unknown(60)])
    assert only.span == span(4)
    assert only.labels == (Label(span(20), "and here"), Label(span(40), "and here"))
    assert only.notes == ("1 more like this in other places",)


def test_two_unknown_names_are_two_errors():
    assert len(grouped([unknown(4), unknown(20, "network.b")])) == 2


def test_the_lock_file_is_no_news_while_something_else_is_wrong():
    wrong = Diagnostic(FAULT, span(4), "this is wrong")
    assert grouped([STALE, wrong]) == (wrong,)


def test_the_lock_file_is_reported_beside_a_warning():
    doubt = Diagnostic(DOUBT, span(4), "this may be wrong")
    assert set(grouped([STALE, doubt])) == {STALE, doubt}


OF_A_TOOL = Rule("OIB6822", "a-limit")
OF_ANOTHER = Rule("OIB6717", "another-limit")


def limit(rule: Rule, start: int, message: str = "not so") -> Diagnostic:
    return Diagnostic(rule, span(start), message)


def test_what_two_tools_refuse_in_one_place_is_one_error():
    said = [("one", limit(OF_A_TOOL, 4)), ("two", limit(OF_ANOTHER, 4, "nor so"))]
    (only,) = joined([], said)
    assert (only.rule, only.notes) == (OF_A_TOOL, ("two asks for more: nor so",))


def test_what_a_check_refuses_already_is_no_error_of_a_tool():
    wrong = [Diagnostic(FAULT, span(4), f"member {n} is wrong") for n in (1, 2)]
    found = joined(wrong, [("one", limit(OF_A_TOOL, 4)), ("two", limit(OF_A_TOOL, 4))])
    notes = ("one asks for more: not so", "two asks for more: not so")
    assert [(d.rule, d.notes) for d in found] == [(FAULT, notes)] * 2


def test_several_faults_that_one_tool_finds_in_one_place_stay_apart():
    said = [("one", limit(OF_A_TOOL, 4)), ("one", limit(OF_ANOTHER, 4))]
    assert joined([], said) == [each for _, each in said]


def test_a_warning_and_an_error_of_one_place_stay_apart():
    doubt = Diagnostic(DOUBT, span(4), "this may be wrong")
    wrong = limit(OF_A_TOOL, 4)
    assert joined([doubt], [("one", wrong)]) == [doubt, wrong]
    assert joined([wrong], [("one", doubt)]) == [wrong, doubt]

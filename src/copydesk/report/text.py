"""The report for people: what is wrong, where, why and how to mend it, then what was checked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby

from copydesk.findings import Finding, Report
from copydesk.report._causes import Causes, causes
from copydesk.report._colour import Painter, painter
from copydesk.report._excerpt import pointed
from copydesk.report._groups import (
    MOST,
    Group,
    blocks,
    groups,
    since_lines,
    skipped_lines,
    waived_lines,
)
from copydesk.report._summary import summary, verdict
from copydesk.report._words import lines, note, place, value, visible


def render(
    report: Report,
    *,
    colour: bool = False,
    width: int = 100,
    quiet: bool = False,
    here: str = "",
    whole: bool = False,
    **_look: object,
) -> Iterator[str]:
    """Yield the findings, what was not run and a summary; `quiet` keeps the last line of it.

    What follows from a cause that was told is only counted, unless the `whole` is asked for.
    """
    paint = painter(colour)
    known = Causes() if whole else causes(report)
    for only_counted, together in groupby(groups(report), partial(_only_counted, known)):
        for group in together:
            yield from _group(group, known, width, paint, here)
        if only_counted:
            yield "\n"
    if not quiet and report.since:
        yield "\n".join(since_lines(report.since)) + "\n\n"
    if not quiet and report.waived:
        yield "\n".join(waived_lines(report.waived, here)) + "\n\n"
    if not quiet and report.skipped:
        yield "\n".join(skipped_lines(report.skipped)) + "\n\n"
    yield (verdict(report, paint) if quiet else summary(report, paint)) + "\n"


def _group(group: Group, known: Causes, width: int, paint: Painter, here: str) -> Iterator[str]:
    for i, finding in enumerate(blocks(group, known)):
        told = "\n".join(block(finding, width, paint, here))
        yield f"\n{told}\n" if i else f"{told}\n"
    sentence = group.sentence(known)
    end = "\n" if _only_counted(known, group) else "\n\n"
    yield paint(f"{sentence} · `copydesk explain {group.code}`", "dim") + end


def _only_counted(known: Causes, group: Group) -> bool:
    """Return whether no finding of a group has a block: all follow from a cause, or are capped."""
    return next(blocks(group, known), None) is None


def block(finding: Finding, width: int, paint: Painter, here: str) -> Iterator[str]:
    """Yield the lines in which a finding is told: what, where, the line it is in, why, the cure."""
    label = f"{finding.severity}[{finding.code}]"
    first, *rest = lines(finding.message)
    yield f"{paint(label, finding.severity)} {finding.name}: {first}"
    yield from (f"{' ' * len(label)} {line}".rstrip() for line in rest)
    number = "" if finding.line is None else str(finding.line)
    margin = " " * max(1, len(number)) + " "
    if where := _where(finding, here):
        yield f"{margin}{paint(f'--> {where}', 'dim')}"
    if finding.excerpt is not None:
        line, carets = pointed(finding.excerpt, finding.column, width - len(margin) - 3)
        yield f"{paint(f' {number:>{len(margin) - 1}} |', 'dim')} {line}".rstrip()
        yield f" {margin}{paint('|', 'dim')} {paint(carets, finding.severity)}"
    yield from _labelled("why: ", finding.why, margin, paint)
    for related in finding.related:
        yield from _labelled("note:", note(related, here), margin, paint)
    yield from _labelled("help:", finding.help, margin, paint)


def _where(finding: Finding, here: str) -> str:
    """Return the place in the file, then the same place in the words of the data."""
    at = finding.origin
    if finding.path:
        at = place(finding.path, finding.line, finding.column, here)
    context = [visible(finding.table)] if finding.table else []
    context += [f"{visible(name)} = {value(text)}" for name, text in finding.key.items()]
    if finding.field:
        context.append(f"field {value(finding.field)}")
    elif finding.fields:
        more = ["…"] if len(finding.fields) > MOST else []
        named = ", ".join([*map(value, finding.fields[:MOST]), *more])
        context.append(f"fields {named}")
    return "   ".join(part for part in (at, ", ".join(context)) if part)


def _labelled(label: str, text: str, margin: str, paint: Painter) -> Iterator[str]:
    if not text:
        return
    first, *rest = lines(text)
    yield f" {margin}{paint(f'= {label}', 'dim')} {first}"
    yield from (f" {margin}{' ' * (len(label) + 3)}{line}".rstrip() for line in rest)

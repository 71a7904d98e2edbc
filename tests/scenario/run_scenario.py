#!/usr/bin/env python3
"""Runs scenario files through the real command line, or through the rules written in Python.

Example:
  tests/scenario/run_scenario.py --kopilka build/release/bin/kopilka tests/scenario/*.scenario
  tests/scenario/run_scenario.py --oracle tests/scenario/*.scenario
"""

import argparse
import sys
import time

from scenario_text import CHECKS, Check, ScenarioError, complete_time, read_scenario
from stores import LaterRelease, OracleStore, ProgramStore, StoreError
from oracle.quantities import instant

AMOUNTS = {"balance": ("frozen", "available", "reserved", "in_flight", "debt", "held"),
           "partner": ("tracked", "approved", "invoiced", "due_to_partner")}

# Where the rows of a document stand that has several lists, and lists of what its rows say.
ROWS = {"member": "dues", "organization": "officers"}
LISTS = {"roster": (("member_ids", "member_id"), ("statuses", "status"),
                    ("organizations", "organization_id"), ("categories", "category")),
         "member": (("periods", "period"), ("amounts", "amount"), ("paid_on", "paid_on"),
                    ("organizations", "organization_id")),
         "purchases": (("actions", "action_id"),),
         "organization": (("statuses", "status"), ("full_time", "full_time"))}


class Mismatch(Exception):
    """What was expected, and what came."""


def shown(value):
    """A JSON scalar as a scenario writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "nothing" if value is None else str(value)


def found(document, path):
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def agrees(name, expected, actual):
    if name.endswith("_at") and isinstance(actual, str):
        return instant(complete_time(expected)) == instant(actual)
    return expected == shown(actual)


def compare(place, subject, fields, document):
    for name, expected in fields.items():
        actual = found(document, name)
        if not agrees(name, expected, actual):
            raise Mismatch(f"{place}: {subject}: {name} is {shown(actual)}, expected {expected}")


def judge_answer(step, answer):
    what = " ".join(filter(None, (answer.get("status"), answer.get("code"))))
    expected = " ".join(filter(None, (step.status, step.code)))
    code_differs = step.status in ("refused", "invalid") and step.answered \
        and step.code is not None and answer.get("code") != step.code
    if answer.get("status") != step.status or code_differs:
        message = f" ({answer['message']})" if "message" in answer else ""
        raise Mismatch(f"{step.place}: the answer is {what}{message}, expected {expected}")
    if step.original:
        original = answer.get("original", {})
        if (original.get("status"), original.get("code")) != step.original:
            raise Mismatch(f"{step.place}: the original is {original}, expected {step.original}")
    holder = answer.get("original", {}) if step.status == "duplicate" else answer
    compare(step.place, "the result", step.fields, holder.get("result", {}))


def summarised(what, document):
    """The document with what checks may also ask for: counts and lists of names."""
    if what == "books":
        sums = {row["account"]: row["balance"] for row in document["accounts"]}
        return {**sums, "total": document["total"]}
    rows = document.get(ROWS[what], []) if what in ROWS else \
        next((v for v in document.values() if isinstance(v, list)), [])
    extra = {"count": len(rows)}
    if what in ("statement", "purchase"):
        extra["events"] = ",".join(row["event"] for row in rows)
    if what == "statement":
        extra["recorded"] = ",".join(row["recorded_at"] for row in rows)
    for name, field in LISTS.get(what, ()):
        extra[name] = ",".join(shown(row[field]) for row in rows)
    if what == "organization":
        extra["terms"] = ",".join(f"{row['from']}..{row.get('to', '')}" for row in rows)
        extra["officers"] = ",".join(f"{row['role']}:{row['member_id']}" for row in rows)
    return {**document, **extra}


def check_statement(place, document):
    """Each running balance is the one before plus the change."""
    running = {}
    for row in document["entries"]:
        for name, text in row["change"].items():
            running[name] = running.get(name, 0) + int(text.replace(".", ""))
            if running[name] != int(row["balance"][name].replace(".", "")):
                raise Mismatch(f"{place}: the statement does not add up at {row}")


def judge_check(step, document):
    subject = " ".join([step.what, *step.words])
    if "fails" in step.options:
        if document.get("fails") != step.options["fails"]:
            raise Mismatch(f"{step.place}: {subject}: shows {document}, "
                           f"expected {step.options['fails']}")
        return
    if "fails" in document:
        raise Mismatch(f"{step.place}: {subject}: fails with {document['fails']}")
    if step.what == "statement":
        check_statement(step.place, document)
    view = summarised(step.what, document)
    compare(step.place, subject, step.fields, view)
    if step.only:
        names = [n for n in view if n.isdigit()] if step.what == "books" else AMOUNTS[step.what]
        rest = {n: "0.00" for n in names if n not in step.fields}
        compare(step.place, subject, rest, view)


def run(path, make_store):
    """(commands, checks, checks that ask for what this release lacks); raises Mismatch,
    ScenarioError or StoreError."""
    steps = read_scenario(path)
    commands = checks = later = 0
    with make_store() as store:
        index = 0
        while index < len(steps):
            if isinstance(steps[index], Check):
                step = steps[index]
                try:
                    judge_check(step, store.read(step.what, step.words, step.options))
                    checks += 1
                except LaterRelease:
                    later += 1
                index += 1
                continue
            end = index
            while end < len(steps) and not isinstance(steps[end], Check):
                end += 1
            batch = steps[index:end]
            for step, answer in zip(batch, store.submit(batch), strict=True):
                judge_answer(step, answer)
            commands += len(batch)
            index = end
        total = store.read("books", [], {})["total"]
        if total != "0.00":
            raise Mismatch(f"{path}: the trial balance sums to {total}")
        store.verify()
    return commands, checks, later


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--kopilka", metavar="PROGRAM", help="the program to run")
    which.add_argument("--oracle", action="store_true", help="judge with the rules in Python")
    parser.add_argument("files", nargs="+", metavar="FILE", help="scenario files")
    args = parser.parse_args()
    make_store = OracleStore if args.oracle else lambda: ProgramStore(args.kopilka)
    failed = 0
    for path in args.files:
        start = time.monotonic()
        try:
            commands, checks, later = run(path, make_store)
        except (Mismatch, ScenarioError, StoreError) as error:
            failed += 1
            print(f"FAIL  {error}")
            continue
        spent = time.monotonic() - start
        waits = f" ({later} more wait for a later release)" if later else ""
        print(f"ok    {path}: {commands} commands, {checks} checks{waits}, {spent:.1f} s")
    print(f"{len(args.files) - failed} of {len(args.files)} scenarios passed")
    return 1 if failed else 0


assert set(AMOUNTS) <= set(CHECKS)

if __name__ == "__main__":
    sys.exit(main())

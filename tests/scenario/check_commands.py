#!/usr/bin/env python3
"""Judges a file of command lines with the rules written in Python, without the program.

Exit 0 if every line is accepted, a duplicate (not of a refusal) or stale, else 1.

Example:
  tests/scenario/check_commands.py demo.ndjson
"""

import argparse
import sys
import time
from collections import Counter

from oracle.world import World
from stores import succeeded

SHOWN_MAX = 20


def judge(lines):
    """(world, counts by command and status, the lines that do not succeed)."""
    world, counts, failed = World(), Counter(), []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        answer = world.submit(line)
        name = line.partition('"command":"')[2].partition('"')[0]
        counts[name, answer["status"]] += 1
        if not succeeded(answer):
            failed.append((number, answer, line))
    return world, counts, failed


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="command lines, or - for the standard input")
    args = parser.parse_args()
    start = time.monotonic()
    file = sys.stdin if args.file == "-" else open(args.file, encoding="utf-8")
    with file:
        world, counts, failed = judge(file)
    for (name, status), count in sorted(counts.items()):
        print(f"{count:9d}  {name} {status}")
    print(f"{sum(counts.values()):9d}  lines, {len(world.log)} events, {world.span_days()}")
    for row in world.read_books()["accounts"]:
        print(f"{row['account']}  {row['balance']:>14}")
    print(f"total {world.read_books()['total']}; {time.monotonic() - start:.1f} s")
    for number, answer, line in failed[:SHOWN_MAX]:
        print(f"line {number}: {answer['status']} {answer.get('code')}: {line.strip()}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

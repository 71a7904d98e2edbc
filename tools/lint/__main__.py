"""Reads the tree and says what breaks the rules of the house.

    python3 tools/lint house       --root . --map build/dev/rooms.tsv    includes and house rules
    python3 tools/lint format      --root . --map build/dev/rooms.tsv    clang-format
    python3 tools/lint clang-tidy  --root . --map build/dev/rooms.tsv --build build/dev
"""

import argparse
import sys

import clang_tidy
import formatting
import house
import includes
from rooms import RoomMap


def main():
    parser = argparse.ArgumentParser(
        prog="tools/lint", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["house", "format", "clang-tidy"])
    parser.add_argument("--root", required=True, help="root of the tree")
    parser.add_argument("--map", required=True, help="rooms.tsv of a configured build")
    parser.add_argument("--build", help="build folder, for its compile commands (clang-tidy)")
    parser.add_argument("--jobs", type=int, default=0, help="processes at once; 0 = all cores")
    parser.add_argument("--budget", type=float,
                        help="begin no further source after so many seconds (clang-tidy)")
    options = parser.parse_args()
    if options.what == "clang-tidy" and not options.build:
        parser.error("clang-tidy needs --build")

    room_map = RoomMap.read(options.root, options.map)
    if options.what == "house":
        findings = includes.check(room_map) + house.check(room_map)
        for finding in sorted(findings, key=lambda found: (found.path, found.line)):
            print(finding)
        if findings:
            print(f"{len(findings)} findings")
        return 1 if findings else 0
    if options.what == "format":
        return formatting.check(room_map, options.jobs)
    return clang_tidy.check(room_map, options.build, options.jobs, options.budget)


if __name__ == "__main__":
    sys.exit(main())

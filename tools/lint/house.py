"""The rules of the house that a compiler does not know: lengths, banned calls, names, folders."""

import pathlib
import re

import cpp_text
from includes import CPP_SUFFIXES
from rooms import Finding, is_below

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = 100

# rule, pattern, folders where it may stand, what to do instead
BANNED = [
    ("clock", r"\b(?:system|steady|high_resolution|utc|file)_clock::now\b|\bclock_gettime\b"
              r"|\bgettimeofday\b|\bstd::time\s*\(",
     ("engine/system", "bench"), "ask the Clock port"),
    ("chance", r"\brandom_device\b|\bs?rand\s*\(|\bgetrandom\s*\(",
     ("engine/system",), "ask the Random port"),
    ("environment", r"\b(?:secure_)?getenv\b", (), "pass it as a setting or an argument"),
    ("sleep", r"\bsleep_(?:for|until)\b|\bu?sleep\s*\(|\bnanosleep\b", (),
     "wait for what you wait for"),
    ("output", r"\bstd::(?:cout|cerr|clog)\b|(?<![\w.>])(?:std::)?(?:printf|puts)\s*\("
               r"|\bfmt::print\s*\(\s*[,)]",
     ("tools", "bench"), "return it, or write to a stream that was handed in"),
    ("float", r"\b(?:float|double)\b", ("bench",), "count in integers of a named unit"),
    ("assert", r"(?<![\w:])assert\s*\(", (), "use KOPILKA_CHECK, which stays on in release"),
    ("name", r"\b(?:class|struct|union|enum)\s+(?:class\s+|struct\s+)?\w*"
             r"(?:Manager|Helper|Utils?|Impl|Data|Info)\b(?!\s*;)", (),
     "name it for what it is in the domain"),
]
# A switch is banned; a bool named `value` is a thing to store, as in put(bool value).
BOOL_PARAMETER = re.compile(r"[(,]\s*(?:const\s+)?bool\s+(?!value\b)\w+\s*(?=[,)=])")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")
NAMESPACE = re.compile(r"^[ \t]*(?:inline\s+)?namespace\s+([\w:]+)\s*\{", re.MULTILINE)
FOREIGN_NAMESPACES = {"std", "fmt", "testing"}

ALLOWED_FILE = "tools/lint/allowed.tsv"
TEXT_SUFFIXES = (*CPP_SUFFIXES, ".py", ".cmake", ".fbs", ".txt", "")


def check(room_map):
    allowed = _read_allowed(room_map)
    findings = list(_check_rooms(room_map))
    for path in room_map.files(*TEXT_SUFFIXES):
        findings += _check_text(room_map, path)
    for path in room_map.files(*CPP_SUFFIXES):
        findings += _check_cpp(room_map, path, allowed)
    for (rule, path), (line, was_needed) in allowed.items():
        if not was_needed:
            findings.append(Finding(ALLOWED_FILE, line, f"{rule} does not occur in {path}",
                                    "drop the line"))
    return findings


def _read_allowed(room_map):
    """Exceptions by (rule, path): the line that grants each, and whether it was needed."""
    file = room_map.root / ALLOWED_FILE
    allowed = {}
    if file.is_file():
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line and not line.startswith("#"):
                rule, path, _reason = line.split("\t")
                allowed[rule, path] = (number, False)
    return allowed


def _check_rooms(room_map):
    for room in room_map.rooms:
        if not (room_map.root / room).is_dir():
            continue
        if not (room_map.root / room / "README.md").is_file():
            yield Finding(f"{room}/README.md", 1, "a room without its sentence",
                          "say what the room is, where to start reading, what does not belong")


def _check_text(room_map, path):
    try:
        lines = room_map.read_text(path).splitlines()
    except UnicodeDecodeError:
        return
    is_script = not lines or lines[0].startswith("#!")
    if "." not in path.rpartition("/")[2] and not is_script:
        return
    is_data = path.endswith((".txt", ".fbs")) and not path.endswith("CMakeLists.txt")
    if len(lines) > FILE_LINES_MAX and not is_data:
        yield Finding(path, FILE_LINES_MAX + 1, f"{len(lines)} lines, more than {FILE_LINES_MAX}",
                      "split it by what it is about")
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX and not is_data:
            yield Finding(path, number, f"{len(line)} columns, more than {COLUMNS_MAX}",
                          "break the line")
        if UNFINISHED.search(line):
            yield Finding(path, number, "a note of unfinished work", "finish it or file an issue")


def _check_cpp(room_map, path, allowed):
    text = room_map.read_text(path)
    code = cpp_text.code_only(text)
    yield from _check_banned(path, code, allowed)
    yield from _check_namespaces(path, code)
    for first, last in cpp_text.functions(text):
        if last - first + 1 > FUNCTION_LINES_MAX:
            yield Finding(path, first, f"a function of {last - first + 1} lines, more than "
                          f"{FUNCTION_LINES_MAX}", "split it by steps")
    if path.endswith(".h"):
        if "#pragma once" not in text:
            yield Finding(path, 1, "no #pragma once", "put it on the first line of code")
        if path in room_map.public_headers:
            for match in BOOL_PARAMETER.finditer(code):
                yield Finding(path, cpp_text.line_at(code, match.end()),
                              "a bool parameter in a public header", "use an enum of two names")
    else:
        yield from _check_source(room_map, path, text)


def _check_source(room_map, path, text):
    if path not in room_map.owners_of_source and not path.startswith("cmake/"):
        yield Finding(path, 1, "belongs to no target", "list it in SOURCES of its folder")
    own_header = path.removesuffix(".cc") + ".h"
    if (room_map.root / own_header).is_file():
        first = next(cpp_text.includes(text), (1, True, None))
        if first[2] != own_header:
            yield Finding(path, first[0], "its own header is not the first include",
                          f'put #include "{own_header}" on top')


def _check_banned(path, code, allowed):
    for rule, pattern, folders, remedy in BANNED:
        if any(is_below(path, folder) for folder in folders):
            continue
        for match in re.finditer(pattern, code):
            if (rule, path) in allowed:
                allowed[rule, path] = (allowed[rule, path][0], True)
                break
            yield Finding(path, cpp_text.line_at(code, match.start()),
                          f"banned ({rule}): {match[0].strip()}", remedy)


def _check_namespaces(path, code):
    """engine/base is kopilka::base, projections/rosters is kopilka::projections::rosters."""
    top, *below = pathlib.PurePosixPath(path).parts[:-1]
    if top == "engine" and below:
        wanted = f"kopilka::{below[0]}"
    elif top == "projections" and below:
        wanted = f"kopilka::projections::{below[0]}"
    else:
        wanted = "kopilka"
    names = [(match[1], cpp_text.line_at(code, match.start(1)))
             for match in NAMESPACE.finditer(code)]
    outer = [found for found in names if found[0].split("::")[0] == "kopilka"]
    for name, line in outer:
        if name != wanted and not name.startswith(wanted + "::"):
            yield Finding(path, line, f"namespace {name} in a file of {wanted}",
                          "path is namespace: move the code or rename it")
    if not outer and top in ("engine", "projections"):
        yield Finding(path, 1, f"nothing is in namespace {wanted}", "path is namespace")
    for name, line in names:
        first = name.split("::")[0]
        if not outer and first not in FOREIGN_NAMESPACES:
            yield Finding(path, line, f"namespace {name} is outside of kopilka",
                          f"begin it with {wanted}")

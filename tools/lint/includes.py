"""The include lint: an arrow between folders exists only where add_module declared it."""

import cpp_text
from rooms import Finding, is_below

CPP_SUFFIXES = (".cc", ".h")

STANDARD_HEADERS = set(
    """
    algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono
    cinttypes climits clocale cmath codecvt compare complex concepts condition_variable coroutine
    csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque
    exception execution expected filesystem format forward_list fstream functional future
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map
    memory memory_resource mutex new numbers numeric optional ostream queue random ranges ratio
    regex scoped_allocator semaphore set shared_mutex source_location span spanstream sstream stack
    stacktrace stdexcept stop_token streambuf string string_view strstream syncstream system_error
    thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray variant
    vector version
    """.split()
)

# What decides does no I/O, starts no threads, asks no clock and draws no lots.
PURE_ROOMS = ("engine/base", "engine/model", "engine/state", "engine/registry",
              "engine/ledger", "engine/codec", "engine/shard")
IMPURE_HEADERS = {"filesystem", "fstream", "iostream", "random", "thread", "future", "ctime"}


def check(room_map):
    findings = []
    for target in room_map.targets.values():
        findings += _check_declaration(room_map, target)
    used = {}
    for path in room_map.files(*CPP_SUFFIXES):
        judged = [list(_check_file(room_map, path, target, used))
                  for target in room_map.owners(path)]
        if path in room_map.owners_of_source:
            findings += sum(judged, [])
        elif judged:  # a header may include what one of the programs beside it declares
            findings += [found for found in judged[0]
                         if all(_has(found, others) for others in judged)]
    for target in room_map.targets.values():
        findings += _check_unused(target, used.get(target.name, set()))
    return list(dict.fromkeys(findings))


def _has(finding, others):
    return any(finding.line == other.line for other in others)


def _declared_in(target):
    return f"{target.folder}/CMakeLists.txt"


def _check_declaration(room_map, target):
    for name in target.depends:
        below = room_map.targets[name]
        own, other = room_map.height(target.folder), room_map.height(below.folder)
        if own is not None and other is not None and other > own:
            yield Finding(_declared_in(target), 1,
                          f"{target.name} depends on {name}, which stands above it",
                          "turn the arrow round, or move what is shared down")
    for key in target.vendors:
        vendor = room_map.vendors[key]
        if not vendor.allows(target.folder):
            yield Finding(_declared_in(target), 1,
                          f"{key} is not for {target.folder}, only for {', '.join(vendor.rooms)}",
                          "ask one of those rooms through a port")


def _check_unused(target, used):
    if target.kind == "schemas":  # what is generated is not read
        return
    for name in target.depends:
        if name not in used:
            yield Finding(_declared_in(target), 1,
                          f"{target.name} declares {name} and includes nothing of it",
                          "drop it from DEPENDS")
    for key in target.vendors:
        # The test programs get GoogleTest unasked; posix also stands for the threads library.
        if key not in used and key not in ("gtest", "posix"):
            yield Finding(_declared_in(target), 1,
                          f"{target.name} declares {key} and includes nothing of it",
                          "drop it from VENDOR")


def _check_file(room_map, path, target, used):
    for line, is_quoted, include in cpp_text.includes(room_map.read_text(path)):
        if is_quoted:
            wrong = _check_own(room_map, target, include, used)
        else:
            wrong = _check_vendor(room_map, target, include, used)
        if wrong:
            yield Finding(path, line, *wrong)


def _check_own(room_map, target, include, used):
    if "/" not in include or include.startswith((".", "/")):
        return f'"{include}" is not a path from the root', "write the folder before it"
    owner = room_map.public_headers.get(include)
    if owner is None:
        if not (room_map.root / include).is_file():
            return f'no header "{include}" in the tree', "correct the path"
        owners = room_map.owners(include)
        if any(target.folder == other.folder for other in owners):
            return None
        names = ", ".join(other.folder for other in owners) or "no folder that has a target"
        return (f'"{include}" is a private header of {names}',
                "list it in HEADERS there, or include a public one")
    if owner.name == target.name:
        return None
    used.setdefault(target.name, set()).add(owner.name)
    own, other = room_map.height(target.folder), room_map.height(owner.folder)
    if own is not None and other is not None and other > own:
        return (f'upward include of "{include}": {owner.folder} stands above {target.folder}',
                "move what is shared down, or turn the arrow round")
    if owner.name not in target.depends:
        return (f'"{include}" is of {owner.name}, which {target.name} does not declare',
                f"add {owner.name} to DEPENDS in {_declared_in(target)}, or do without")
    return None


def _check_vendor(room_map, target, include, used):
    if include in STANDARD_HEADERS:
        if include in IMPURE_HEADERS and any(is_below(target.folder, r) for r in PURE_ROOMS):
            return f"<{include}> in {target.folder}, which does no I/O", "go through a port"
        return None
    for vendor in room_map.vendors.values():
        if not vendor.owns(include):
            continue
        used.setdefault(target.name, set()).add(vendor.name)
        if not vendor.allows(target.folder):
            return (f"vendor header <{include}> in {target.folder}: {vendor.name} is only for "
                    f"{', '.join(vendor.rooms)}", "ask one of those rooms through a port")
        if vendor.name not in target.vendors:
            return (f"vendor header <{include}>, and {target.name} does not declare {vendor.name}",
                    f"add {vendor.name} to VENDOR in {_declared_in(target)}, or do without")
        return None
    return (f"<{include}> is of no vendor that we know",
            "enter its library in cmake/vendors.cmake, or use the C++ header")

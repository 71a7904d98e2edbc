"""The map of the tree as CMake wrote it: rooms in order, vendors, targets and their arrows."""

import dataclasses
import pathlib

# Folders that hold our own code; what else lies in the root is not read.
CODE_FOLDERS = ("schemas", "engine", "projections", "tools", "bench", "tests", "cmake")
SKIPPED_FOLDERS = {"build", "__pycache__", "node_modules"}


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where, what, and what to do about it."""

    path: str
    line: int
    what: str
    remedy: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.what}; {self.remedy}"


@dataclasses.dataclass(frozen=True)
class Vendor:
    name: str
    headers: tuple[str, ...]
    rooms: tuple[str, ...]

    def owns(self, include):
        return any(
            include == header or (header[-1] != "h" or "/" in header) and include.startswith(header)
            for header in self.headers
        )

    def allows(self, folder):
        return any(room == "*" or is_below(folder, room) for room in self.rooms)


@dataclasses.dataclass(frozen=True)
class Target:
    kind: str
    name: str
    folder: str
    depends: tuple[str, ...]
    vendors: tuple[str, ...]
    sources: tuple[str, ...]
    headers: tuple[str, ...]

    def path_of(self, file):
        return f"{self.folder}/{file}"


def is_below(path, folder):
    return path == folder or path.startswith(folder + "/")


class RoomMap:
    def __init__(self, root, rooms, vendors, targets):
        self.root = pathlib.Path(root)
        self.rooms = rooms
        self.vendors = vendors
        self.targets = {target.name: target for target in targets}
        self.public_headers = {
            target.path_of(header): target for target in targets for header in target.headers
        }
        self.owners_of_source = {}
        for target in targets:
            for source in target.sources:
                self.owners_of_source.setdefault(target.path_of(source), []).append(target)

    @staticmethod
    def read(root, file):
        rooms, vendors, targets = [], {}, []
        for line in pathlib.Path(file).read_text().splitlines():
            kind, *fields = line.split("\t")
            if kind == "room":
                rooms.append(fields[0])
            elif kind == "vendor":
                vendors[fields[0]] = Vendor(fields[0], _list(fields[1]), _list(fields[2]))
            else:
                name, folder, *lists = fields
                targets.append(Target(kind, name, folder, *map(_list, lists)))
        return RoomMap(root, rooms, vendors, targets)

    def height(self, path):
        """Index of the room that holds `path` in the bottom-up list, or None outside of all."""
        holding = [room for room in self.rooms if is_below(path, room)]
        return self.rooms.index(max(holding, key=len)) if holding else None

    def owners(self, path):
        """Targets that `path` belongs to: those that list it, else the nearest folder's module.

        A private header beside several test programs and no module belongs to all of them.
        """
        if path in self.public_headers:
            return [self.public_headers[path]]
        if path in self.owners_of_source:
            return self.owners_of_source[path]
        folder = path.rpartition("/")[0]
        while folder:
            found = [target for target in self.targets.values() if target.folder == folder]
            if found:
                return [target for target in found if target.kind == "module"] or found
            folder = folder.rpartition("/")[0]
        return []

    def files(self, *suffixes):
        """Own files with one of `suffixes` ("" = no suffix), as sorted paths from the root."""
        found = []
        for folder in CODE_FOLDERS:
            for file in (self.root / folder).rglob("*"):
                parts = file.relative_to(self.root).parts
                if file.is_file() and file.suffix in suffixes and not SKIPPED_FOLDERS & set(parts):
                    found.append("/".join(parts))
        return sorted(found)

    def read_text(self, path):
        return (self.root / path).read_text(encoding="utf-8")


def _list(field):
    return tuple(field.split(",")) if field else ()

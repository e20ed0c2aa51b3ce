#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The house keeps its floors: tests/arch/floors.py [ROOT]

Reads the sources as text and names every breach with file:line.  Each check counts as one test; the last line is
"N passed, N failed", and the exit status 1 when one failed.  README.md beside this file tells the rules in words.
"""
import os
import re
import subprocess
import sys

CODE = ("proto", "daemon", "clients", "include")
ROOTS = ("include", "proto", "daemon", "clients")  # where the compiler looks for "room/file.h"

# Every room and its floor.  A room sees itself and lower floors, never another room of its own floor.
FLOORS = {
    "proto/base": 0,
    "proto/crypto": 1,
    "proto/contract": 2,
    "daemon/store": 3,
    "daemon/rules": 3,
    "daemon/config": 3,
    "clients/libtsunagi": 3,
    "daemon/ledger": 4,
    "daemon/broker": 5,
    "daemon/front": 6,
    "daemon/links": 6,
    "daemon/console": 6,
    "daemon/service": 7,
    "daemon/main.c": 8,
    "clients/tsunagi": 7,
    "clients/examples": 7,
}
PUBLIC = "include/tsunagi"  # outside the floors: includes libc alone, is seen by clients alone

# What the floors alone would allow, and is not: (from, to, why), by the beginning of the room's name.
CLOSED = (
    ("clients/tsunagi", "daemon/broker", "the command works on a home or asks the daemon"),
    ("clients/tsunagi", "daemon/front", "the command works on a home or asks the daemon"),
    ("clients/tsunagi", "daemon/links", "the command works on a home or asks the daemon"),
    ("clients/tsunagi", "daemon/console", "the command works on a home or asks the daemon"),
    ("clients/examples", "proto/", "an example sees only what is installed"),
    ("clients/examples", "daemon/", "an example sees only what is installed"),
    ("clients/examples", "clients/", "an example sees only what is installed"),
    ("daemon/", "clients/", "the daemon needs no client"),
)

# Outside libraries: the beginning of a header's name, and its homes.
HOMES = {
    "openssl/": ("proto/crypto",),
    "sodium": ("proto/crypto",),
    "immintrin.h": ("proto/crypto",),
    "protobuf-c/": ("proto/contract",),
    "lmdb.h": ("daemon/store",),
    "zmq": ("daemon/front", "clients/libtsunagi"),
    "jansson.h": ("proto/contract", "clients/libtsunagi", "clients/tsunagi", "clients/examples"),
    "cyaml/": ("daemon/config",),
    "yaml.h": ("daemon/config",),
    "systemd/": ("daemon/main.c",),
    "seccomp.h": ("daemon/main.c",),
    "microhttpd.h": ("daemon/console",),
    "curses.h": ("clients/tsunagi",),
    "ncurses": ("clients/tsunagi",),
    "libical/": ("clients/libtsunagi",),
}

# C17, POSIX and Linux: what needs no home.
LIBC = set("""
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbool stddef
    stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
    dirent dlfcn endian err fcntl fnmatch ftw getopt glob grp iconv langinfo libgen malloc netdb poll pthread pwd regex sched
    semaphore spawn strings syslog termios unistd utime""".split())
LIBC_FOLDERS = ("sys/", "arpa/", "net/", "netinet/", "linux/")
STANDARD_C = set("""
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic stdbool stddef
    stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype sys/types""".split())

FILE_MAX = 600  # lines
FUNCTION_MAX = 100  # lines between a function's braces
MARKS = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LICENCE = "SPDX-License-" + "Identifier: Apache-2.0"


def listed(root):
    """Every file of the tree, without what git ignores, what is generated and what stays as somebody wrote it."""
    git = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"], capture_output=True)
    if git.returncode == 0 and os.path.exists(os.path.join(root, ".git")):
        names = [os.fsdecode(name) for name in git.stdout.split(b"\0") if name]
    else:
        names = []
        for folder, folders, files in os.walk(root):
            top = os.path.samefile(folder, root)
            folders[:] = [f for f in folders if f not in (".git", "__pycache__") and not (top and f.startswith("build"))]
            names += [os.path.relpath(os.path.join(folder, f), root) for f in files]
    return sorted(n for n in set(names) if os.path.isfile(os.path.join(root, n)) and not n.endswith((".pb-c.c", ".pb-c.h")))


class Tree:
    """The files of a tree, read once.

    files  path -> list of lines, for every text file
    code   the .c and .h paths of the house
    """

    def __init__(self, root):
        self.files = {}
        for name in listed(root):
            with open(os.path.join(root, name), "rb") as file:
                data = file.read()
            if b"\0" not in data:
                self.files[name] = data.decode("utf-8", "replace").split("\n")
        self.code = [n for n in self.files if n.split("/")[0] in CODE and n.endswith((".c", ".h"))]

    def includes(self, path):
        """Yields (line number, '<' or '"', name)."""
        for number, line in enumerate(self.files[path], 1):
            found = INCLUDE.match(line)
            if found:
                yield number, found.group(1), found.group(2)

    def house_includes(self, path):
        """Yields (line number, path of the file) for includes of the house's own files, where they are found."""
        for number, _, name in self.includes(path):
            found = [f"{root}/{name}" for root in ROOTS if f"{root}/{name}" in self.files]
            if found:
                yield number, found[0]


def room_of(path):
    """The room that a file belongs to, or None."""
    for room in (*FLOORS, PUBLIC):
        if path == room or path.startswith(room + "/"):
            return room
    return None


def is_generated(name):
    return name.endswith(".pb-c.h")


def is_libc(name):
    return name.removesuffix(".h") in LIBC or name.startswith(LIBC_FOLDERS)


def check_rooms(tree):
    """every source has a room with a floor"""
    return [f"{path}:1: belongs to no room; give its folder a floor in tests/arch/floors.py" for path in tree.code if room_of(path) is None]


def check_names(tree):
    """includes of ours are written from the root of the tree"""
    faults = []
    for path in tree.code:
        for number, kind, name in tree.includes(path):
            found = [root for root in ROOTS if f"{root}/{name}" in tree.files]
            if len(found) > 1:
                faults.append(f"{path}:{number}: {name} is a file of {' and of '.join(found)}")
            elif kind == '"' and not found and not is_generated(name):
                faults.append(f"{path}:{number}: no {name} below {', '.join(ROOTS)}; ours are written \"room/file.h\"")
    return faults


def may_include(room, other):
    """Why a file of room must not include one of other, or None."""
    if room == other:
        return None
    if other == PUBLIC:
        return None if room.startswith("clients/") else "the public headers are for clients"
    if room == PUBLIC:
        return "a public header includes nothing of ours"
    for begins, closed, why in CLOSED:
        if room.startswith(begins) and other.startswith(closed):
            return why
    if FLOORS[other] == FLOORS[room]:
        return f"another room of floor {FLOORS[room]}"
    if FLOORS[other] > FLOORS[room]:
        return f"floor {FLOORS[other]} seen from floor {FLOORS[room]}"
    return None


def check_floors(tree):
    """a file includes lower floors only"""
    faults = []
    for path in tree.code:
        room = room_of(path)
        for number, target in tree.house_includes(path):
            other = room_of(target)
            why = may_include(room, other) if room and other else None
            if why:
                faults.append(f"{path}:{number}: {room} includes {target}: {why}")
    return faults


def module_of(path):
    return re.sub(r"\.[ch]$", "", path)


def check_circles(tree):
    """no module includes itself by way of others"""
    graph = {}  # module -> {module included: "file:line"}
    for path in tree.code:
        edges = graph.setdefault(module_of(path), {})
        for number, target in tree.house_includes(path):
            if module_of(target) != module_of(path):
                edges.setdefault(module_of(target), f"{path}:{number}")
    faults = []
    done = set()

    def visit(module, trail):
        if module in trail:
            circle = trail[trail.index(module):]
            faults.append(f"{graph[circle[-1]][module]}: closes a circle: {' -> '.join(circle + [module])}")
            return
        if module in done:
            return
        for target in sorted(graph.get(module, {})):
            visit(target, trail + [module])
        done.add(module)

    for module in sorted(graph):
        visit(module, [])
    return faults


def check_homes(tree):
    """an outside library is included in its home only"""
    faults = []
    for path in tree.code:
        for number, kind, name in tree.includes(path):
            if any(f"{root}/{name}" in tree.files for root in ROOTS) or is_generated(name) or (kind == '"' and name not in HOMES):
                continue
            homes = next((homes for begins, homes in HOMES.items() if name.startswith(begins)), None)
            if homes is None and not is_libc(name):
                faults.append(f"{path}:{number}: <{name}> has no home; give the library one in tests/arch/floors.py")
            elif homes is not None and room_of(path) not in homes:
                faults.append(f"{path}:{number}: <{name}> outside its home {', '.join(homes)}")
    return faults


def check_public(tree):
    """public headers include standard C only"""
    return [f"{path}:{number}: {name} in a public header"
            for path in tree.code if room_of(path) == PUBLIC
            for number, _, name in tree.includes(path) if name.removesuffix(".h") not in STANDARD_C and not name.startswith("tsunagi/")]


def is_source(path, lines):
    name = os.path.basename(path)
    if "corpus" in path.split("/") or path.startswith("tests/golden/"):
        return False  # kept byte for byte
    return (name.endswith((".c", ".h", ".proto", ".py", ".sh", ".yaml", ".go"))
            or name in ("meson.build", "meson.options", "meson_options.txt") or lines[0].startswith("#!"))


def check_licence(tree):
    """every source names its licence on the first line, or behind #!"""
    faults = []
    for path, lines in tree.files.items():
        if not is_source(path, lines):
            continue
        number = 1 if lines[0].startswith("#!") and len(lines) > 1 else 0
        if LICENCE not in lines[number]:
            faults.append(f"{path}:{number + 1}: no {LICENCE}")
    return faults


def check_readmes(tree):
    """every folder and room has a README.md"""
    folders = set()
    for path in tree.files:
        parts = path.split("/")[:-1]
        if parts and not parts[0].startswith("."):
            folders.update("/".join(parts[:depth]) for depth in (1, 2) if depth <= len(parts))
    return [f"{folder}/README.md:1: missing: what lives here, what it may include, where to start"
            for folder in sorted(folders - {PUBLIC}) if f"{folder}/README.md" not in tree.files]


def check_leftovers(tree):
    """nothing is left for later"""
    return [f"{path}:{number}: {MARKS.search(line).group(1)}"
            for path, lines in tree.files.items() for number, line in enumerate(lines, 1) if MARKS.search(line)]


def functions(lines):
    """Yields (line number, lines between the braces): bodies stand between braces in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{") and start is None:
            start = number
        elif line.startswith("}") and start is not None:
            yield start, number - start - 1
            start = None


def check_functions(tree):
    """no function is longer than 100 lines"""
    return [f"{path}:{start}: a function of {count} lines; at most {FUNCTION_MAX}"
            for path in tree.code for start, count in functions(tree.files[path]) if count > FUNCTION_MAX]


def check_files(tree):
    """no file is longer than 600 lines"""
    return [f"{path}:{FILE_MAX + 1}: {len(tree.files[path]) - 1} lines in a file; at most {FILE_MAX}"
            for path in tree.code if len(tree.files[path]) - 1 > FILE_MAX]


CHECKS = (check_rooms, check_names, check_floors, check_circles, check_homes, check_public, check_licence, check_readmes,
          check_leftovers, check_functions, check_files)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    tree = Tree(root)
    if not tree.code:
        sys.exit(f"{root}: holds no source of the house")
    failed = 0
    for check in CHECKS:
        faults = check(tree)
        failed += bool(faults)
        print(("fails: " if faults else "holds: ") + check.__doc__)
        for fault in faults:
            print("  " + fault)
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

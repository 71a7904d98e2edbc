"""Plants one fault at a time in a small tree and sees that the lint names it, and only it."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

LINT = pathlib.Path(__file__).resolve().parents[2] / "tools" / "lint"
sys.path.insert(0, str(LINT))

import clang_tidy  # noqa: E402
import cpp_text  # noqa: E402
import house  # noqa: E402
import includes  # noqa: E402
from rooms import RoomMap  # noqa: E402

MAP = """\
room\tengine/base
room\tengine/ledger
room\tengine/rocks
room\tbench/micro
room\ttests/unit
vendor\tfmt\tfmt/\t*
vendor\trocksdb\trocksdb/\tengine/rocks
vendor\tgtest\tgtest/,gmock/\ttests
vendor\txxhash\txxhash.h\tengine/base,engine/rocks
module\tengine_base\tengine/base\t\t\tbytes.cc\tbytes.h
module\tengine_ledger\tengine/ledger\tengine_base\t\tledger.cc\tledger.h
module\tengine_rocks\tengine/rocks\tengine_base\trocksdb\tstore.cc\tstore.h
tests\tunit_engine_base\ttests/unit/engine/base\tengine_base\tgtest\tbytes_test.cc\t
"""

WELL = {
    "engine/base/bytes.h": "#pragma once\n\nnamespace kopilka::base {\nint size();\n}\n",
    "engine/base/bytes.cc": '#include "engine/base/bytes.h"\n\n#include <vector>\n\n'
    "namespace kopilka::base {\nint size() { return 1; }\n}\n",
    "engine/ledger/ledger.h": '#pragma once\n\n#include "engine/base/bytes.h"\n\n'
    "namespace kopilka::ledger {\nint total();\n}\n",
    "engine/ledger/ledger.cc": '#include "engine/ledger/ledger.h"\n\n'
    '#include "engine/ledger/rounding.h"\n\n'
    "namespace kopilka::ledger {\nint total() { return base::size(); }\n}\n",
    "engine/ledger/rounding.h": "#pragma once\n\nnamespace kopilka::ledger {\nint cut();\n}\n",
    "engine/rocks/store.h": "#pragma once\n\nnamespace kopilka::rocks {\nint rows();\n}\n",
    "engine/rocks/store.cc": '#include "engine/rocks/store.h"\n\n#include <rocksdb/db.h>\n\n'
    '#include "engine/base/bytes.h"\n\n'
    "namespace kopilka::rocks {\nint rows() { return base::size(); }\n}\n",
    "tests/unit/engine/base/bytes_test.cc": '#include "engine/base/bytes.h"\n\n'
    "namespace kopilka::base {\nint here() { return size(); }\n}\n",
}


class LintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.map = MAP
        for room in ("engine/base", "engine/ledger", "engine/rocks", "bench/micro", "tests/unit"):
            self.write(f"{room}/README.md", "A room.\n")
        for path, text in WELL.items():
            self.write(path, text)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def add(self, path, text):
        """Puts `text` behind the includes of a file that is well without it."""
        before, found, after = (self.root / path).read_text().partition("namespace kopilka")
        self.write(path, before + text + found + after)

    def lint(self):
        (self.root / "rooms.tsv").write_text(self.map)
        room_map = RoomMap.read(self.root, self.root / "rooms.tsv")
        return [str(finding) for finding in includes.check(room_map) + house.check(room_map)]

    def run_program(self, what):
        (self.root / "rooms.tsv").write_text(self.map)
        return subprocess.run(
            [sys.executable, "-B", str(LINT), what, "--root", str(self.root),
             "--map", str(self.root / "rooms.tsv")],
            capture_output=True, text=True, check=False,
        )

    def assert_finds(self, place, *words):
        findings = self.lint()
        self.assertEqual(len(findings), 1, findings)
        self.assertTrue(findings[0].startswith(place + ": "), findings[0])
        for word in words:
            self.assertIn(word, findings[0])

    def test_says_nothing_of_a_tree_that_is_well(self):
        self.assertEqual(self.lint(), [])

    def test_the_program_is_silent_when_well_and_fails_when_not(self):
        run = self.run_program("house")
        self.assertEqual((run.returncode, run.stdout, run.stderr), (0, "", ""))
        self.add("engine/base/bytes.cc", '#include "engine/ledger/ledger.h"\n')
        run = self.run_program("house")
        self.assertEqual((run.returncode, run.stderr), (1, ""))
        self.assertIn("engine/base/bytes.cc:5: upward include", run.stdout)
        self.assertIn("1 findings", run.stdout)

    # Arrows.

    def test_finds_an_upward_include(self):
        self.add("engine/base/bytes.cc", '#include "engine/ledger/ledger.h"\n')
        self.assert_finds("engine/base/bytes.cc:5", "upward include", "engine/ledger")

    def test_finds_an_upward_arrow_that_was_declared(self):
        self.map = MAP.replace("engine/base\t\t\t", "engine/base\tengine_ledger\t\t")
        self.add("engine/base/bytes.cc", '#include "engine/ledger/ledger.h"\n')
        findings = self.lint()
        self.assertTrue(any("which stands above it" in found for found in findings), findings)
        self.assertTrue(any("upward include" in found for found in findings), findings)

    def test_finds_an_include_that_was_not_declared(self):
        self.add("engine/rocks/store.cc", '#include "engine/ledger/ledger.h"\n')
        self.assert_finds("engine/rocks/store.cc:7", "engine_ledger", "DEPENDS")

    def test_finds_a_declared_arrow_that_nothing_uses(self):
        self.map = MAP.replace("engine/rocks\tengine_base\t",
                               "engine/rocks\tengine_base,engine_ledger\t")
        self.assert_finds("engine/rocks/CMakeLists.txt:1", "includes nothing of it")

    def test_finds_a_private_header_of_another_room(self):
        self.map = MAP.replace("engine/rocks\tengine_base\t",
                               "engine/rocks\tengine_base,engine_ledger\t")
        self.add("engine/rocks/store.cc", '#include "engine/ledger/ledger.h"\n'
                 '#include "engine/ledger/rounding.h"\n')
        self.assert_finds("engine/rocks/store.cc:8", "private header", "engine/ledger")

    def test_lets_a_header_beside_test_programs_use_what_one_of_them_declares(self):
        self.map = MAP + ("tests\tunit_more\ttests/unit/engine/base\tengine_ledger,engine_base"
                          "\tgtest\tmore_test.cc\t\n")
        self.write("tests/unit/engine/base/more_test.cc",
                   WELL["tests/unit/engine/base/bytes_test.cc"])
        self.write("tests/unit/engine/base/given.h",
                   '#pragma once\n#include "engine/ledger/ledger.h"\n')
        self.assertEqual(self.lint(), [])
        self.write("tests/unit/engine/base/given.h",
                   '#pragma once\n#include "engine/ledger/ledger.h"\n'
                   '#include "engine/rocks/store.h"\n')
        self.assert_finds("tests/unit/engine/base/given.h:3", "engine_rocks")

    def test_finds_an_include_that_is_no_path_from_the_root(self):
        self.add("engine/base/bytes.cc", '#include "bytes.h"\n')
        self.assert_finds("engine/base/bytes.cc:5", "not a path from the root")

    def test_finds_an_include_of_no_file(self):
        self.add("engine/base/bytes.cc", '#include "engine/base/gone.h"\n')
        self.assert_finds("engine/base/bytes.cc:5", "no header")

    def test_ignores_an_include_inside_a_comment(self):
        self.add("engine/base/bytes.cc", '/*\n#include "engine/ledger/ledger.h"\n*/\n')
        self.assertEqual(self.lint(), [])

    # Vendors.

    def test_finds_a_vendor_header_in_the_wrong_room(self):
        self.add("engine/ledger/ledger.cc", "#include <rocksdb/db.h>\n")
        self.assert_finds("engine/ledger/ledger.cc:5", "vendor header", "only for engine/rocks")

    def test_finds_a_vendor_declared_in_the_wrong_room(self):
        self.map = MAP.replace("engine/ledger\tengine_base\t",
                               "engine/ledger\tengine_base\trocksdb")
        self.add("engine/ledger/ledger.cc", "#include <rocksdb/db.h>\n")
        findings = self.lint()
        self.assertTrue(any("rocksdb is not for engine/ledger" in found for found in findings))

    def test_finds_a_vendor_header_that_was_not_declared(self):
        self.add("engine/ledger/ledger.cc", "#include <fmt/format.h>\n")
        self.assert_finds("engine/ledger/ledger.cc:5", "does not declare fmt")

    def test_finds_a_vendor_header_spelled_whole(self):
        self.add("engine/ledger/ledger.cc", "#include <xxhash.h>\n")
        self.assert_finds("engine/ledger/ledger.cc:5", "only for engine/base, engine/rocks")

    def test_finds_a_header_of_an_unknown_library(self):
        self.add("engine/rocks/store.cc", "#include <curl/curl.h>\n")
        self.assert_finds("engine/rocks/store.cc:7", "no vendor that we know")

    def test_finds_files_and_threads_in_a_room_that_does_no_io(self):
        self.add("engine/ledger/ledger.cc", "#include <fstream>\n")
        self.assert_finds("engine/ledger/ledger.cc:5", "does no I/O")

    # Banned words.

    def test_finds_each_banned_call(self):
        for rule, call in {
            "clock": "auto n = std::chrono::system_clock::now();",
            "chance": "std::random_device chance;",
            "environment": 'auto home = std::getenv("HOME");',
            "sleep": "std::this_thread::sleep_for(a);",
            "output": 'void f() { fmt::print("a"); }',
            "float": "inline double rate = 0;",
            "assert": "void f(int n) { assert(n); }",
            "name": "class CardManager {};",
        }.items():
            with self.subTest(rule):
                self.write("engine/ledger/ledger.cc", WELL["engine/ledger/ledger.cc"] + call + "\n")
                self.assert_finds("engine/ledger/ledger.cc:8", f"banned ({rule})")

    def test_ignores_banned_words_in_comments_and_literals(self):
        self.add("engine/ledger/ledger.cc",
                 '// never system_clock::now()\n/* double */ auto t = "getenv";\n'
                 'auto r = R"(float)";\nchar q = \'"\'; int n = 1\'000;\n')
        self.assertEqual(self.lint(), [])

    def test_lets_an_exception_with_a_reason_pass_and_names_one_that_is_not_needed(self):
        self.add("engine/ledger/ledger.cc", "inline double shown = 0;\n")
        self.write("tools/lint/allowed.tsv", "float\tengine/ledger/ledger.cc\tdisplay\n")
        self.assertEqual(self.lint(), [])
        self.write("engine/ledger/ledger.cc", WELL["engine/ledger/ledger.cc"])
        self.assert_finds("tools/lint/allowed.tsv:1", "does not occur", "engine/ledger/ledger.cc")

    def test_finds_notes_of_unfinished_work(self):
        self.add("engine/ledger/ledger.cc", "// TO" "DO: round\n")
        self.assert_finds("engine/ledger/ledger.cc:5", "unfinished")

    # Shape.

    def test_finds_a_long_file(self):
        self.add("engine/ledger/ledger.cc", "\n" * 500)
        self.assert_finds("engine/ledger/ledger.cc:501", "507 lines")

    def test_finds_a_long_function_wherever_it_stands(self):
        body = "  if (a) {\n    b();\n  }\n" * 24
        for head in ("void f(int a, std::vector<int> v = {}) {",
                     "Store::Store(int a)\n    : rows_{a}, name_{1} {",
                     "template <class T>\nvoid f(T a) {"):
            with self.subTest(head):
                self.write("engine/ledger/ledger.cc",
                           WELL["engine/ledger/ledger.cc"] + f"class C {{\n{head}\n{body}}}\n}};\n")
                self.assert_finds("engine/ledger/ledger.cc:9", "a function of 7")

    def test_counts_each_function_of_a_class_by_itself(self):
        text = "struct C {\n  int a{1};\n" + "  void f() {\n    g();\n  }\n" * 40 + "};\n"
        self.assertEqual(len(list(cpp_text.functions(text))), 40)
        self.assertEqual({last - first for first, last in cpp_text.functions(text)}, {2})

    def test_finds_a_long_line(self):
        self.add("engine/ledger/ledger.cc", "// " + "a" * 98 + "\n")
        self.assert_finds("engine/ledger/ledger.cc:5", "101 columns")

    def test_finds_a_header_without_pragma_once(self):
        self.write("engine/base/bytes.h", "namespace kopilka::base {\nint size();\n}\n")
        self.assert_finds("engine/base/bytes.h:1", "#pragma once")

    def test_finds_a_source_whose_own_header_is_not_first(self):
        self.write("engine/base/bytes.cc", '#include <vector>\n\n#include "engine/base/bytes.h"\n'
                   "namespace kopilka::base {\nint size() { return 1; }\n}\n")
        self.assert_finds("engine/base/bytes.cc:1", "own header")

    def test_finds_a_namespace_that_is_not_the_path(self):
        self.write("engine/rocks/store.h",
                   "#pragma once\nnamespace kopilka::store {\nint n();\n}\n")
        self.assert_finds("engine/rocks/store.h:2", "kopilka::store", "kopilka::rocks")

    def test_finds_a_bool_parameter_in_a_public_header(self):
        self.write("engine/base/bytes.h",
                   "#pragma once\nnamespace kopilka::base {\nint size(bool is_padded);\n}\n")
        self.assert_finds("engine/base/bytes.h:3", "bool parameter")

    def test_finds_a_test_that_belongs_to_no_target(self):
        self.write("tests/unit/engine/base/lost_test.cc", "namespace kopilka {\n}\n")
        self.assert_finds("tests/unit/engine/base/lost_test.cc:1", "belongs to no target")

    def test_finds_a_room_without_its_sentence(self):
        (self.root / "engine/rocks/README.md").unlink()
        self.assert_finds("engine/rocks/README.md:1", "a room without its sentence")

    # The other two checkers.

    def test_finds_a_file_that_is_not_formatted(self):
        self.write(".clang-format", "BasedOnStyle: Google\n")
        self.write("engine/rocks/store.cc", "int  rows( ) {return 1;}\n")
        run = self.run_program("format")
        self.assertEqual(run.returncode, 1)
        self.assertIn("engine/rocks/store.cc:1: not as clang-format leaves it", run.stdout)

    def test_checks_a_source_again_only_when_something_that_it_reads_changed(self):
        def digest():
            return clang_tidy._Reach(self.root, self.root / "build").digest(
                "engine/ledger/ledger.cc")
        first = digest()
        self.assertEqual(digest(), first)
        self.add("engine/rocks/store.h", "// unrelated\n")
        self.assertEqual(digest(), first)
        self.add("engine/base/bytes.h", "// included by its header\n")
        self.assertNotEqual(digest(), first)


if __name__ == "__main__":
    unittest.main()

"""Plants arrows that a static library links happily, and sees that the build itself says no."""

import os
import pathlib
import subprocess
import tempfile
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
CMAKE = os.environ.get("CMAKE_COMMAND", "cmake")

ROOT = f"""\
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH "{REPOSITORY}/cmake")
include(toolchain)
include(add_module)
enable_testing()
add_room(engine/base)
add_room(engine/ledger)
write_room_map("${{CMAKE_BINARY_DIR}}/rooms.tsv")
"""

WELL = {
    "CMakeLists.txt": ROOT,
    "engine/base/CMakeLists.txt": "add_module(engine_base SOURCES size.cc HEADERS size.h)\n",
    "engine/base/size.h": "#pragma once\nnamespace kopilka::base {\nint size();\n}\n",
    "engine/base/size.cc": '#include "engine/base/size.h"\n'
    "namespace kopilka::base {\nint size() { return 1; }\n}\n",
    "engine/ledger/CMakeLists.txt":
    "add_module(engine_ledger SOURCES total.cc HEADERS total.h DEPENDS engine_base)\n",
    "engine/ledger/total.h": "#pragma once\nnamespace kopilka::ledger {\nint total();\n}\n",
    "engine/ledger/total.cc": '#include "engine/ledger/total.h"\n#include "engine/base/size.h"\n'
    "namespace kopilka::ledger {\nint total() { return base::size(); }\n}\n",
}


class GuardsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for path, text in WELL.items():
            self.write(path, text)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def run_cmake(self, *arguments):
        run = subprocess.run([CMAKE, *arguments], cwd=self.root, text=True, check=False,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return run.returncode, run.stdout

    def configure(self):
        return self.run_cmake("-S", ".", "-B", "build", "-G", "Ninja",
                              "-DKOPILKA_CCACHE=KOPILKA_CCACHE-NOTFOUND")

    def build(self, *targets):
        code, text = self.configure()
        self.assertEqual(code, 0, text)
        return self.run_cmake("--build", "build", "--target", *targets)

    def assert_configure_says(self, words):
        code, text = self.configure()
        self.assertNotEqual(code, 0, text)
        self.assertIn(words, " ".join(text.split()))

    def test_a_tree_that_is_well_builds_with_all_guards(self):
        code, text = self.build("all", "all_verify_interface_header_sets")
        self.assertEqual(code, 0, text)
        self.assertIn("module\tengine_ledger\tengine/ledger\tengine_base\t\ttotal.cc\ttotal.h\n",
                      (self.root / "build/rooms.tsv").read_text())

    def test_the_link_probe_refuses_an_upward_symbol_that_no_include_shows(self):
        self.write("engine/base/size.cc", '#include "engine/base/size.h"\n'
                   "namespace kopilka::ledger {\nint total();\n}\n"
                   "namespace kopilka::base {\nint size() { return ledger::total(); }\n}\n")
        code, text = self.build("engine_base", "engine_ledger")
        self.assertEqual(code, 0, "the libraries alone notice nothing: " + text)
        code, text = self.build("probe_engine_base")
        self.assertNotEqual(code, 0)
        self.assertIn("undefined reference to `kopilka::ledger::total()'", text)

    def test_the_header_check_refuses_a_header_that_needs_another_before_it(self):
        self.write("engine/base/size.h", "#pragma once\n"
                   "namespace kopilka::base {\nint size();\nint size(const std::string& of);\n}\n")
        self.write("engine/base/size.cc", '#include <string>\n#include "engine/base/size.h"\n'
                   "namespace kopilka::base {\nint size() { return 1; }\n}\n")
        code, text = self.build("engine_base")
        self.assertEqual(code, 0, "the source alone notices nothing: " + text)
        code, text = self.build("all_verify_interface_header_sets")
        self.assertNotEqual(code, 0)
        self.assertIn("size.h", text)

    def test_the_configuration_refuses_an_upward_arrow(self):
        self.write("engine/base/CMakeLists.txt",
                   "add_module(engine_base SOURCES size.cc HEADERS size.h DEPENDS engine_ledger)\n")
        self.assert_configure_says("depends on engine_ledger, which no room above declares")

    def test_the_configuration_refuses_a_room_that_is_not_there(self):
        self.write("CMakeLists.txt", ROOT + "add_room(gone)\n")
        self.assert_configure_says("gone")

    def test_the_configuration_refuses_a_name_that_is_not_the_path(self):
        self.write("engine/base/CMakeLists.txt",
                   "add_module(base SOURCES size.cc HEADERS size.h)\n")
        self.assert_configure_says("path is target, so name it engine_base")

    def test_the_configuration_refuses_a_vendor_that_is_not_in_the_table(self):
        self.write("engine/base/CMakeLists.txt",
                   "add_module(engine_base SOURCES size.cc HEADERS size.h VENDOR curl)\n")
        self.assert_configure_says("VENDOR curl is not in the table")

    def test_the_build_refuses_a_schema_that_breaks_a_released_one(self):
        self.write("CMakeLists.txt", ROOT.replace("include(add_module)",
                                                  "include(vendors)\ninclude(add_module)")
                   + "add_room(schemas)\n")
        self.write("schemas/CMakeLists.txt",
                   "add_schemas(schemas FILES a.fbs RELEASED released/1/a.fbs)\n")
        self.write("schemas/released/1/a.fbs", "table A { amount: long; }\nroot_type A;\n")
        self.write("schemas/a.fbs", "table A { amount: long; note: string; }\nroot_type A;\n")
        code, text = self.build("schemas_generate")
        self.assertEqual(code, 0, text)
        self.write("schemas/a.fbs", "table A { amount: int; note: string; }\nroot_type A;\n")
        code, text = self.build("schemas_generate")
        self.assertNotEqual(code, 0)
        self.assertIn("schemas don't conform", text)

    def test_warnings_are_errors(self):
        self.write("engine/base/size.cc", '#include "engine/base/size.h"\n'
                   "namespace kopilka::base {\nint size() { return 1L << 40; }\n}\n")
        code, text = self.build("engine_base")
        self.assertNotEqual(code, 0)
        self.assertIn("-Werror", text)


if __name__ == "__main__":
    unittest.main()

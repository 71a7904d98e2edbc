#!/usr/bin/env python3
"""Exit codes, and that errors say what, where and what to do, on standard error alone."""

import os
import subprocess

from command_line import PROGRAM, TIMEOUT_S, Lines, StoreTest, main, place, purchases, union


class ExitCodes(StoreTest):
    def assert_fails(self, code, words, *args, **more):
        done = self.expect(code, *args, **more)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_command_line_that_makes_no_sense_is_usage(self):
        self.assert_fails(2, ["--help"])
        self.assert_fails(2, ["--help"], "member")
        self.assert_fails(2, ["--help"], "member", "balance")
        self.assert_fails(2, ["--help"], "member", "balance", "0")
        self.assert_fails(2, ["--help"], "member", "balance", "none")
        self.assert_fails(2, ["--help"], "member", "balance", str(2**53))
        self.assert_fails(2, ["--help"], "no-such-noun")
        self.assert_fails(2, ["--help"], "member", "balance", "1", "--no-such-option")

    def test_a_word_that_nothing_understands_is_named_with_what_was_perhaps_meant(self):
        for words, args in (
                (["`foo` is no command of `kopilka`", "member", "see `kopilka --help`"], ["foo"]),
                (["`membr` is no command of `kopilka`, perhaps `member`"], ["membr"]),
                (["`membr` is no command", "perhaps `member`"], ["membr", "balance", "42"]),
                (["`blance` is no command of `kopilka member`, perhaps `balance`",
                  "see `kopilka member --help`"], ["member", "blance", "42"]),
                (["`--dat` is no option of `kopilka init`, perhaps `--data`",
                  "see `kopilka init --help`"], ["--dat", "x", "init"]),
                (["`--as-know` is no option", "perhaps `--as-known`"],
                 ["books", "trial-balance", "--as-know=5"]),
                (["`2` is one word too many for `kopilka member balance`"],
                 ["member", "balance", "1", "2", "3"]),
                (["`--no` is no option"], ["member", "balance", "--no"]),
                (["ID", "see `kopilka member balance --help`"], ["member", "balance", "none"]),
                (["ID", "see `kopilka member balance --help`"], ["member", "balance"]),
                (["PARTNER", "see `kopilka purchase show --help`"],
                 ["purchase", "show", "x", "A-1"])):
            with self.subTest(args=args):
                self.assert_fails(2, words, *args)
        self.assertNotIn("perhaps", self.expect(2, "foo").stderr)

    def test_a_number_is_plain_decimal_digits_and_nothing_else(self):
        self.init()
        self.load(union(60))
        for text in ("052", "0x2a", "0X2A", "+5", "1e1", "1_0", "5 ", " 5", "", "00", "-1"):
            for args in (("member", "balance", text), ("member", "statement", text),
                         ("member", "show", text), ("partner", "balance", text),
                         ("purchase", "show", text, "A-1"), ("withdrawal", "show", text),
                         ("organization", "show", text), ("organization", "roster", text),
                         ("organization", "statistics", text), ("organization", "passport", text),
                         ("log", "tail", "--from", text), ("log", "tail", "-n", text),
                         ("log", "tail", "--limit", text), ("log", "tail", "--as-known", text),
                         ("books", "trial-balance", "--as-known", text),
                         ("init", "--partitions", text)):
                with self.subTest(args=args):
                    self.assert_fails(2, [], *args)
        self.assert_fails(2, ["`052`", "decimal"], "member", "balance", "052")
        self.assert_fails(2, ["052", "decimal"], "member", "balance", "52", "--as-known", "052")
        self.assertEqual(self.json("member", "balance", "52")["member_id"], 52)

    def test_a_value_that_is_empty_is_usage(self):
        for args in (("init",), ("demo",), ("log", "verify"), ("log", "tail"),
                     ("books", "trial-balance"), ("member", "balance", "1"),
                     ("member", "statement", "1"), ("member", "show", "1"),
                     ("purchase", "show", "7", "A-1"), ("withdrawal", "list"),
                     ("withdrawal", "show", "1"), ("partner", "balance", "7"),
                     ("partner", "purchases", "7"),
                     ("organization", "show", "1"), ("organization", "roster", "1"),
                     ("import", self.write("empty", ""))):
            done = subprocess.run([PROGRAM, *args, "--data", ""], capture_output=True, text=True,
                                  cwd=self.scratch, timeout=TIMEOUT_S, check=False)
            self.assertEqual((done.returncode, done.stdout), (2, ""), (args, done.stderr))
            self.assertIn("--data: must not be empty", done.stderr)
        self.assertEqual(os.listdir(self.scratch), ["empty"])
        self.init()
        for args in (("init", "--kek", ""), ("init", "--store-key", ""), ("init", "--keys", ""),
                     ("init", "--join", ""),
                     ("import", self.path("empty"), "--results", ""),
                     ("member", "balance", "1", "--as-of", ""), ("log", "tail", "--kafka", ""),
                     ("log", "copy", "--from", "embedded", "--to", "kafka", "--into", "")):
            self.assert_fails(2, [args[-2] + ": must not be empty"], *args)

    def test_a_store_that_is_not_there_is_not_available(self):
        for args in (("member", "balance", "1"), ("log", "verify"), ("log", "tail"),
                     ("import", self.write("empty", ""))):
            self.assert_fails(3, ["no store", "kopilka init"], *args)

    def as_anybody(self, *args):
        """As a user whom modes bind: root without its privileges, else who runs the test."""
        plain = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.getuid() == 0 else []
        return subprocess.run([*plain, PROGRAM, *args, *place(self.data)], capture_output=True,
                              text=True, timeout=TIMEOUT_S, check=False)

    def lock_up(self, path, mode):
        os.chmod(path, mode)
        self.addCleanup(os.chmod, path, 0o700)

    def test_a_store_that_may_not_be_read_is_not_said_to_be_missing(self):
        self.init()
        self.lock_up(self.data, 0)
        for args in (("member", "balance", "1"), ("log", "verify"), ("log", "tail"),
                     ("import", self.write("empty", "")), ("init",)):
            done = self.as_anybody(*args)
            self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
            self.assertIn("Permission denied", done.stderr)
            self.assertNotIn("no store", done.stderr)
            self.assertIn("directory" if args == ("init",) else "run as a user who may read",
                          done.stderr)

    def test_a_store_that_may_not_be_written_to_is_named_with_what_to_do(self):
        self.init()
        self.load(union())
        for folder, _, names in os.walk(self.data, topdown=False):
            for name in names:
                self.lock_up(os.path.join(folder, name), 0o400)
            self.lock_up(folder, 0o500)
        done = self.as_anybody("import", self.write("more", Lines().add(
            "register_partner", partner_id=8, name="Shop", minute=1).text()))
        self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
        for words in ("Permission denied", self.data, "see that this user may"):
            self.assertIn(words, done.stderr)
        self.assertEqual(self.as_anybody("member", "balance", "1").returncode, 0)

    def test_init_where_no_directory_can_be_says_what_to_do(self):
        self.data = self.write("file", "")
        self.assert_fails(2, ["file is not a directory", "--data"], "init")
        self.data = os.path.join(self.write("file", ""), "below")
        self.assert_fails(3, ["Not a directory", "name a directory with --data"], "init")
        self.data = self.path("closed")
        os.mkdir(self.data)
        self.lock_up(self.data, 0o500)
        done = self.as_anybody("init")
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("name a directory with --data", done.stderr)

    def test_init_makes_one_store_and_no_second(self):
        self.init()
        before = sorted(os.listdir(self.data))
        self.assert_fails(2, ["already"], "init")
        self.assertEqual(sorted(os.listdir(self.data)), before)

    def test_init_that_was_cut_short_can_be_repeated_and_is_not_used_before(self):
        self.init()
        mark = os.path.join(self.data, "init.unfinished")
        with open(mark, "w", encoding="utf-8") as file:
            file.write("cut short")
        self.assert_fails(3, ["never finished", "init"], "books", "trial-balance")
        self.init()
        self.assertFalse(os.path.exists(mark))
        self.json("books", "trial-balance")

    def test_only_a_store_on_kafka_has_another_node(self):
        self.init()
        self.assert_fails(2, ["--kafka"], "init", "--join", os.path.join(self.data, "keys"),
                          data=self.path("second"))
        self.assertFalse(os.path.exists(self.path("second")))

    def test_keys_may_stand_elsewhere_and_are_never_thrown_away(self):
        keys = self.path("keys")
        self.expect(0, "init", "--keys", keys)
        self.load(union())
        self.assertIn("Anna Example 1", self.expect(0, "member", "show", "1").stdout)
        self.assertFalse(os.path.exists(os.path.join(self.data, "keys")))
        done = self.call("init", "--keys", keys, data=self.path("other"))
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("keys in", done.stderr)
        self.assertIn("Anna Example 1", self.expect(0, "member", "show", "1").stdout)

    def test_a_store_key_must_be_one(self):
        self.assert_fails(2, ["64 hexadecimal digits"], "init", "--store-key",
                          self.write("short.key", "abc\n"))
        self.init()

    def test_what_is_not_there_is_refused_by_its_code(self):
        self.init()
        self.load(union())
        self.assert_fails(1, ["member_not_found"], "member", "balance", "99")
        self.assert_fails(1, ["member_not_found"], "member", "statement", "99")
        self.assert_fails(1, ["member_not_found"], "member", "show", "99", "--json")
        self.assert_fails(1, ["partner_not_found"], "partner", "balance", "99")
        self.assert_fails(1, ["partner_not_found"], "purchase", "show", "99", "A-1")
        self.assert_fails(1, ["purchase_not_found"], "purchase", "show", "7", "A-1")
        self.assert_fails(1, ["withdrawal_not_found"], "withdrawal", "show", "99")
        self.assert_fails(1, ["organization_not_found"], "organization", "roster", "99")
        self.assert_fails(1, ["organization_not_found"], "organization", "show", "99")
        self.assert_fails(1, ["organization_not_found"], "organization", "statistics", "99")
        self.assert_fails(1, ["organization_not_found"], "organization", "passport", "99")

    def test_a_node_needs_a_log_that_nodes_can_share(self):
        self.init()
        self.assert_fails(2, ["--kafka"], "node", "run")

    def test_what_this_release_lacks_is_not_available(self):
        self.init()
        for args in (("backup", "create", "x"), ("server", "run"), ("bench", "run"),
                     ("generate", "--members", "5")):
            self.assert_fails(3, ["not available in this release"], *args)

    def test_a_store_with_a_log_of_its_own_is_not_read_by_way_of_kafka(self):
        self.init()
        self.assert_fails(2, ["leave --kafka out"], "books", "trial-balance", "--kafka",
                          "localhost:9092")

    def test_import_ends_with_1_when_a_line_is_refused_or_invalid(self):
        self.init()
        self.load(union())
        again = Lines().add("admit_member", key="x", member_id=1, organization_id=101,
                            category="working", admitted_on="2019-01-01")
        self.assertEqual(self.load(again, "refused.ndjson", 1)[0]["code"], "already_exists")
        self.assertEqual(self.load(Lines().raw("no json"), "bad.ndjson", 1)[0]["code"], "not_json")
        self.assertEqual(self.load(again.raw(""), "again.ndjson", 1)[0]["status"], "duplicate")
        twice = purchases(Lines(), 1, 1)
        self.assertEqual([a["status"] for a in self.load(twice, "twice.ndjson")],
                         ["accepted", "accepted", "duplicate"])

    def test_a_file_that_is_not_there_is_usage(self):
        self.init()
        self.assert_fails(2, ["cannot read", "nowhere"], "import", self.path("nowhere"))
        self.assert_fails(2, ["is not a file of answers"], "import", self.write("l", ""),
                          "--results", self.write("r", "something else\n"))

    def test_a_damaged_log_is_corrupt_and_the_place_is_named(self):
        self.init()
        self.load(union())
        log = os.path.join(self.data, "log")
        segment = max((os.path.join(log, name) for name in os.listdir(log)), key=os.path.getsize)
        with open(segment, "r+b") as file:
            file.seek(4096 + 600)
            old = file.read(1)
            file.seek(4096 + 600)
            file.write(bytes([old[0] ^ 1]))
        for args in (("log", "verify"), ("log", "tail"), ("member", "balance", "1"),
                     ("import", self.write("empty", ""))):
            done = self.expect(4, *args)
            self.assertIn(os.path.basename(segment), done.stderr)
            self.assertIn("offset", done.stderr)
            self.assertIn("seq", done.stderr)
        report = self.call("log", "verify", "--json")
        self.assertIn('"ok":false', report.stdout)

    def test_help_has_an_example_for_each_command(self):
        for args in ((), ("init",), ("import",), ("member", "balance"), ("member", "statement"),
                     ("member", "show"), ("purchase", "show"), ("withdrawal", "list"),
                     ("withdrawal", "show"), ("partner", "balance"), ("partner", "purchases"),
                     ("organization", "show"), ("organization", "roster"),
                     ("books", "trial-balance"), ("log", "tail"), ("log", "verify"), ("demo",)):
            text = self.expect(0, *args, "--help").stdout
            self.assertIn("  kopilka " + " ".join(args), text)
        self.assertIn("130 ended by Ctrl-C or SIGTERM", self.expect(0, "--help").stdout)
        self.assertIn("first MiB", self.expect(0, "import", "--help").stdout)
        self.assertRegex(self.expect(0, "--version").stdout, r"^kopilka \d+\.\d+\.\d+\n$")

    def test_what_is_printed_to_a_pipe_has_no_colours(self):
        self.init()
        self.load(union())
        self.assertNotIn("\x1b", self.expect(0, "books", "trial-balance").stdout)
        self.assertNotIn("\x1b", self.expect(0, "member", "balance", "1").stderr)


if __name__ == "__main__":
    main()

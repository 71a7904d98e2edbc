#include "engine/app/import.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/app/engine.h"
#include "engine/memory/clock.h"
#include "engine/memory/event_log.h"
#include "engine/memory/key_vault.h"
#include "engine/memory/state_store.h"
#include "engine/registry/rows.h"
#include "engine/state/reads.h"
#include "engine/state/stored.h"
#include "tests/support/loaned_store.h"

// Import over honest ports in memory: each line happens once, whatever is killed, and is answered
// once it is durable (interface.md §1).
namespace kopilka::app {
namespace {

using memory::AppendFate;
using model::AnswerStatus;

constexpr std::string_view kSetUp =
    R"({"command":"register_organization","key":"o1","at":"2019-03-01T09:00:00Z",)"
    R"("organization_id":1,"kind":"central","name":"ЦС"})"
    "\n"
    R"({"command":"register_organization","key":"o2","at":"2019-03-01T09:00:00Z",)"
    R"("organization_id":10,"kind":"primary","parent_id":1,"name":"Профком"})"
    "\n"
    R"({"command":"admit_member","key":"m","at":"2019-03-01T09:00:00Z","member_id":42,)"
    R"("organization_id":10,"category":"working","admitted_on":"2019-01-01",)"
    R"("name":"Иванов Иван"})"
    "\n"
    R"({"command":"register_partner","key":"p","at":"2019-03-01T09:00:00Z","partner_id":7,)"
    R"("name":"Связной"})"
    "\n";

std::string click(int number, std::string_view at = "2019-03-01T09:00:00Z") {
  return fmt::format(
      R"({{"command":"register_click","key":"k{0}","at":"{1}","member_id":42,"partner_id":7,)"
      R"("click_id":"c{0}"}})"
      "\n",
      number, at);
}
std::string clicks(int first, int last) {
  std::string text;
  for (int number = first; number <= last; ++number)
    text += click(number);
  return text;
}

struct Run {
  std::optional<ImportSummary> summary;
  std::optional<base::Error> error;
  std::vector<AnsweredLine> answers;

  // "5 accepted, 6 duplicate of accepted"
  [[nodiscard]] std::string told() const {
    std::string text;
    for (const auto& line : answers) {
      if (!text.empty()) text += ", ";
      text += fmt::format("{} {}", line.line, model::name_of(line.answer.status));
      if (line.answer.refusal) text += fmt::format(" {}", model::name_of(*line.answer.refusal));
      if (line.answer.invalid) text += fmt::format(" {}", model::name_of(*line.answer.invalid));
      if (line.answer.original)
        text += fmt::format(" of {}", model::name_of(line.answer.original->status));
    }
    return text;
  }
};

// What outlives a process: the log, the rows and the keys.
struct Machine {
  std::shared_ptr<memory::MemoryLog> content;
  std::shared_ptr<memory::MemoryStateStore> rows = std::make_shared<memory::MemoryStateStore>();
  std::shared_ptr<memory::MemoryKeyVault> vault = std::make_shared<memory::MemoryKeyVault>(1);
  memory::SeededRandom random{2};
  std::vector<memory::PlannedAppend> fates;  // of the next run
  shard::Options options;

  Machine() : content(std::make_shared<memory::MemoryLog>(model::StoreId{7})) {}

  std::unique_ptr<Engine> open() {
    auto log = std::make_unique<memory::MemoryEventLog>(content, random);
    log->plan(std::exchange(fates, {}));
    auto engine = Engine::open({.log = std::move(log),
                                .store = std::make_unique<support::LoanedStore>(rows),
                                .vault = vault},
                               options);
    EXPECT_TRUE(engine);
    return std::move(*engine);
  }
  // One process that imports, and ends well or badly.
  Run import(const std::string& text,
             std::optional<std::uint64_t> answered_through = std::nullopt) {
    auto engine = open();
    Run run;
    Import import(*engine, {.answered_through = answered_through,
                            .on_answer = [&](const AnsweredLine& line) -> base::Result<void> {
                              run.answers.push_back(line);
                              return {};
                            }});
    std::istringstream in(text);
    auto summary = import.run(in);
    if (!summary) {
      run.error = std::move(summary).error();
      return run;
    }
    run.summary = *summary;
    EXPECT_TRUE(engine->close());
    return run;
  }
  std::string digest() {
    auto engine = open();
    return state::digest_of(engine->shard().state(), rows.get(), "shard", 1)->text();
  }
  std::size_t events() {
    auto engine = open();
    return engine->shard().head().last_seq.value();
  }
};

TEST(Import, answers_each_line_in_order_and_counts) {
  Machine machine;
  const auto run = machine.import(std::string(kSetUp) + "\n" + click(1) + "not json\n" + click(1) +
                                  click(2, "2019-02-01T00:00:00Z"));
  EXPECT_EQ(run.told(),
            "1 accepted, 2 accepted, 3 accepted, 4 accepted, 6 accepted, 7 invalid not_json, "
            "8 duplicate of accepted, 9 invalid time_runs_backwards");
  EXPECT_EQ(run.summary->lines, 8U);
  EXPECT_EQ(run.summary->accepted, 5U);
  EXPECT_EQ(run.summary->duplicate, 1U);
  EXPECT_EQ(run.summary->invalid, 2U);
  EXPECT_FALSE(run.summary->all_well());
  EXPECT_EQ(run.answers.at(4).key, "k1");
  EXPECT_EQ(run.answers.at(5).key, std::nullopt);
}

TEST(Import, counts_a_repeated_refusal_as_refused) {
  Machine machine;
  const std::string short_of =
      R"({"command":"adjust_balance","key":"a","at":"2019-03-01T09:00:00Z","member_id":42,)"
      R"("amount":"-1.00","reason":"x","approvers":["a","b"]})"
      "\n";
  const auto run = machine.import(std::string(kSetUp) + short_of + short_of);
  EXPECT_EQ(run.summary->refused, 2U);
  EXPECT_EQ(run.summary->duplicate, 0U);
  EXPECT_FALSE(run.summary->all_well());
}

TEST(Import, of_a_file_that_is_wholly_known_answers_nothing_and_says_so) {
  Machine machine;
  const auto text = std::string(kSetUp) + clicks(1, 5);
  machine.import(text);
  const auto events = machine.events();
  const auto again = machine.import(text);
  EXPECT_EQ(again.told(), "");
  EXPECT_EQ(again.summary->lines, 0U);
  EXPECT_EQ(again.summary->known_before, 9U);
  EXPECT_TRUE(again.summary->all_well());
  EXPECT_EQ(machine.events(), events);
}

// A source's name is made of its first MiB, so only a file longer than that keeps its name.
TEST(Import, of_a_file_that_has_grown_goes_on_behind_what_is_known) {
  Machine machine;
  std::string text(kSetUp);
  while (text.size() < (std::size_t{1} << 20))
    text += std::string(1'000, ' ') + "\n";
  text += clicks(1, 5);
  machine.import(text);
  const auto more = machine.import(text + clicks(6, 7));
  EXPECT_EQ(more.told(), "1057 accepted, 1058 accepted");
  EXPECT_EQ(more.summary->known_before, 1056U);
}

TEST(Import, of_a_file_that_differs_before_its_position_is_another_source) {
  Machine machine;
  machine.import(std::string(kSetUp) + clicks(1, 3));
  const auto other = machine.import(std::string(kSetUp) + "\n" + clicks(1, 3));
  EXPECT_EQ(other.summary->duplicate, 7U);
  EXPECT_EQ(other.summary->known_before, 0U);
  EXPECT_TRUE(other.summary->all_well());
}

// A file whose first MiB is like another's is still another source when what follows differs.
TEST(Import, tells_files_apart_that_begin_alike) {
  Machine machine;
  std::string begin(kSetUp);
  while (begin.size() < (std::size_t{1} << 20))
    begin += std::string(1'000, ' ') + "\n";
  machine.import(begin + clicks(1, 3));
  const auto other = machine.import(begin + clicks(11, 13));
  EXPECT_EQ(other.summary->accepted, 3U);
  EXPECT_EQ(other.summary->duplicate, 4U);
  EXPECT_EQ(machine.import(begin + clicks(1, 4)).told().substr(0, 5), "1055 ");
  EXPECT_EQ(machine.import(begin + clicks(11, 13)).told(), "");
}

TEST(Import, answers_lines_again_that_were_recorded_and_not_answered) {
  Machine machine;
  const auto text = std::string(kSetUp) + clicks(1, 2) + "not json\n";
  machine.import(text);
  const auto events = machine.events();
  const auto again = machine.import(text, 4);
  EXPECT_EQ(again.told(), "5 duplicate of accepted, 6 duplicate of accepted, 7 invalid not_json");
  EXPECT_EQ(again.summary->known_before, 4U);
  EXPECT_EQ(machine.events(), events);
}

TEST(Import, keeps_no_clear_text) {
  Machine machine;
  machine.import(std::string(kSetUp));
  for (const auto& batch : machine.content->landed())
    EXPECT_EQ(batch.bytes.find("Иванов"), std::string::npos);
}

// --- killed and run again ----------------------------------------------------------------------

struct Story {
  std::string text = std::string(kSetUp) + clicks(1, 40);
  std::string digest;
  Story() {
    Machine whole;
    whole.options.entries_per_batch_max = 5;
    whole.import(text);
    digest = whole.digest();
  }
};

TEST(KilledImport, run_again_ends_in_the_same_state_wherever_an_append_was_lost) {
  const Story story;
  for (const auto fate :
       {AppendFate::failed, AppendFate::unknown_landed, AppendFate::unknown_lost}) {
    for (std::size_t nth = 0; nth < 9; ++nth) {
      Machine machine;
      machine.options.entries_per_batch_max = 5;
      machine.fates.assign(nth, {});
      machine.fates.push_back({.fate = fate});
      const auto first = machine.import(story.text);
      ASSERT_TRUE(first.error);
      const auto second = machine.import(story.text);
      ASSERT_TRUE(second.summary);
      EXPECT_EQ(machine.digest(), story.digest) << nth;
      // Nobody was told of a line that did not happen, and no line was told twice as new.
      EXPECT_LE(first.answers.size() + second.answers.size(), 44U);
      EXPECT_EQ(second.summary->known_before + second.summary->lines, 44U);
    }
  }
}

TEST(KilledImport, run_again_with_its_answers_answers_every_line) {
  const Story story;
  for (std::size_t nth = 0; nth < 9; ++nth) {
    Machine machine;
    machine.options.entries_per_batch_max = 5;
    machine.fates.assign(nth, {});
    machine.fates.push_back({.fate = AppendFate::unknown_landed});
    const auto first = machine.import(story.text);
    const auto answered = first.answers.empty() ? 0 : first.answers.back().line;
    const auto second = machine.import(story.text, answered);
    ASSERT_TRUE(second.summary);
    std::uint64_t line = 0;
    for (const auto* run : {&first, &second})
      for (const auto& answer : run->answers)
        EXPECT_EQ(answer.line, ++line);
    EXPECT_EQ(line, 44U);
    EXPECT_TRUE(second.summary->all_well());
  }
}

TEST(KilledImport, run_again_over_rows_that_were_lost_ends_in_the_same_state) {
  const Story story;
  Machine machine;
  machine.options.entries_per_batch_max = 5;
  machine.fates = {{}, {}, {.fate = AppendFate::unknown_landed}};
  machine.import(story.text);
  machine.rows->lose_everything();
  ASSERT_TRUE(machine.import(story.text).summary);
  EXPECT_EQ(machine.digest(), story.digest);
}

TEST(KilledImport, run_again_over_an_older_log_says_that_the_rows_know_more) {
  Machine machine;
  machine.import(std::string(kSetUp) + clicks(1, 5));
  machine.content = std::make_shared<memory::MemoryLog>(model::StoreId{7});
  auto log = std::make_unique<memory::MemoryEventLog>(machine.content, machine.random);
  const auto engine = Engine::open({.log = std::move(log),
                                    .store = std::make_unique<support::LoanedStore>(machine.rows),
                                    .vault = machine.vault},
                                   {});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().kind, base::ErrorKind::corrupt);
}

// --- the engine --------------------------------------------------------------------------------

TEST(Engine, shows_each_batch_once_in_order_before_its_answers_leave) {
  Machine machine;
  machine.options.entries_per_batch_max = 2;
  auto engine = machine.open();
  std::uint64_t seen = 0;
  std::size_t answered = 0;
  engine->on_batch([&](const model::Batch& batch, const base::Hash256&) -> base::Result<void> {
    EXPECT_EQ(batch.header.n.value(), ++seen);
    EXPECT_LE(answered, batch.header.first_seq.value());
    return {};
  });
  Import import(*engine, {.on_answer = [&](const AnsweredLine& line) -> base::Result<void> {
    ++answered;
    EXPECT_LE(line.answer.first.value(), engine->shard().head().last_seq.value());
    return {};
  }});
  std::istringstream in(std::string(kSetUp) + clicks(1, 20));
  ASSERT_TRUE(import.run(in));
  EXPECT_GT(seen, 5U);
  EXPECT_EQ(answered, 24U);
}

TEST(Engine, makes_keys_durable_before_the_log_may_hold_what_they_seal) {
  Machine machine;
  machine.fates = {{.fate = AppendFate::unknown_landed}};
  machine.import(std::string(kSetUp));
  machine.vault->lose_unsynced();
  auto engine = machine.open();
  const auto* personal = engine->shard().state().registry.personal.find(model::MemberId{42});
  base::Result<std::optional<registry::Personal>> row =
      personal != nullptr ? std::optional(*personal)
                          : state::read_row(engine->shard().state().registry.personal,
                                            machine.rows.get(), model::MemberId{42});
  ASSERT_TRUE(row && *row);
  EXPECT_TRUE(machine.vault->open(model::MemberId{42}, (*row)->sealed));
}

}  // namespace
}  // namespace kopilka::app

#include "tests/unit/engine/shard/driven.h"

// How far a source was read moves in the same batch as what its lines caused (interface.md §1).
namespace kopilka::shard {
namespace {

base::Hash256 digest_at(std::uint64_t position) {
  base::Hash256 digest{};
  digest.fill(static_cast<std::uint8_t>(position));
  return digest;
}

// Line `position` of a file.
Submission line_of(std::string source, std::uint64_t position, std::string key,
                   model::Command command, model::Instant at) {
  Submission line{.ticket = 1'000 + position};
  line.origin = {.principal = "operator", .credential = "c", .key = std::move(key)};
  line.origin.mac.value = base::keyed_hash("mac", codec::canonical_content(command));
  line.content = std::move(command);
  line.at = at;
  line.source = model::SourcePosition{std::move(source), position, digest_at(position)};
  return line;
}
Submission line_of(std::uint64_t position, std::string key, model::Command command) {
  return line_of("file", position, std::move(key), std::move(command), noon(kFirstDay));
}
std::uint64_t position(Driven& driven, const std::string& source = "file") {
  return driven.shard().source(source).value().position;
}

struct Read {
  Driven driven;
  Read() { set_up(driven); }
  model::Answer answer_of(std::uint64_t at) const { return driven.answer_of(1'000 + at); }
};

TEST(Source, moves_with_the_batch_of_its_lines) {
  Read r;
  r.driven.submit(line_of(1, "a", bought("a")));
  r.driven.submit(line_of(2, "b", bought("b")));
  const auto batch = r.driven.next();
  ASSERT_TRUE(batch);
  ASSERT_EQ(batch->content.sources.size(), 1U);
  EXPECT_EQ(batch->content.sources.front(), (model::SourcePosition{"file", 2, digest_at(2)}));
  r.driven.acknowledge(*batch);
  EXPECT_EQ(position(r.driven), 2U);
  EXPECT_EQ(r.driven.shard().source("file").value().digest, digest_at(2));
  EXPECT_EQ(position(r.driven, "other"), 0U);
  (void)r.driven.digest();
}

TEST(Source, goes_back_with_a_batch_that_failed) {
  Read r;
  r.driven.submit(line_of(1, "a", bought("a")));
  r.driven.run();
  r.driven.submit(line_of(2, "b", bought("b")));
  const auto batch = r.driven.next();
  r.driven.tell(*batch, AppendStatus::failed);
  EXPECT_EQ(position(r.driven), 1U);
  ASSERT_TRUE(r.driven.shard().resume(
      {.epoch = model::Epoch{2}, .owner = {}, .head = r.driven.shard().head()}));
  r.driven.run();
  EXPECT_EQ(position(r.driven), 2U);
}

TEST(Source, of_lines_that_record_nothing_is_noted_with_the_next_batch) {
  Read r;
  r.driven.submit(line_of(1, "a", bought("a")));
  r.driven.submit(line_of(2, "a", bought("a")));
  r.driven.run();
  EXPECT_EQ(position(r.driven), 2U);
  r.driven.submit(line_of(3, "a", bought("a")));
  r.driven.run();
  EXPECT_EQ(position(r.driven), 2U);
  r.driven.submit(line_of(4, "d", bought("d")));
  r.driven.run();
  EXPECT_EQ(position(r.driven), 4U);
}

TEST(Source, of_last_lines_that_record_nothing_is_noted_at_the_end) {
  Read r;
  r.driven.submit(line_of(1, "a", bought("a")));
  r.driven.run();
  r.driven.submit(line_of(2, "a", bought("a")));
  r.driven.shard().finish_sources();
  const auto batch = r.driven.next();
  ASSERT_TRUE(batch);
  EXPECT_TRUE(batch->content.entries.empty());
  EXPECT_EQ(batch->sealed.header.count, 0U);
  r.driven.acknowledge(*batch);
  EXPECT_EQ(position(r.driven), 2U);
  EXPECT_EQ(r.answer_of(2).status, AnswerStatus::duplicate);
  EXPECT_FALSE(r.driven.next());
  (void)r.driven.digest();
}

TEST(Source, of_a_malformed_line_counts_as_read) {
  Read r;
  auto broken = line_of(1, "a", bought("a"));
  broken.content = Malformed{model::Invalid::not_json, ""};
  r.driven.submit(std::move(broken));
  r.driven.submit(line_of(2, "b", bought("b")));
  r.driven.run();
  EXPECT_EQ(position(r.driven), 2U);
}

TEST(Source, keeps_files_apart) {
  Read r;
  r.driven.submit(line_of("one", 5, "a", bought("a"), noon(kFirstDay)));
  r.driven.submit(line_of("two", 3, "b", bought("b"), noon(kFirstDay)));
  r.driven.run();
  EXPECT_EQ(position(r.driven, "one"), 5U);
  EXPECT_EQ(position(r.driven, "two"), 3U);
}

TEST(Source, does_not_go_back_when_earlier_lines_are_asked_again) {
  Read r;
  r.driven.submit(line_of(1, "a", bought("a")));
  r.driven.submit(line_of(2, "b", bought("b")));
  r.driven.run();
  auto again = line_of(1, "a", bought("a"));
  again.judged_before = true;
  r.driven.submit(std::move(again));
  r.driven.submit(line_of(3, "c", bought("c")));
  r.driven.run();
  EXPECT_EQ(position(r.driven), 3U);
}

// --- lines that were judged before -------------------------------------------------------------

struct Judged : Read {
  Judged() {
    driven.submit(line_of(1, "a", bought("a", model::PurchaseStatus::approved, 10)));
    driven.submit(line_of(2, "b", request("5.00")));
    driven.submit(
        line_of("file", 3, "c", model::OpenBusinessDay{day("2019-03-05")}, noon("2019-03-05")));
    driven.run();
  }
  model::Answer again(std::uint64_t at, std::string key, model::Command command) {
    auto line = line_of(at, std::move(key), std::move(command));
    line.judged_before = true;
    driven.submit(std::move(line));
    driven.run();
    return answer_of(at);
  }
};

TEST(JudgedBefore, what_was_recorded_is_answered_with_its_original) {
  Judged j;
  const auto events = j.driven.events();
  const auto accepted = j.again(1, "a", bought("a", model::PurchaseStatus::approved, 10));
  EXPECT_EQ(accepted.status, AnswerStatus::duplicate);
  EXPECT_EQ(accepted.original->status, AnswerStatus::accepted);
  const auto refused = j.again(2, "b", request("5.00"));
  EXPECT_EQ(refused.status, AnswerStatus::duplicate);
  EXPECT_EQ(refused.original->refusal, Refusal::insufficient_funds);
  EXPECT_EQ(j.driven.events(), events);
}

TEST(JudgedBefore, what_recorded_nothing_is_judged_again_without_its_time) {
  Judged j;
  const auto events = j.driven.events();
  EXPECT_EQ(j.again(4, "x", bought("a", model::PurchaseStatus::approved, 5)).status,
            AnswerStatus::stale);
  EXPECT_EQ(j.again(5, "y", bought("a", model::PurchaseStatus::approved, 10)).status,
            AnswerStatus::duplicate);
  EXPECT_EQ(j.again(6, "a", bought("z")).refusal, Refusal::key_reused);
  EXPECT_EQ(j.driven.events(), events);
}

TEST(JudgedBefore, what_may_not_have_run_backwards_is_never_recorded_now) {
  Judged j;
  const auto events = j.driven.events();
  for (model::Command command : {model::Command(bought("new")), model::Command(tick()),
                                 model::Command(model::OpenBusinessDay{day("2019-03-06")})}) {
    const auto answer = j.again(7, "never recorded", std::move(command));
    EXPECT_EQ(answer.status, AnswerStatus::invalid);
    EXPECT_EQ(answer.invalid, model::Invalid::time_runs_backwards);
  }
  EXPECT_EQ(j.driven.events(), events);
}

// A file may span more than the 400 days for which a key is looked at in new lines.
TEST(JudgedBefore, what_was_recorded_is_known_after_its_key_is_free_again) {
  Judged j;
  j.driven.submit(line_of("file", 4, "click", clicking("one"), noon("2019-03-05")));
  j.driven.line("time", model::OpenBusinessDay{day("2021-01-01")}, noon("2021-01-01"));
  j.driven.run();
  const auto events = j.driven.events();
  const auto answer = j.again(4, "click", clicking("one"));
  EXPECT_EQ(answer.status, AnswerStatus::duplicate);
  ASSERT_TRUE(answer.original);
  EXPECT_EQ(answer.original->status, AnswerStatus::accepted);
  EXPECT_EQ(j.driven.events(), events);
}

}  // namespace
}  // namespace kopilka::shard

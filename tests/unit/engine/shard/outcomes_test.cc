#include "engine/codec/batch.h"
#include "tests/unit/engine/shard/driven.h"

// Answers that stand in the log beside what they answer, for senders who read them from there.
namespace kopilka::shard {
namespace {

Submission record_of(std::uint64_t unit, std::string key, model::Command command) {
  Submission record{.ticket = 1'000 + unit};
  record.origin = {.principal = "inbound", .credential = "c", .key = std::move(key)};
  record.origin.mac.value = base::keyed_hash("mac", codec::canonical_content(command));
  record.content = std::move(command);
  record.source = model::SourcePosition{"inbound/0", unit + 1, {}};
  record.unit = unit;
  return record;
}

struct Inbound {
  Driven driven{{.day_mode = DayMode::live}};
  Inbound() { set_up_live(driven); }

  Append decide() {
    auto batch = driven.next(noon(kFirstDay));
    KOPILKA_CHECK(batch.has_value());
    return std::move(*batch);
  }
  // What a reader of the log sees.
  static model::Batch read(const Append& batch) { return codec::decode(batch.sealed).value(); }
};

TEST(Outcome, stands_in_the_batch_of_what_it_answers) {
  Inbound in;
  in.driven.submit(record_of(7, "a", bought("a")));
  in.driven.submit(record_of(8, "b", request("900.00")));
  const auto batch = in.decide();
  in.driven.acknowledge(batch);
  const auto outcomes = Inbound::read(batch).outcomes;
  EXPECT_EQ(outcomes, batch.content.outcomes);
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0].unit, 7U);
  EXPECT_EQ(outcomes[0].key, "a");
  EXPECT_EQ(outcomes[0].answer, in.driven.answer_of(1'007));
  EXPECT_EQ(outcomes[0].answer.status, AnswerStatus::accepted);
  EXPECT_EQ(outcomes[1].answer, in.driven.answer_of(1'008));
  EXPECT_EQ(outcomes[1].answer.refusal, Refusal::insufficient_funds);
}

TEST(Outcome, of_what_records_nothing_makes_a_batch_of_its_own) {
  Inbound in;
  in.driven.submit(record_of(1, "a", bought("a")));
  in.driven.acknowledge(in.decide());
  in.driven.submit(record_of(2, "a", bought("a")));
  in.driven.submit(record_of(3, "a", bought("another")));
  auto broken = record_of(4, "", bought("c"));
  broken.content = Malformed{model::Invalid::not_json, "not JSON"};
  in.driven.submit(std::move(broken));
  const auto batch = in.decide();
  EXPECT_EQ(batch.sealed.header.count, 0U);
  in.driven.acknowledge(batch);
  const auto outcomes = Inbound::read(batch).outcomes;
  ASSERT_EQ(outcomes.size(), 3U);
  EXPECT_EQ(outcomes[0].answer.status, AnswerStatus::duplicate);
  EXPECT_EQ(outcomes[0].answer.original->status, AnswerStatus::accepted);
  EXPECT_EQ(outcomes[1].answer.refusal, Refusal::key_reused);
  EXPECT_EQ(outcomes[2].answer.invalid, model::Invalid::not_json);
  EXPECT_FALSE(outcomes[2].key);
  EXPECT_EQ(in.driven.shard().source("inbound/0").value().position, 5U);
}

TEST(Outcome, leaves_only_with_its_batch_and_is_made_again_when_that_failed) {
  Inbound in;
  in.driven.submit(record_of(1, "a", bought("a")));
  const auto failed = in.decide();
  EXPECT_FALSE(in.driven.is_answered(1'001));
  in.driven.tell(failed, AppendStatus::failed);
  ASSERT_TRUE(in.driven.shard().resume(
      {.epoch = model::Epoch{2}, .owner = {}, .head = in.driven.shard().head()}));
  const auto again = in.decide();
  EXPECT_EQ(again.content.outcomes, failed.content.outcomes);
  in.driven.acknowledge(again);
  EXPECT_EQ(in.driven.answer_of(1'001).status, AnswerStatus::accepted);
}

TEST(Outcome, of_many_partitions_waits_for_a_batch_with_room_for_its_source) {
  Inbound in;
  for (std::uint64_t i = 0; i < 20; ++i) {
    auto record = record_of(i, "k" + std::to_string(i), clicking("click " + std::to_string(i)));
    record.source->source = "inbound/" + std::to_string(i);
    in.driven.submit(std::move(record));
  }
  in.driven.acknowledge(in.decide());
  in.driven.acknowledge(in.decide());
  EXPECT_EQ(in.driven.answer_of(1'019).status, AnswerStatus::accepted);
  EXPECT_EQ(in.driven.shard().source("inbound/19").value().position, 20U);
}

TEST(Outcome, has_words_of_a_bounded_length) {
  Inbound in;
  std::string words;
  for (int i = 0; i < 1'000; ++i)
    words += "ж";
  auto broken = record_of(1, "k", tick());
  broken.content = Malformed{model::Invalid::bad_value, words};
  in.driven.submit(std::move(broken));
  const auto batch = in.decide();
  const auto& kept = batch.content.outcomes.front().answer.message;
  EXPECT_LE(kept.size(), codec::kOutcomeMessageBytesMax);
  EXPECT_EQ(kept.size() % 2, 0U);
  EXPECT_EQ(words.substr(0, kept.size()), kept);
}

}  // namespace
}  // namespace kopilka::shard

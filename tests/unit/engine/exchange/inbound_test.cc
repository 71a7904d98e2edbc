#include "engine/exchange/inbound.h"

#include <map>
#include <memory>
#include <variant>

#include <flatbuffers/flatbuffers.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hashing.h"
#include "engine/memory/feed.h"
#include "schemas/commands_generated.h"

namespace kopilka::exchange {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds kNow{0};

std::string click(const std::string& key) {
  return R"({"command":"register_click","key":")" + key + R"(","member_id":42,"partner_id":7})";
}

class InboundTest : public ::testing::Test {
 protected:
  void put(ports::PartitionNumber partition, const std::string& message) {
    topic_->append_stray({.partition = partition, .value = message});
  }
  base::Result<Inbound> open() {
    return Inbound::open(feed_, [this](const std::string& source) {
      return base::Result<shard::SourceProgress>(progress_[source]);
    });
  }
  // Everything there is; the log keeps what was read.
  std::vector<shard::Submission> read_all() {
    auto inbound = open();
    EXPECT_TRUE(inbound) << inbound.error().message;
    std::vector<shard::Submission> all;
    while (auto next = inbound->next(kNow).value())
      all.push_back(std::move(*next));
    for (const auto& submission : all)
      progress_[submission.source->source] = {submission.source->position,
                                              submission.source->digest};
    return all;
  }

  memory::ManualSteadyTime time_;
  std::shared_ptr<memory::MemoryFeedTopic> topic_ =
      std::make_shared<memory::MemoryFeedTopic>(time_, 2);
  memory::MemoryFeed feed_{topic_};
  std::map<std::string, shard::SourceProgress> progress_;
};

TEST_F(InboundTest, reads_each_message_once_and_goes_on_where_the_log_says) {
  put(0, click("a"));
  put(1, click("b"));
  put(0, click("c"));
  std::vector<std::string> keys;
  for (const auto& submission : read_all())
    keys.push_back(submission.origin.key);
  EXPECT_THAT(keys, testing::UnorderedElementsAre("a", "b", "c"));
  EXPECT_TRUE(read_all().empty());
  put(1, click("d"));
  const auto more = read_all();
  ASSERT_EQ(more.size(), 1U);
  EXPECT_EQ(more[0].origin.key, "d");
  EXPECT_EQ(more[0].unit, 1U);
  EXPECT_EQ(more[0].source->source, "inbound/1");
  EXPECT_EQ(more[0].source->position, 2U);
  EXPECT_EQ(more[0].origin.principal, "inbound");
  EXPECT_TRUE(std::holds_alternative<model::Command>(more[0].content));
}

TEST_F(InboundTest, makes_of_what_is_no_command_something_to_be_answered) {
  put(0, "");
  put(0, "nonsense");
  put(0, R"({"command":"register_click","key":"k","member_id":42,"partner_id":7,)"
         R"("at":"2019-03-01T09:00:00Z"})");
  put(0, click("good"));
  const auto all = read_all();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(std::get<shard::Malformed>(all[0].content).code, model::Invalid::not_json);
  EXPECT_EQ(std::get<shard::Malformed>(all[1].content).code, model::Invalid::not_json);
  EXPECT_EQ(std::get<shard::Malformed>(all[2].content).code, model::Invalid::unexpected_field);
  EXPECT_EQ(all[2].origin.key, "k");
  EXPECT_TRUE(std::holds_alternative<model::Command>(all[3].content));
}

TEST_F(InboundTest, reads_flatbuffers_among_lines) {
  flatbuffers::FlatBufferBuilder builder;
  const auto key = builder.CreateString("binary");
  const auto command = commands::CreateRegisterClick(builder, 42, 7);
  commands::CommandMessageBuilder message(builder);
  message.add_key(key);
  message.add_register_click(command);
  commands::FinishCommandMessageBuffer(builder, message.Finish());
  put(0, click("text"));
  put(0, std::string(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()));
  const auto all = read_all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].origin.key, "binary");
  const auto& clicked = std::get<model::RegisterClick>(std::get<model::Command>(all[1].content));
  EXPECT_EQ(clicked.member.value(), 42U);
}

TEST_F(InboundTest, says_with_its_digest_what_was_read_before) {
  put(0, "one");
  put(0, "two");
  const auto all = read_all();
  const base::Hash256 none{};
  const auto after = [](const base::Hash256& before, std::string_view message) {
    return base::sha256(std::string(base::view_of(before)) +
                        std::string(base::view_of(base::sha256(message))));
  };
  EXPECT_EQ(all[0].source->digest, after(none, "one"));
  EXPECT_EQ(all[1].source->digest, after(after(none, "one"), "two"));
}

TEST_F(InboundTest, passes_a_hole_that_a_transaction_left) {
  put(0, click("a"));
  topic_->append_hole(0);
  put(0, click("b"));
  EXPECT_EQ(read_all().size(), 2U);
  EXPECT_EQ(progress_["inbound/0"].position, 3U);
}

TEST_F(InboundTest, begins_a_new_store_with_what_the_topic_still_has) {
  put(0, click("a"));
  put(0, click("b"));
  topic_->drop_before(0, 1);
  const auto all = read_all();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].unit, 1U);
}

TEST_F(InboundTest, stops_when_messages_went_that_were_never_read) {
  put(0, click("a"));
  EXPECT_EQ(read_all().size(), 1U);
  for (int i = 0; i < 5; ++i)
    put(0, click("b"));
  topic_->drop_before(0, 4);
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, base::ErrorKind::corrupt);
  EXPECT_THAT(opened.error().message, HasSubstr("messages 1 to 3 in partition 0"));
}

TEST_F(InboundTest, stops_when_the_topic_is_not_the_one_that_was_read) {
  progress_["inbound/1"].position = 10;
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, base::ErrorKind::corrupt);
  EXPECT_THAT(opened.error().message, HasSubstr("made anew"));
}

TEST_F(InboundTest, refuses_more_partitions_than_a_batch_has_sources) {
  memory::MemoryFeed wide(std::make_shared<memory::MemoryFeedTopic>(time_, 17));
  const auto opened =
      Inbound::open(wide, [](const std::string&) { return base::Result<shard::SourceProgress>{}; });
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("17 partitions"));
}

}  // namespace
}  // namespace kopilka::exchange

#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codec/command_content.h"
#include "engine/codec/command_json.h"
#include "tests/unit/engine/codec/command_lines.h"
#include "tests/unit/engine/codec/command_messages.h"

namespace kopilka::codec {
namespace {

using testing::AnyOf;

class HostileMessage : public testing::Test {
 protected:
  HostileMessage() {
    for (const auto& good : test::kGoodLines)
      messages_.push_back(maker_.make(good.line));
  }

  // Any bytes get an answer, one of those that a message can get. What is accepted says what a
  // stranger reads in it by the published schema.
  void expect_answered(const std::string& bytes) {
    // A new parser has memory for this message only, so that a sanitizer sees who reads beyond it.
    const auto parsed = CommandParser().parse_flatbuffer(bytes);
    ++answers_;
    if (!parsed) {
      ASSERT_THAT(model::name_of(parsed.error().code),
                  AnyOf("not_json", "unknown_command", "missing_field", "unexpected_field",
                        "bad_value", "line_too_long"));
      return;
    }
    ++accepted_;
    const auto line = maker_.line_of(bytes);
    const auto read = parse_command(line, At::forbidden);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(parsed->key, read->key);
    ASSERT_EQ(model::name_of(parsed->command), model::name_of(read->command));
    ASSERT_EQ(canonical_content(parsed->command), canonical_content(read->command));
  }

  test::MessageMaker maker_;
  std::vector<std::string> messages_;
  std::size_t answers_{0};
  std::size_t accepted_{0};
};

TEST_F(HostileMessage, is_answered_wherever_it_is_cut) {
  for (const auto& message : messages_)
    for (std::size_t size = 0; size < message.size(); ++size) {
      expect_answered(message.substr(0, size));
      if (HasFatalFailure()) return;
    }
  EXPECT_GT(answers_, 4'000U);
  EXPECT_LT(accepted_, 4 * messages_.size()) << "only the padding may be cut";
}

TEST_F(HostileMessage, is_answered_whichever_byte_is_other) {
  for (const auto& message : messages_)
    for (std::size_t i = 0; i < message.size(); ++i)
      for (const int flip : {0x01, 0x04, 0x80, 0xFF}) {
        auto changed = message;
        changed[i] = static_cast<char>(changed[i] ^ flip);
        expect_answered(changed);
        if (HasFatalFailure()) return;
      }
  EXPECT_GT(accepted_, 1'000U) << "a byte of a text may be another";
  EXPECT_LT(accepted_, answers_ / 2);
}

TEST_F(HostileMessage, is_answered_when_bytes_are_made_up) {
  std::mt19937 random(20190301);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  const auto below = [&](std::size_t limit) { return random() % limit; };
  for (int round = 0; round < 40'000; ++round) {
    auto bytes = messages_[below(messages_.size())];
    for (auto changes = 1 + below(12); changes > 0; --changes) {
      // Offsets are small numbers: so are most of what replaces them.
      const auto value = below(4) == 0 ? below(256) : below(4) == 0 ? 0 : 4 * below(32);
      bytes[8 + below(bytes.size() - 8)] = static_cast<char>(value);
    }
    expect_answered(bytes);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(accepted_, 1'000U);
}

TEST_F(HostileMessage, is_answered_when_all_of_it_is_noise) {
  std::mt19937 random(7);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes("\x0c\0\0\0KPCM", 8);
    bytes[0] = static_cast<char>(4 * (2 + random() % 8));
    for (auto size = random() % 200; size > 0; --size)
      bytes.push_back(static_cast<char>(random() % 3 == 0 ? random() % 256 : random() % 16));
    expect_answered(bytes);
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(answers_, 20'000U);
}

}  // namespace
}  // namespace kopilka::codec

#include "engine/app/line_reader.h"

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/hashing.h"

namespace kopilka::app {
namespace {

constexpr std::size_t kLimit = LineReader::kLineBytesMax;
constexpr std::size_t kMiB = std::size_t{1} << 20;

struct Whole {
  std::vector<Line> lines;
  std::string name;
  std::uint64_t bytes{0};
};
Whole read_all(std::istream& in) {
  auto reader = LineReader::open(in).value();
  Whole whole{.lines = {}, .name = reader.source_name()};
  while (auto line = reader.next().value())
    whole.lines.push_back(std::move(*line));
  whole.bytes = reader.bytes_read();
  return whole;
}
Whole read_all(const std::string& text) {
  std::istringstream in(text);
  return read_all(in);
}
std::vector<std::string> texts(const std::string& input) {
  std::vector<std::string> out;
  for (const auto& line : read_all(input).lines)
    out.push_back(line.text);
  return out;
}

using Strings = std::vector<std::string>;

TEST(LineReader, cuts_at_line_feeds_and_drops_carriage_returns) {
  EXPECT_EQ(texts("one\ntwo\r\nthree\n"), (Strings{"one", "two", "three"}));
  EXPECT_EQ(texts("\n\r\n\n"), (Strings{"", "", ""}));
  EXPECT_EQ(texts("in\rside\n"), Strings{"in\rside"});
}

TEST(LineReader, takes_a_last_line_without_an_end) {
  EXPECT_EQ(texts("one\ntwo"), (Strings{"one", "two"}));
  EXPECT_EQ(texts("one\ntwo\r"), (Strings{"one", "two"}));
}

TEST(LineReader, finds_nothing_in_an_empty_input) {
  const auto whole = read_all("");
  EXPECT_TRUE(whole.lines.empty());
  EXPECT_EQ(whole.name, base::to_hex(base::view_of(base::sha256(""))));
}

TEST(LineReader, numbers_physical_lines_from_one) {
  const auto whole = read_all("a\n\nb\n");
  ASSERT_EQ(whole.lines.size(), 3U);
  EXPECT_EQ(whole.lines.at(0).number, 1U);
  EXPECT_EQ(whole.lines.at(2).number, 3U);
  EXPECT_EQ(whole.bytes, 5U);
}

TEST(LineReader, keeps_zero_bytes) {
  EXPECT_EQ(texts(std::string("a\0b\n", 4)), Strings{std::string("a\0b", 3)});
}

// --- long lines --------------------------------------------------------------------------------

TEST(LongLine, of_exactly_the_limit_is_taken) {
  const auto whole = read_all(std::string(kLimit, 'x') + "\nnext\n");
  ASSERT_EQ(whole.lines.size(), 2U);
  EXPECT_FALSE(whole.lines.at(0).too_long);
  EXPECT_EQ(whole.lines.at(0).text.size(), kLimit);
  EXPECT_EQ(whole.lines.at(1).text, "next");
}

TEST(LongLine, of_exactly_the_limit_may_end_in_any_way) {
  for (const std::string end : {"", "\n", "\r\n"}) {
    const auto whole = read_all(std::string(kLimit, 'x') + end);
    ASSERT_EQ(whole.lines.size(), 1U);
    EXPECT_FALSE(whole.lines.at(0).too_long);
    EXPECT_EQ(whole.lines.at(0).text.size(), kLimit);
  }
}

TEST(LongLine, above_the_limit_is_dropped_and_the_next_is_whole) {
  for (const std::size_t size : {kLimit + 1, 2 * kLimit, 5 * kLimit + 17}) {
    const auto input = "before\n" + std::string(size, 'x') + "\nafter\n";
    const auto whole = read_all(input);
    ASSERT_EQ(whole.lines.size(), 3U) << size;
    EXPECT_FALSE(whole.lines.at(0).too_long);
    EXPECT_TRUE(whole.lines.at(1).too_long);
    EXPECT_EQ(whole.lines.at(1).text, "");
    EXPECT_EQ(whole.lines.at(2).text, "after");
    EXPECT_EQ(whole.lines.at(2).number, 3U);
    EXPECT_EQ(whole.bytes, input.size());
  }
}

TEST(LongLine, without_an_end_is_one_line) {
  const auto whole = read_all(std::string(3 * kLimit, 'x'));
  ASSERT_EQ(whole.lines.size(), 1U);
  EXPECT_TRUE(whole.lines.at(0).too_long);
}

TEST(LongLine, differs_in_its_digest_by_every_byte) {
  std::string input(3 * kLimit, 'x');
  const auto digest = read_all(input).lines.at(0).digest;
  for (const std::size_t at : {std::size_t{0}, kLimit, 2 * kLimit + 5, 3 * kLimit - 1}) {
    input.at(at) = 'y';
    EXPECT_NE(read_all(input).lines.at(0).digest, digest);
    input.at(at) = 'x';
  }
}

// --- digests -----------------------------------------------------------------------------------

// digest(line) = SHA-256(digest before ‖ the line with its end)
TEST(LineDigest, is_chained_over_the_lines_with_their_ends) {
  const auto whole = read_all("one\r\ntwo");
  base::Bytes first(base::view_of(base::Hash256{}));
  const auto one = base::sha256(first + "one\r\n");
  EXPECT_EQ(whole.lines.at(0).digest, one);
  EXPECT_EQ(whole.lines.at(1).digest, base::sha256(base::Bytes(base::view_of(one)) + "two"));
}

TEST(LineDigest, of_a_common_beginning_is_the_same) {
  const auto one = read_all("a\nb\nc\n").lines;
  const auto other = read_all("a\nb\nd\n").lines;
  EXPECT_EQ(one.at(1).digest, other.at(1).digest);
  EXPECT_NE(one.at(2).digest, other.at(2).digest);
}

// Gives its text in pieces of a size, as a pipe may.
class Pieces final : public std::streambuf {
 public:
  Pieces(std::string text, std::size_t size) : text_(std::move(text)), size_(size) {}

 private:
  int_type underflow() override {
    if (at_ == text_.size()) return traits_type::eof();
    const auto size = std::min(size_, text_.size() - at_);
    setg(text_.data() + at_, text_.data() + at_, text_.data() + at_ + size);
    at_ += size;
    return traits_type::to_int_type(*gptr());
  }
  std::string text_;
  std::size_t size_;
  std::size_t at_{0};
};

TEST(LineDigest, does_not_depend_on_how_the_input_arrives) {
  std::string input;
  for (int i = 0; i < 40'000; ++i)
    input += "{\"line\":" + std::to_string(i) + (i % 3 == 0 ? "}\r\n" : "}\n");
  input += std::string(2 * kLimit + 3, 'x') + "\nlast";
  const auto expected = read_all(input);
  for (const std::size_t size : {std::size_t{1'000}, std::size_t{65'537}, kMiB - 1}) {
    Pieces pieces(input, size);
    std::istream in(&pieces);
    const auto whole = read_all(in);
    EXPECT_EQ(whole.name, expected.name);
    ASSERT_EQ(whole.lines.size(), expected.lines.size());
    for (std::size_t i = 0; i < whole.lines.size(); ++i) {
      ASSERT_EQ(whole.lines.at(i).text, expected.lines.at(i).text);
      ASSERT_EQ(whole.lines.at(i).digest, expected.lines.at(i).digest);
    }
  }
}

// --- names -------------------------------------------------------------------------------------

TEST(SourceName, is_the_sha_256_of_the_first_mib) {
  const std::string input = "one\ntwo\n";
  EXPECT_EQ(read_all(input).name, base::to_hex(base::view_of(base::sha256(input))));
  std::string large;
  while (large.size() < 2 * kMiB)
    large += "0123456789abcde\n";
  const auto name = read_all(large).name;
  EXPECT_EQ(name, base::to_hex(base::view_of(base::sha256(large.substr(0, kMiB)))));
  large.back() = '!';
  EXPECT_EQ(read_all(large).name, name);
}

}  // namespace
}  // namespace kopilka::app

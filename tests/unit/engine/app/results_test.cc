#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/app/import.h"
#include "tests/support/temporary_directory.h"

// A file of answers is cut back to its last whole line before more are written behind it.
namespace kopilka::app {
namespace {

struct Results {
  support::TemporaryDirectory directory;
  std::filesystem::path file{directory.path() / "results.jsonl"};
  void write(std::string_view text) const {
    std::ofstream(file, std::ios::binary).write(text.data(), std::ssize(text));
  }
  [[nodiscard]] std::string read() const {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

constexpr std::string_view kWhole =
    "{\"line\":1,\"status\":\"accepted\"}\n{\"line\":17,\"status\":\"stale\"}\n";

TEST(CutResults, tells_the_last_line_that_was_answered) {
  const Results results;
  results.write(kWhole);
  EXPECT_EQ(cut_results(results.file).value(), 17U);
  EXPECT_EQ(results.read(), kWhole);
}

TEST(CutResults, cuts_a_line_that_was_not_written_whole) {
  const Results results;
  const std::string third = "{\"line\":23,\"status\":\"accepted\"}";
  for (std::size_t size = 0; size <= third.size(); ++size) {
    results.write(std::string(kWhole) + third.substr(0, size));
    EXPECT_EQ(cut_results(results.file).value(), 17U) << size;
    EXPECT_EQ(results.read(), kWhole) << size;
  }
}

TEST(CutResults, knows_nothing_of_a_file_that_is_empty_or_not_there) {
  const Results results;
  EXPECT_EQ(cut_results(results.file).value(), 0U);
  results.write("");
  EXPECT_EQ(cut_results(results.file).value(), 0U);
  results.write("{\"line\":1,\"sta");
  EXPECT_EQ(cut_results(results.file).value(), 0U);
  EXPECT_EQ(results.read(), "");
}

TEST(CutResults, leaves_a_file_alone_that_holds_something_else) {
  const Results results;
  for (const std::string text : {"hello\n", "{\"key\":1}\n", "{\"line\":x}\n"}) {
    results.write(std::string(kWhole) + text);
    const auto cut = cut_results(results.file);
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().kind, base::ErrorKind::usage);
    EXPECT_EQ(results.read(), std::string(kWhole) + text);
  }
}

}  // namespace
}  // namespace kopilka::app

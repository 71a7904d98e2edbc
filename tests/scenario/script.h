#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kopilka::scenario {

using Fields = std::vector<std::pair<std::string, std::string>>;  // in the order of the line

enum class StepKind : std::uint8_t { command, check };

// What a command line is expected to be answered.
struct ExpectedAnswer {
  std::string status{"accepted"};
  std::string code;             // empty: any
  std::string original_status;  // of a duplicate
  Fields fields;                // of the result, or of the first result
};

// One line of a scenario that does something (README.md).
struct Step {
  StepKind kind{};
  std::string place;               // "w1.scenario:12"
  std::string json;                // command: the line to send, without its end
  ExpectedAnswer expected;         // command
  std::vector<std::string> words;  // check: "balance", "42"
  Fields fields;                   // check
  bool only{false};                // check: every other amount is 0.00
};

// Reads a scenario with its includes. Throws std::runtime_error naming the place.
[[nodiscard]] std::vector<Step> read_script(const std::filesystem::path& file);

// A field of a check; nothing: it does not name it.
[[nodiscard]] std::optional<std::string> field(const Step& check, std::string_view name);

// A Moscow time as scenarios write it, completed: "2019-03-01T12:15" → "2019-03-01T12:15:00+03:00".
[[nodiscard]] std::string complete_time(const std::string& text);

}  // namespace kopilka::scenario

#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/model/commands.h"
#include "engine/model/refusal.h"
#include "engine/model/time.h"

// Command lines of interface.md §1 as commands. Structure only: whether a command may happen is
// decided elsewhere.
namespace kopilka::codec {

inline constexpr std::size_t kLineBytesMax = 1'048'576;  // without the line's end

// Whether a line says when it reached us: it must in an import, and must not elsewhere.
enum class At : std::uint8_t { required, forbidden };

struct ParsedCommand {
  std::string key;
  std::optional<model::Instant> at;
  model::Command command;
};

struct MalformedLine {
  model::Invalid code{};
  std::string message;             // which field and what it must be; never a value
  std::optional<std::string> key;  // when it could be read
};

using ParsedLine = std::expected<ParsedCommand, MalformedLine>;

// Reads one line after another with the same memory. The first that applies is answered:
// line_too_long, not_json, duplicate_name, unknown_command (missing_field or wrong_type when
// `command` is absent or no text), unexpected_field, missing_field, wrong_type, bad_value; of
// several of one code, the first in the order of the command's description. Not shared between
// threads.
class CommandParser {
 public:
  CommandParser();
  ~CommandParser();
  CommandParser(CommandParser&&) noexcept;
  CommandParser& operator=(CommandParser&&) noexcept;

  [[nodiscard]] ParsedLine parse(std::string_view line, At at);

 private:
  std::unique_ptr<class JsonTree> tree_;
};

// For a single line.
[[nodiscard]] ParsedLine parse_command(std::string_view line, At at);

}  // namespace kopilka::codec

#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/model/commands.h"
#include "engine/model/refusal.h"
#include "engine/model/time.h"

// Command lines of interface.md §1 as commands, and the same commands as FlatBuffers
// (docs/formats/commands.md). Structure only: whether a command may happen is decided elsewhere.
namespace kopilka::codec {

inline constexpr std::size_t kLineBytesMax = 1'048'576;  // without the line's end; also a message

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

// Whether a message claims to be a FlatBuffer of schemas/commands.fbs: its identifier is there, and
// a zero byte at 3, which no JSON has and every FlatBuffer below 16 MiB.
[[nodiscard]] bool is_flatbuffer(base::ByteView message);

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
  // A CommandMessage, by the same rules as a line without `at`: never duplicate_name or wrong_type,
  // which its form cannot express, and not_json when it is none. Bytes may be anything and lie
  // anywhere. Time is linear in the message's size, however often its parts point to each other.
  [[nodiscard]] ParsedLine parse_flatbuffer(base::ByteView message);

 private:
  std::unique_ptr<class JsonTree> tree_;
  std::vector<std::uint64_t> aligned_;  // a message where FlatBuffers can be read
};

// For a single line.
[[nodiscard]] ParsedLine parse_command(std::string_view line, At at);

}  // namespace kopilka::codec

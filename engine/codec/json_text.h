#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/codec/json_writer.h"
#include "engine/model/answer.h"
#include "engine/model/event.h"

// Facts as JSON text for people and programs (interface.md §1, §2).
namespace kopilka::codec {

// {"type": its name, then its fields}.
void write_event(JsonWriter& out, const model::Event& event);
[[nodiscard]] std::string event_json(const model::Event& event);

// An answer with what it answers.
struct CommandAnswer {
  std::optional<std::uint64_t> line;  // of the input, from 1; absent: it has no lines
  std::optional<std::string> key;     // absent: it could not be read; shown as null
  model::Answer answer;
  std::optional<std::string> source = {};    // which input, where there are several
  std::optional<std::uint64_t> offset = {};  // of the message there
};

// {"line"?, "source"?, "offset"?, "key", "status", "code"?, "message"?, "positions"?, "result"?,
// "original"?}.
void write_answer(JsonWriter& out, const CommandAnswer& answer);
// The same as one line, without its end.
[[nodiscard]] std::string answer_json(const CommandAnswer& answer);

}  // namespace kopilka::codec

#include "engine/codec/json_text.h"

#include <type_traits>
#include <utility>
#include <variant>

namespace kopilka::codec {
namespace {

void write_positions(JsonWriter& out, model::Seq first, std::uint32_t count) {
  out.name("positions");
  out.begin_array();
  for (std::uint32_t i = 0; i < count; ++i)
    out.value(std::to_string(first.value() + i));
  out.end_array();
}

void write_result(JsonWriter& out, const model::CommandResult& result) {
  std::visit(
      [&](const auto& made) {
        if constexpr (!std::is_same_v<std::remove_cvref_t<decltype(made)>, std::monostate>)
          out.member("result", made);
      },
      result);
}

}  // namespace

void write_event(JsonWriter& out, const model::Event& event) {
  out.begin_object();
  out.member("type", model::name_of(event));
  std::visit([&](const auto& e) { out.members(e); }, event);
  out.end_object();
}

std::string event_json(const model::Event& event) {
  JsonWriter out;
  write_event(out, event);
  return out.take();
}

void write_answer(JsonWriter& out, const CommandAnswer& command) {
  const auto& answer = command.answer;
  out.begin_object();
  out.member("line", command.line);
  out.member("source", command.source);
  out.member("offset", command.offset);
  out.name("key");
  if (command.key)
    out.value(*command.key);
  else
    out.null();
  out.member("status", answer.status);
  out.member("code", answer.refusal);
  out.member("code", answer.invalid);
  if (!answer.message.empty()) out.member("message", answer.message);
  if (answer.count > 0) write_positions(out, answer.first, answer.count);
  write_result(out, answer.result);
  if (answer.original) {
    const auto& original = *answer.original;
    out.name("original");
    out.begin_object();
    out.member("status", original.status);
    out.member("code", original.refusal);
    write_positions(out, original.first, original.count);
    write_result(out, original.result);
    out.end_object();
  }
  out.end_object();
}

std::string answer_json(const CommandAnswer& answer) {
  JsonWriter out;
  write_answer(out, answer);
  return out.take();
}

}  // namespace kopilka::codec

#include "engine/codec/command_json.h"

#include <array>
#include <cstring>
#include <utility>
#include <variant>

#include "engine/codec/command_flatbuffer.h"
#include "engine/codec/command_structure.h"
#include "engine/codec/json_tree.h"

namespace kopilka::codec {
namespace {

using model::Invalid;

using TakeFields = void (*)(FieldReader& fields, model::Command& command);

template <class T>
void take_fields(FieldReader& fields, model::Command& command) {
  auto& taken = command.emplace<T>();
  T::describe(taken, fields);
  check_structure(taken, fields);
}

struct KnownCommand {
  std::string_view name;
  TakeFields take;
};

template <std::size_t... I>
constexpr auto make_known(std::index_sequence<I...>) {
  return std::array<KnownCommand, sizeof...(I)>{
      KnownCommand{std::variant_alternative_t<I, model::Command>::kName,
                   &take_fields<std::variant_alternative_t<I, model::Command>>}...};
}

constexpr auto kKnown = make_known(std::make_index_sequence<std::variant_size_v<model::Command>>{});

const KnownCommand* find_command(std::string_view name) {
  for (const auto& known : kKnown)
    if (known.name == name) return &known;
  return nullptr;
}

// The key of the line, when it can be told without doubt.
std::optional<std::string> readable_key(const JsonTree& tree) {
  const auto* node = tree.member(0, "key");
  std::string key;
  const bool is_key = node != nullptr && tree.duplicate_name() != "key" &&
                      read_text(*node, model::kKeyText, key) == Reading::taken;
  return is_key ? std::optional(std::move(key)) : std::nullopt;
}

class LineReader {
 public:
  explicit LineReader(const JsonTree& tree) : tree_(tree), key_(readable_key(tree)) {}

  ParsedLine read(At at) {
    if (tree_.duplicate_name())
      return malformed(Invalid::duplicate_name,
                       fmt::format("{} stands twice in one object; name each field once",
                                   shown_name(*tree_.duplicate_name())));
    const auto* name = tree_.member(0, "command");
    if (name == nullptr)
      return malformed(Invalid::missing_field, "command: required, but not there");
    if (name->kind != JsonKind::text)
      return malformed(Invalid::wrong_type, "command: must be the name of a command as text");
    const auto* known = find_command(name->text);
    if (known == nullptr)
      return malformed(Invalid::unknown_command,
                       fmt::format("command: {} is none that this release knows; docs/codes.md "
                                   "lists them",
                                   shown_name(name->text)));
    return read_fields(*known, at);
  }

 private:
  ParsedLine read_fields(const KnownCommand& known, At at) {
    Problems problems;
    FieldReader fields(tree_, 0, {}, problems);
    ParsedCommand parsed;
    fields.expect("command");
    fields.required("key", parsed.key, model::kKeyText);
    if (at == At::required)
      fields.required("at", parsed.at.emplace());
    else if (fields.has("at"))
      problems.note(Invalid::unexpected_field, "at: only in an import; elsewhere our clock tells");
    known.take(fields, parsed.command);
    fields.finish();
    for (const auto code : {Invalid::unexpected_field, Invalid::missing_field, Invalid::wrong_type,
                            Invalid::bad_value})
      if (problems.has(code)) return malformed(code, problems.message(code));
    return parsed;
  }

  ParsedLine malformed(Invalid code, std::string message) {
    return std::unexpected(MalformedLine{code, std::move(message), std::move(key_)});
  }

  const JsonTree& tree_;
  std::optional<std::string> key_;
};

ParsedLine without_key(Invalid code, std::string message) {
  return std::unexpected(MalformedLine{code, std::move(message), std::nullopt});
}

ParsedLine too_long(std::string_view what, std::size_t bytes) {
  return without_key(Invalid::line_too_long,
                     fmt::format("a {} may have {} bytes, this one has {}; send less in one "
                                 "command",
                                 what, kLineBytesMax, bytes));
}

}  // namespace

CommandParser::CommandParser() : tree_(std::make_unique<JsonTree>()) {}
CommandParser::~CommandParser() = default;
CommandParser::CommandParser(CommandParser&&) noexcept = default;
CommandParser& CommandParser::operator=(CommandParser&&) noexcept = default;

ParsedLine CommandParser::parse(std::string_view line, At at) {
  if (line.size() > kLineBytesMax) return too_long("line", line.size());
  if (!tree_->parse(line))
    return without_key(Invalid::not_json,
                       fmt::format("{}; write one JSON object a line", tree_->fault()));
  if (tree_->root().kind != JsonKind::object)
    return without_key(Invalid::not_json, "not an object; write one JSON object a line");
  return LineReader(*tree_).read(at);
}

ParsedLine CommandParser::parse_flatbuffer(base::ByteView message) {
  if (message.size() > kLineBytesMax) return too_long("message", message.size());
  if (!is_flatbuffer(message))
    return without_key(Invalid::not_json,
                       "not a FlatBuffer of schemas/commands.fbs; finish it with the identifier "
                       "KPCM and without a size prefix");
  constexpr auto kAlignment = sizeof(std::uint64_t);
  aligned_.resize((message.size() + kAlignment - 1) / kAlignment);
  std::memcpy(aligned_.data(), message.data(), message.size());
  const base::ByteView bytes(reinterpret_cast<const char*>(aligned_.data()), message.size());
  if (auto fault = read_message(bytes, *tree_))
    return without_key(fault->code, std::move(fault->message));
  return LineReader(*tree_).read(At::forbidden);
}

ParsedLine parse_command(std::string_view line, At at) {
  return CommandParser().parse(line, at);
}

}  // namespace kopilka::codec

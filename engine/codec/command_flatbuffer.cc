#include "engine/codec/command_flatbuffer.h"

#include <cstdint>
#include <string_view>
#include <utility>

#include <flatbuffers/flatbuffers.h>
#include <flatbuffers/util.h>
#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/codec/command_json.h"
#include "schemas/commands_generated.h"

namespace kopilka::codec {
namespace {

namespace fb = flatbuffers;

using model::Invalid;

// Names of members that no command has, for what our schema does not name.
constexpr std::string_view kNewerCommand = "newer than our schema";
constexpr std::string_view kNewerField = "a field newer than our schema";

constexpr fb::uoffset_t kDepthMax = 8;  // the schema has three
// As many as there can be offsets to them: more are shared ones, which no honest message needs.
constexpr fb::uoffset_t kTablesMax = kLineBytesMax / sizeof(fb::uoffset_t);

fb::voffset_t slot_at(std::size_t index) {
  return fb::FieldIndexToOffset(static_cast<fb::voffset_t>(index));
}

// Whether the table has a field beyond those of its shape.
// REQUIRES: the table was verified
bool has_newer_field(const fb::Table& table, const fb::TypeTable& shape) {
  const auto* vtable = table.GetVTable();
  const auto size = fb::ReadScalar<fb::voffset_t>(vtable);
  for (std::size_t slot = slot_at(shape.num_elems); slot < size; slot += sizeof(fb::voffset_t))
    if (fb::ReadScalar<fb::voffset_t>(vtable + slot) != 0) return true;
  return false;
}

// FlatBuffers verifies where a text lies, not what it is.
bool is_utf8(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  // A character cut short meets the zero byte that follows every text.
  while (at < end)
    if (static_cast<signed char>(*at) >= 0)
      ++at;
    else if (fb::FromUTF8(&at) < 0)
      return false;
  return true;
}

// Walks a verified message by the names and types that flatc wrote down. After a fault the tree is
// worth nothing.
class MessageReader {
 public:
  explicit MessageReader(JsonTree& tree) : tree_(tree) {}

  std::optional<MessageFault> read(const fb::Table& message) {
    const auto& shape = *commands::CommandMessageTypeTable();
    tree_.clear();
    const auto root = open(JsonKind::object, {});
    // Field 0 is the key, every other one a command.
    if (has(message, 0)) field(message, shape, 0);
    bool is_named = false;
    for (std::size_t i = 1; i < shape.num_elems; ++i) {
      if (!has(message, i)) continue;
      const std::string_view name = shape.names[i];
      if (is_named) {
        add(JsonKind::null, name);
      } else {
        add_text("command", name);
        members(*message.GetPointer<const fb::Table*>(slot_at(i)), shape_of(shape, i));
        is_named = true;
      }
    }
    if (has_newer_field(message, shape)) {
      if (is_named)
        add(JsonKind::null, kNewerField);
      else
        add_text("command", kNewerCommand);
    }
    tree_.close(root);
    return std::move(fault_);
  }

 private:
  static bool has(const fb::Table& table, std::size_t index) {
    return table.CheckField(slot_at(index));
  }
  static const fb::TypeTable& shape_of(const fb::TypeTable& shape, std::size_t index) {
    return *shape.type_refs[shape.type_codes[index].sequence_ref]();
  }

  void members(const fb::Table& table, const fb::TypeTable& shape) {
    for (std::size_t i = 0; i < shape.num_elems && !fault_; ++i)
      if (has(table, i)) field(table, shape, i);
    if (has_newer_field(table, shape)) add(JsonKind::null, kNewerField);
  }

  void field(const fb::Table& table, const fb::TypeTable& shape, std::size_t index) {
    const std::string_view name = shape.names[index];
    const auto type = shape.type_codes[index];
    const auto slot = slot_at(index);
    if (type.is_repeating != 0) {
      const auto array = open(JsonKind::array, name);
      if (type.base_type == fb::ET_STRING)
        texts(*table.GetPointer<const fb::Vector<fb::Offset<fb::String>>*>(slot), name);
      else
        objects(*table.GetPointer<const fb::Vector<fb::Offset<fb::Table>>*>(slot),
                shape_of(shape, index));
      return tree_.close(array);
    }
    switch (type.base_type) {
      case fb::ET_BOOL:
        return boolean(name, table.GetField<std::uint8_t>(slot, 0));
      case fb::ET_UINT:
        add(JsonKind::integer, name).magnitude = table.GetField<std::uint32_t>(slot, 0);
        return;
      case fb::ET_ULONG:
        add(JsonKind::integer, name).magnitude = table.GetField<std::uint64_t>(slot, 0);
        return;
      default:
        KOPILKA_CHECK(type.base_type == fb::ET_STRING);  // the schema has no other types
        return text(name, name, *table.GetPointer<const fb::String*>(slot));
    }
  }

  void boolean(std::string_view name, std::uint8_t value) {
    if (value > 1) fail(Invalid::not_json, fmt::format("{}: a bool must be 0 or 1", name));
    add(JsonKind::boolean, name).magnitude = value;
  }
  void texts(const fb::Vector<fb::Offset<fb::String>>& vector, std::string_view array) {
    for (fb::uoffset_t i = 0; i < vector.size() && !fault_; ++i)
      text({}, array, *vector.Get(i));
  }
  void objects(const fb::Vector<fb::Offset<fb::Table>>& vector, const fb::TypeTable& shape) {
    for (fb::uoffset_t i = 0; i < vector.size() && !fault_; ++i) {
      const auto object = open(JsonKind::object, {});
      members(*vector.Get(i), shape);
      tree_.close(object);
    }
  }
  // `shown` is how a fault calls it: an element of an array has no name.
  void text(std::string_view name, std::string_view shown, const fb::String& text) {
    add_text(name, text.string_view());
    if (!fault_ && !is_utf8(text.string_view()))
      fail(Invalid::not_json, fmt::format("{}: a text must be UTF-8", shown));
  }

  std::uint32_t open(JsonKind kind, std::string_view name) {
    return tree_.index_of(add(kind, name));
  }
  void add_text(std::string_view name, std::string_view text) {
    spend(text.size());
    add(JsonKind::text, name).text = text;
  }
  JsonNode& add(JsonKind kind, std::string_view name) {
    spend(1 + name.size());
    return tree_.add(kind, name);
  }
  void spend(std::size_t bytes) {
    spent_ += bytes;
    if (spent_ > kLineBytesMax)
      fail(Invalid::line_too_long,
           fmt::format("its values, counted as often as they are pointed to, have more than {} "
                       "bytes; send less in one command",
                       kLineBytesMax));
  }
  void fail(Invalid code, std::string message) {
    if (!fault_) fault_ = MessageFault{code, std::move(message)};
  }

  JsonTree& tree_;
  std::size_t spent_{0};
  std::optional<MessageFault> fault_;
};

}  // namespace

bool is_flatbuffer(base::ByteView message) {
  constexpr std::size_t kIdentifierAt = 4;
  return message.size() >= kIdentifierAt + fb::kFileIdentifierLength && message[3] == '\0' &&
         message.substr(kIdentifierAt, fb::kFileIdentifierLength) ==
             commands::CommandMessageIdentifier();
}

std::optional<MessageFault> read_message(base::ByteView message, JsonTree& tree) {
  fb::Verifier verifier(reinterpret_cast<const std::uint8_t*>(message.data()), message.size(),
                        kDepthMax, kTablesMax);
  if (!commands::VerifyCommandMessageBuffer(verifier))
    return MessageFault{Invalid::not_json,
                        "not a CommandMessage of schemas/commands.fbs; make it with flatc's code"};
  return MessageReader(tree).read(*fb::GetRoot<fb::Table>(message.data()));
}

}  // namespace kopilka::codec

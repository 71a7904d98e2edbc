#pragma once

#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/codec/json_tree.h"
#include "engine/model/refusal.h"

// A CommandMessage of schemas/commands.fbs as the values of the JSON line that says the same, so
// that one set of rules judges both. Private to the codec.
namespace kopilka::codec {

struct MessageFault {
  model::Invalid code{};  // not_json or line_too_long
  std::string message;    // never a value
};

// Fills the tree with {"command", "key", then the command's fields in the order of the schema}.
// What cannot be said in JSON becomes a member that the rules refuse: a second command under its
// own name, a field that our schema lacks under words for that. Nothing when that went well.
//
// Parts of a FlatBuffer may be pointed to many times. Each value counts with its name and text,
// wherever it is pointed to from; more than kLineBytesMax of them together is line_too_long, so
// that a small message cannot unfold into a large tree. REQUIRES: `message` begins at a multiple of
// 8, has at most kLineBytesMax bytes, and stays as long as the nodes are looked at
[[nodiscard]] std::optional<MessageFault> read_message(base::ByteView message, JsonTree& tree);

}  // namespace kopilka::codec

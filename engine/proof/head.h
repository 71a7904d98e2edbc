#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/model/batch.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/proof/tree.h"
#include "engine/vault/signing_key.h"

// Heads of the log as they are signed, each a line of text: docs/formats/heads.md.
namespace kopilka::proof {

// By which a public key is known at a glance: the first bytes of its SHA-256.
using KeyId = std::array<std::uint8_t, 8>;
[[nodiscard]] KeyId id_of(const vault::PublicKey& key);

// What a log was, up to the end of one batch.
struct Head {
  model::StoreId store{};
  model::Seq last_seq;         // the tree has one leaf an event, so this is its size
  base::Hash256 root{};        // of the tree
  model::BatchNumber batch;    // 0: nothing yet
  base::Hash256 chain{};       // that batch's hash; zeros for none
  model::Instant recorded_at;  // of the last entry
  KeyId key{};                 // that signs it
  bool operator==(const Head&) const = default;
};

// The text that is signed; one spelling a head.
[[nodiscard]] std::string text_of(const Head& head);
// Nothing: not what `text_of` writes.
[[nodiscard]] std::optional<Head> parse_head(base::ByteView text);

struct SignedHead {
  Head head;
  vault::Signature signature{};
};
[[nodiscard]] SignedHead sign(const Head& head, const vault::SigningKey& key);
[[nodiscard]] bool is_signed_by(const SignedHead& signed_head, const vault::PublicKey& key);

// A signed head with the tree that it is of, so that the tree may go on from there.
struct HeadLine {
  SignedHead signed_head;
  Tree tree;
};
// With a line feed at its end.
[[nodiscard]] std::string line_of(const HeadLine& line);
// Of a line without its end. Nothing: not what `line_of` writes, or the tree is not the head's.
[[nodiscard]] std::optional<HeadLine> parse_line(base::ByteView text);

}  // namespace kopilka::proof

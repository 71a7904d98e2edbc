#pragma once

#include <optional>
#include <string>

#include "engine/base/bytes.h"

namespace kopilka::model {

// A keyed hash by which a personal value can be found again without being known.
struct LookupHash {
  base::Hash128 value{};
  auto operator<=>(const LookupHash&) const = default;
};

// A keyed hash of a command's content, to notice another content under a known key. Left out of
// digests.
struct Mac {
  base::Hash128 value{};
  auto operator<=>(const Mac&) const = default;
};

// Ciphertext; only the vault can open it. Left out of digests.
struct Sealed {
  base::Bytes bytes;
  auto operator<=>(const Sealed&) const = default;
};

// Personal data as a caller sent it. It lives between parsing and sealing only: the vault takes it
// out, and neither shard, log nor message may ever hold one that is not empty (domain.md §12).
struct ClearText {
  std::string text;
  bool operator==(const ClearText&) const = default;
};

}  // namespace kopilka::model

#pragma once

#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/model/ids.h"

namespace kopilka::ledger {

// Makes the ids that we give out (architecture.md §2): base32 of a 16-bit slot (0 with one stream)
// and HMAC(store key, purpose, seq). Never drawn at random, so that a repeated run makes the same.
class IdMint {
 public:
  // `store_key` must outlive the mint. REQUIRES: not empty
  explicit IdMint(base::ByteView store_key) : store_key_(store_key) {}

  // 26 characters.
  [[nodiscard]] std::string click_id(model::Seq seq) const;
  [[nodiscard]] std::string destination_id(model::Seq seq) const;
  // 16 characters, to fit MT940 :61: and camt EndToEndId. `attempt` > 0 steps past a collision.
  [[nodiscard]] std::string ext_ref(model::Seq seq, std::uint32_t attempt) const;

 private:
  [[nodiscard]] std::string make(std::string_view purpose, model::Seq seq, std::uint32_t attempt,
                                 std::size_t size_bytes) const;
  base::ByteView store_key_;
};

}  // namespace kopilka::ledger

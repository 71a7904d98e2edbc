#include "engine/ledger/mint.h"

#include "engine/base/hashing.h"

namespace kopilka::ledger {
namespace {

constexpr std::size_t kSlotBytes = 2;
constexpr std::size_t kLongIdBytes = 16;   // 26 base32 characters
constexpr std::size_t kShortIdBytes = 10;  // 16 base32 characters

}  // namespace

std::string IdMint::make(std::string_view purpose, model::Seq seq, std::uint32_t attempt,
                         std::size_t size_bytes) const {
  base::Bytes message(purpose);
  message.push_back('\0');
  base::put_little(message, seq.value());
  base::put_little(message, attempt);
  const auto hash = base::keyed_hash(store_key_, message);
  base::Bytes id(kSlotBytes, '\0');
  id += base::view_of(hash).substr(0, size_bytes - kSlotBytes);
  return base::to_base32(id);
}

std::string IdMint::click_id(model::Seq seq) const {
  return make("click", seq, 0, kLongIdBytes);
}

std::string IdMint::destination_id(model::Seq seq) const {
  return make("destination", seq, 0, kLongIdBytes);
}

std::string IdMint::ext_ref(model::Seq seq, std::uint32_t attempt) const {
  return make("ext_ref", seq, attempt, kShortIdBytes);
}

}  // namespace kopilka::ledger

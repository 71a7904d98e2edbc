#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/model/ids.h"
#include "engine/model/personal.h"

namespace kopilka::ports {

// What a keyed hash is for; values under different purposes cannot be compared.
enum class HashPurpose : unsigned char { card_number, member_name, destination };

// Keys of personal data (domain.md §12), kept outside the log. Thread-safe.
class KeyVault {
 public:
  virtual ~KeyVault() = default;

  [[nodiscard]] virtual model::LookupHash lookup_hash(HashPurpose purpose,
                                                      base::ByteView value) = 0;
  // Of a command's canonical content.
  [[nodiscard]] virtual model::Mac command_mac(base::ByteView content) = 0;

  // Under the member's own key, made on first use. Durable only after `sync`.
  [[nodiscard]] virtual base::Result<model::Sealed> seal(model::MemberId subject,
                                                         base::ByteView clear) = 0;
  // not_available: the key was destroyed; corrupt: not what was sealed.
  [[nodiscard]] virtual base::Result<base::Bytes> open(model::MemberId subject,
                                                       const model::Sealed& sealed) = 0;
  // Makes everything sealed for the subject unreadable for ever. Durable when it returns.
  [[nodiscard]] virtual base::Result<void> destroy(model::MemberId subject) = 0;

  // For the processors' key: what only the holder of the destinations' private key can read.
  [[nodiscard]] virtual base::Result<model::Sealed> seal_for_processor(base::ByteView clear) = 0;

  // 32 bytes from which the ids that we make are derived.
  [[nodiscard]] virtual base::ByteView store_key() const = 0;

  // Makes durable every key made so far. Call it before the log may hold what they seal.
  [[nodiscard]] virtual base::Result<void> sync() = 0;
};

}  // namespace kopilka::ports

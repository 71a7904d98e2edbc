#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/vault/sealing.h"

namespace kopilka::vault {

// The clear bytes of a sealed record: version 1, then for each field that is there its tag (1 name,
// 2 phone, 3 e-mail, 4 birth date), length as a varint, and bytes; tags ascending. The birth date
// is a zigzag varint of days since 1970-01-01.
[[nodiscard]] base::Bytes encode_record(const PersonalRecord& record);
[[nodiscard]] base::Result<PersonalRecord> decode_record(base::ByteView bytes);

}  // namespace kopilka::vault

#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/model/commands.h"
#include "engine/model/time.h"
#include "engine/ports/key_vault.h"

// The gate between what callers send and what the shard may see (domain.md §12). It stands between
// parsing and the shard: behind it no clear text exists, and names and numbers are hashes.
namespace kopilka::vault {

// Takes the personal data out of a command and puts in its place
//   card numbers    their lookup hash
//   names           the lookup hash of their normal spelling
//   name, phone, e-mail and birth date of an admission
//                   one sealed record, and the month of birth
//   a destination   mask, hash and a box for the processor; nothing if the value is malformed
// What was taken out is overwritten. A command without personal data stays as it is. The keys that
// were made are durable after `vault.sync()` only. On an error the command is as it was.
// REQUIRES: the command's MAC was taken before, since it covers the clear text
[[nodiscard]] base::Result<void> seal_personal(model::Command& command, ports::KeyVault& vault);

// Whether a command still holds anything that `seal_personal` would take out.
[[nodiscard]] bool holds_clear_text(const model::Command& command);

// What the register knows of a person beyond ids, in clear.
struct PersonalRecord {
  std::optional<std::string> name;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<model::Date> birth_date;
  bool operator==(const PersonalRecord&) const = default;
};

// What was sealed at the admission of `member`. not_available: the key was destroyed; corrupt: not
// such a record. The caller answers for who may see it.
[[nodiscard]] base::Result<PersonalRecord> open_personal(model::MemberId member,
                                                         const model::Sealed& sealed,
                                                         ports::KeyVault& vault);

}  // namespace kopilka::vault

#pragma once

#include <filesystem>
#include <optional>

#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/model/ids.h"
#include "engine/proof/receipt.h"
#include "engine/vault/signing_key.h"

namespace kopilka::app {

// The public key of a store. Nothing: its heads are not signed.
[[nodiscard]] base::Result<std::optional<vault::PublicKey>> public_key_of(const Layout& layout);

struct ProveOptions {
  // Heads kept elsewhere than this directory says. Absent: those that it says.
  std::optional<std::filesystem::path> heads;
};
// A receipt for the event at `seq`, under the first signed head that covers it. Reads the log
// between two heads only; may be asked while another process decides. Changes nothing.
// usage: there is no such event yet; not_available: no signed head covers it yet, or heads are not
// signed; corrupt: what the log holds there is not what was signed.
[[nodiscard]] base::Result<proof::Receipt> prove(const Place& place, model::Seq seq,
                                                 const ProveOptions& options);

}  // namespace kopilka::app

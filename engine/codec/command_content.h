#pragma once

#include "engine/base/bytes.h"
#include "engine/model/commands.h"

namespace kopilka::codec {

// What a command says, as bytes for its MAC (docs/formats/command_content.md): equal exactly when
// name and described fields are equal, however they were spelled. Neither key nor `at` is in it; a
// default is not, whether it was given or not, so a later release may add fields without changing
// the bytes of old commands. Holds clear texts: hash it and let it go.
[[nodiscard]] base::Bytes canonical_content(const model::Command& command);

}  // namespace kopilka::codec

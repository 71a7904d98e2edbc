#pragma once

#include <string>

#include "engine/model/event.h"

namespace kopilka::tools {

// The fields of an event that a person would look for: "purchase=41 member=42 amount=4 050,00".
// Lists as their length, hashes and ciphertext left out.
[[nodiscard]] std::string event_text(const model::Event& event);

}  // namespace kopilka::tools

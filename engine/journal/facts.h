#pragma once

#include "engine/codec/json_writer.h"
#include "engine/model/event.h"

namespace kopilka::journal {

// {"type": its name, then its fields}, as `codec::write_event`, without what is about a person:
// ciphertext and hashes of personal values, masks of destinations, sex and month of birth, and
// every text that is not on a list of those that name things rather than people. So a text that a
// later event brings stays in the store until somebody names it (I-22, domain.md §12).
void write_facts(codec::JsonWriter& out, const model::Event& event);

}  // namespace kopilka::journal

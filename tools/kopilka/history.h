#pragma once

#include <string>
#include <vector>

#include "engine/codec/json_writer.h"
#include "projections/statements/reader.h"
#include "tools/kopilka/console.h"

// The history of a purchase or a withdrawal, and what moved a member's money.
namespace kopilka::tools {

// The members of a statement's entry, into the object that is open.
void write_entry(codec::JsonWriter& out, const projections::statements::StatementEntry& entry);

// As the member `history` of the object that is open.
void write_history(codec::JsonWriter& out,
                   const std::vector<projections::statements::HistoryEntry>& history);
[[nodiscard]] std::string history_text(
    const std::vector<projections::statements::HistoryEntry>& history, const Console& console);

}  // namespace kopilka::tools

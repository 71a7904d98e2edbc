#include "tools/kopilka/history.h"

#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {

using projections::statements::HistoryEntry;

void write_entry(codec::JsonWriter& out, const projections::statements::StatementEntry& entry) {
  out.member("position", std::to_string(entry.position.value()));
  out.member("recorded_at", entry.recorded_at);
  out.member("effective_at", entry.effective_at);
  out.member("event", entry.event);
  out.member("purchase_id", entry.purchase);
  out.member("withdrawal_id", entry.withdrawal);
  out.member("change", entry.change);
  out.member("balance", entry.balance);
}

void write_history(codec::JsonWriter& out, const std::vector<HistoryEntry>& history) {
  out.name("history");
  out.begin_array();
  for (const auto& entry : history) {
    out.begin_object();
    out.member("position", std::to_string(entry.position.value()));
    out.member("recorded_at", entry.recorded_at);
    out.member("effective_at", entry.effective_at);
    out.member("event", entry.event);
    out.end_object();
  }
  out.end_array();
}

std::string history_text(const std::vector<HistoryEntry>& history, const Console& console) {
  Table table(
      {{"position", Align::right}, {"recorded (Moscow)"}, {"effective (Moscow)"}, {"event"}});
  for (const auto& entry : history)
    table.add({std::to_string(entry.position.value()), shown(entry.recorded_at),
               shown(entry.effective_at), std::string(entry.event)});
  return table.text(console);
}

}  // namespace kopilka::tools

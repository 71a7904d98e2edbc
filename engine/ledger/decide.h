#pragma once

#include "engine/ledger/decision.h"
#include "engine/ledger/tables.h"
#include "engine/model/commands.h"

// The ledger's rules, one overload a command: pure and total. A row that is not loaded reads as
// absent; the caller then discards the decision and asks again (state/table.h).
namespace kopilka::ledger {

[[nodiscard]] Decision decide(const View&, const model::RegisterClick&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::ReportPurchase&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::AddDestination&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::RequestWithdrawal&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::CancelWithdrawal&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::SendWithdrawal&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::MarkWithdrawalUnknown&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::SettleWithdrawal&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::RejectWithdrawal&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::ReturnWithdrawal&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::PlaceHold&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::LiftHold&, const Context&);
[[nodiscard]] Decision decide(const View&, const model::AdjustBalance&, const Context&);

// A business day opens. REQUIRES: `date` follows the open one, if any
[[nodiscard]] model::DatedEvent open_day(const View& view, model::Date date, model::Instant now);

// Whether days may be left for an operator to open one by one, or follow from a file's times.
enum class DayMode : std::uint8_t { live, import };

// Whether `open_business_day` may open `date` (domain.md §9). Nothing: it may.
[[nodiscard]] std::optional<model::Refusal> judge_open_day(const View& view, model::Date date,
                                                           model::Instant now, DayMode mode);

}  // namespace kopilka::ledger

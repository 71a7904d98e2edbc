#include "engine/shard/state.h"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "engine/ledger/fold.h"
#include "engine/ledger/results.h"
#include "engine/registry/fold.h"

namespace kopilka::shard {
namespace {

constexpr int kKeyDays = 400;

// Commands whose keys are kept for life: repeating them could pay twice.
constexpr std::array<std::string_view, 8> kKeptForLife{
    "request_withdrawal", "cancel_withdrawal", "send_withdrawal", "settle_withdrawal",
    "reject_withdrawal",  "return_withdrawal", "adjust_balance",  "mark_withdrawal_unknown"};

struct KeptForLife {
  bool operator()(const model::CommandRefused& e) const {
    return std::ranges::find(kKeptForLife, e.command) != kKeptForLife.end();
  }
  bool operator()(const model::WithdrawalRequested&) const { return true; }
  bool operator()(const model::BalanceAdjusted&) const { return true; }
  template <class E>
  bool operator()(const E&) const {
    return requires(E e) { e.withdrawal; };
  }
};

model::Original answer_of(const State& state, const model::Entry& entry, model::Seq first) {
  const auto count = static_cast<std::uint32_t>(entry.events.size());
  const auto* refused = std::get_if<model::CommandRefused>(&entry.events.front().event);
  if (refused != nullptr)
    return {model::AnswerStatus::refused, refused->code, first, count, std::monostate{}};
  return {model::AnswerStatus::accepted, std::nullopt, first, count,
          ledger::result_of(state.ledger, entry.events, first)};
}

void fold_event(State& state, const model::Event& event, model::Seq seq, model::Instant at) {
  std::visit(
      [&](const auto& e) {
        if constexpr (requires { registry::fold(state.registry, e, seq, at); })
          registry::fold(state.registry, e, seq, at);
      },
      event);
  ledger::fold(state.ledger, event, {seq, at});
}

// Forgets the oldest keys, as far as they are due and one slice goes. A function of the log alone:
// `last` is the seq up to which it is folded.
void forget_keys(State& state, model::Seq last) {
  const auto today = state.view().business_day();
  const auto* known = state.key_cursor.find(kKeyCursor);
  KeyCursor cursor = known != nullptr ? *known : KeyCursor{};
  const auto is_due = [&](model::Date day) { return today->in_days() - day.in_days() > kKeyDays; };
  if (!today || last.value() < kSeqsKeptMin || (cursor.oldest && !is_due(*cursor.oldest))) return;
  const auto end = std::min(last.value() - kSeqsKeptMin, cursor.next + kSeqsPerSlice);
  if (cursor.next >= end) return;
  cursor.oldest.reset();
  for (; cursor.next < end; ++cursor.next) {
    const model::Seq seq{cursor.next};
    const auto* queued = state.queued_keys.find(seq);
    if (queued == nullptr) continue;  // no key, or not loaded: then all this is done again
    if (!is_due(queued->day)) {
      cursor.oldest = queued->day;
      break;
    }
    const auto* row = state.keys.find(queued->key);
    if (row != nullptr && row->day == queued->day) state.keys.erase(queued->key);
    state.queued_keys.erase(seq);
  }
  state.key_cursor.edit(kKeyCursor) = cursor;
}

bool is_time_to_forget(const model::Entry& entry, model::Seq first) {
  const auto before = first.value() - 1;
  const auto last = before + entry.events.size();
  return before / kSeqsBetweenSlices != last / kSeqsBetweenSlices ||
         std::ranges::any_of(entry.events, [](const auto& dated) {
           return std::holds_alternative<model::BusinessDayOpened>(dated.event);
         });
}

void remember_key(State& state, const KeyKey& key, KnownKey known, model::Seq first) {
  if (!known.for_life) state.queued_keys.create(first) = {key, known.day};
  state.keys.edit(key) = std::move(known);
}

}  // namespace

void fold(State& state, const model::Entry& entry, model::Seq first) {
  model::Seq seq = first;
  for (const auto& dated : entry.events) {
    fold_event(state, dated.event, seq, entry.recorded_at);
    seq = model::next(seq);
  }
  if (is_time_to_forget(entry, first)) forget_keys(state, model::Seq{seq.value() - 1});
  if (!entry.origin) return;
  const auto& front = entry.events.front().event;
  ledger::fold_message_extent(state.ledger, front, first,
                              static_cast<std::uint32_t>(entry.events.size()));
  const auto day = state.view().business_day();
  remember_key(state, {entry.origin->principal, entry.origin->key},
               {entry.origin->mac, day.value_or(model::moscow_date(entry.recorded_at)),
                std::visit(KeptForLife{}, front), answer_of(state, entry, first)},
               first);
}

void fold(State& state, const model::SourcePosition& source) {
  state.sources.edit({source.source}) = {source.position, source.digest};
}

bool is_remembered(const KnownKey& known, std::optional<model::Date> business_day) {
  if (known.for_life || !business_day) return true;
  return business_day->in_days() - known.day.in_days() <= kKeyDays;
}

}  // namespace kopilka::shard

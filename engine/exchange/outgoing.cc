#include "engine/exchange/outgoing.h"

#include <algorithm>
#include <charconv>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/codec/json_text.h"
#include "engine/codec/json_writer.h"

namespace kopilka::exchange {
namespace {

using base::Result;
using ports::FeedRecord;

constexpr std::string_view kStore = "store";
constexpr std::string_view kType = "type";
constexpr std::string_view kSchema = "schema";
constexpr std::string_view kSeq = "seq";
constexpr std::string_view kPrevious = "previous";
constexpr std::string_view kRecordedAt = "recorded_at";
constexpr std::string_view kEffectiveAt = "effective_at";
constexpr std::string_view kLastOutcome = "last_outcome";
constexpr std::string_view kLastPayout = "last_payout";

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string_view> header(const FeedRecord& record, std::string_view name) {
  const auto it = std::ranges::find(record.headers, name, &ports::FeedHeader::name);
  if (it == record.headers.end()) return std::nullopt;
  return it->value;
}

template <class Id>
std::string id_text(const Id& id) {
  if constexpr (requires { id.has_value(); })
    return id ? std::to_string(id->value()) : std::string();
  else
    return std::to_string(id.value());
}

// Whom the event is about: a member, else an organisation, else a partner.
std::string key_of(const model::Event& event) {
  return std::visit(
      [](const auto& e) -> std::string {
        if constexpr (requires { e.member.value(); } || requires { e.member->value(); }) {
          if (auto text = id_text(e.member); !text.empty()) return text;
        }
        if constexpr (requires { e.organization; }) {
          if (auto text = id_text(e.organization); !text.empty()) return text;
        }
        if constexpr (requires { e.partner; }) return id_text(e.partner);
        return {};
      },
      event);
}

ports::FeedHeader store_header(const model::Batch& batch) {
  return {std::string(kStore), base::to_hex(base::view_of(batch.header.store))};
}

FeedRecord outcome_record(const model::Batch& batch, const model::Outcome& outcome,
                          const OutcomePlace& place, const OutcomePlace& previous) {
  codec::JsonWriter out;
  codec::write_answer(out, {.line = std::nullopt,
                            .key = outcome.key,
                            .answer = outcome.answer,
                            .source = batch.sources.at(outcome.source).source,
                            .offset = outcome.unit});
  FeedRecord record{.key = outcome.key.value_or(std::string()), .value = out.take()};
  record.headers = {{std::string(kSeq), to_text(place)},
                    {std::string(kPrevious), to_text(previous)}};
  return record;
}

FeedRecord payout_record(const model::WithdrawalSent& sent, const PayoutFacts& facts,
                         model::Instant at, model::Seq seq, model::Seq previous) {
  codec::JsonWriter out;
  out.begin_object();
  out.member("ext_ref", facts.ext_ref);
  out.member("method", facts.method);
  out.member("amount", sent.amount);
  out.member("destination", base::to_hex(facts.destination.bytes));
  out.member("sent_at", at);
  out.member("processor", sent.processor);
  out.end_object();
  FeedRecord record{.key = facts.ext_ref, .value = out.take()};
  record.headers = {{std::string(kSeq), id_text(seq)}, {std::string(kPrevious), id_text(previous)}};
  return record;
}

}  // namespace

std::string to_text(const OutcomePlace& place) {
  return fmt::format("{}/{}", place.batch, place.index);
}

std::optional<OutcomePlace> parse_outcome_place(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto batch = parse_number(text.substr(0, slash));
  const auto index = parse_number(text.substr(slash + 1));
  if (!batch || !index || !std::in_range<std::uint32_t>(*index)) return std::nullopt;
  return OutcomePlace{*batch, static_cast<std::uint32_t>(*index)};
}

FeedRecord OutgoingWriter::event_record(const model::Entry& entry, const model::DatedEvent& dated,
                                        model::Seq seq) {
  FeedRecord record{.key = key_of(dated.event), .value = base::Bytes(events_.encode(dated.event))};
  const auto put = [&](std::string_view name, std::string value) {
    record.headers.push_back({std::string(name), std::move(value)});
  };
  put(kType, std::string(model::name_of(dated.event)));
  put(kSchema, std::to_string(codec::kEventVersion));
  put(kSeq, id_text(seq));
  put(kPrevious, std::to_string(seq.value() - 1));
  put(kRecordedAt, to_text(entry.recorded_at));
  put(kEffectiveAt, to_text(dated.effective_at));
  // So the next publisher knows where all three feeds stand.
  put(kLastOutcome, to_text(last_.outcome));
  put(kLastPayout, id_text(last_.payout));
  return record;
}

Result<Outgoing> OutgoingWriter::take(const model::Batch& batch, const PayoutFactsOf& facts_of) {
  Outgoing out;
  const auto store = store_header(batch);
  OutcomePlace place{batch.header.n.value(), 0};
  for (const auto& outcome : batch.outcomes) {
    if (place > last_.outcome) {
      out.outcomes.push_back(outcome_record(batch, outcome, place, last_.outcome));
      last_.outcome = place;
    }
    ++place.index;
  }
  auto seq = batch.header.first_seq;
  for (const auto& entry : batch.entries)
    for (const auto& dated : entry.events) {
      const auto* sent = std::get_if<model::WithdrawalSent>(&dated.event);
      if (sent != nullptr && seq > last_.payout) {
        KOPILKA_TRY_ASSIGN(const auto facts, facts_of(sent->withdrawal));
        out.payouts.push_back(payout_record(*sent, facts, entry.recorded_at, seq, last_.payout));
        last_.payout = seq;
      }
      seq = model::next(seq);
    }
  // After the others, whose last ones they name.
  seq = batch.header.first_seq;
  for (const auto& entry : batch.entries)
    for (const auto& dated : entry.events) {
      if (seq > last_.event) {
        out.events.push_back(event_record(entry, dated, seq));
        last_.event = seq;
      }
      seq = model::next(seq);
    }
  for (auto* records : {&out.outcomes, &out.payouts, &out.events})
    for (auto& record : *records)
      record.headers.push_back(store);
  return out;
}

std::optional<Stand> stand_told_by(const FeedRecord& last_event) {
  const auto store = header(last_event, kStore);
  const auto event = parse_number(header(last_event, kSeq).value_or(""));
  const auto outcome = parse_outcome_place(header(last_event, kLastOutcome).value_or(""));
  const auto payout = parse_number(header(last_event, kLastPayout).value_or(""));
  if (!store || !event || !outcome || !payout) return std::nullopt;
  return Stand{{model::Seq{*event}, *outcome, model::Seq{*payout}}, std::string(*store)};
}

}  // namespace kopilka::exchange

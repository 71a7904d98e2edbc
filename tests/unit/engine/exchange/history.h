#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/exchange/outgoing.h"
#include "engine/model/batch.h"
#include "tests/support/sample_events.h"

// A short log with everything that is published: batches of events, of outcomes, of both, of
// neither, and a few withdrawals sent.
namespace kopilka::exchange {

inline PayoutFacts facts_of(model::WithdrawalId id) {
  return {.ext_ref = "ref-" + std::to_string(id.value()),
          .method = model::WithdrawalMethod::phone,
          .destination = {.bytes = "\x01\xff"}};
}

inline model::Entry entry_of(model::Event event, int minute) {
  const auto at = model::Instant::micros(1'551'431'700'000'000) + model::Span::minutes(minute);
  return {.origin = model::CommandOrigin{"inbound", "inbound", "k" + std::to_string(minute), {}},
          .recorded_at = at,
          .events = {{at - model::Span::hours(1), std::move(event)}}};
}

inline std::vector<model::Batch> history() {
  std::vector<model::Batch> batches;
  std::uint64_t seq = 1;
  int minute = 0;
  for (std::uint64_t n = 1; n <= 12; ++n) {
    model::Batch batch;
    batch.header.store.fill(0xaa);
    batch.header.n = model::BatchNumber{n};
    batch.header.first_seq = model::Seq{seq};
    if (n % 4 != 0)
      for (std::uint64_t i = 0; i < n % 5; ++i) {
        const auto member = model::MemberId{40 + i};
        if (i == 1)
          batch.entries.push_back(entry_of(
              model::WithdrawalSent{model::WithdrawalId{seq}, member, model::Money::kopecks(5'000),
                                    n % 2 == 0 ? std::optional<std::string>("bank") : std::nullopt},
              ++minute));
        else
          batch.entries.push_back(entry_of(model::AccountOpened{.member = member}, ++minute));
      }
    for (const auto& entry : batch.entries)
      seq += entry.events.size();
    batch.header.count = static_cast<std::uint32_t>(seq - batch.header.first_seq.value());
    if (n % 3 != 1) {
      batch.sources = {{"inbound/0", 10 * n, {}}};
      for (std::uint32_t i = 0; i < n % 3 + 1; ++i)
        batch.outcomes.push_back({.source = 0,
                                  .unit = 10 * n + i,
                                  .key = "q" + std::to_string(n),
                                  .answer = {.status = model::AnswerStatus::stale}});
    }
    batches.push_back(std::move(batch));
  }
  return batches;
}

// Where that log ends.
inline model::LogHead head_of(const std::vector<model::Batch>& batches) {
  const auto& last = batches.back().header;
  return {.store = last.store, .n = last.n, .last_seq = model::last_seq(last)};
}

// What stands in a feed, in one line a record: its place, the one before it, and what it says.
inline std::vector<std::string> told(const std::vector<ports::FeedRecord>& records) {
  std::vector<std::string> lines;
  for (const auto& record : records) {
    std::string line = record.key + " " + record.value;
    for (const auto& header : record.headers)
      line += " " + header.name + "=" + header.value;
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace kopilka::exchange

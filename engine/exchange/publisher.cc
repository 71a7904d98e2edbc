#include "engine/exchange/publisher.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace kopilka::exchange {
namespace {

using base::ErrorKind;
using base::Result;

// Records that wait, of all feeds together: some tens of MiB.
constexpr std::size_t kWaitingMax = 50'000;
constexpr std::chrono::milliseconds kLastRecordWait{10'000};
// Offsets at the end of a feed that may hold no record, as a stray transaction leaves them.
constexpr ports::TopicOffset kHolesMax = 16;

// One order, in which every record names the one before it.
Result<void> expect_one_partition(ports::Feed& feed) {
  KOPILKA_TRY_ASSIGN(const auto count, feed.partitions());
  if (count == 1) return {};
  return base::fail(ErrorKind::not_available,
                    fmt::format("{} has {} partitions, and must have one: what is published stands "
                                "in one order; make the topic anew",
                                feed.name(), count));
}

// Nothing: the feed is empty.
Result<std::optional<ports::FeedRecord>> last_record(ports::Feed& feed) {
  KOPILKA_TRY_ASSIGN(const auto bounds, feed.bounds(0));
  for (ports::TopicOffset back = 1; back <= kHolesMax && bounds.first + back <= bounds.end;
       ++back) {
    KOPILKA_TRY_ASSIGN(const auto reader, feed.read_from({bounds.end - back}));
    KOPILKA_TRY_ASSIGN(auto record,
                       reader->next(back == 1 ? kLastRecordWait : std::chrono::milliseconds(500)));
    if (record) return record;
  }
  if (bounds.first == bounds.end) return std::nullopt;
  return base::fail(ErrorKind::io, fmt::format("{} does not show its last record", feed.name()));
}

}  // namespace

void Outlet::push(ports::FeedRecord record) {
  waiting_.push_back(std::move(record));
}

Result<void> Outlet::turn() {
  while (!waiting_.empty()) {
    // A copy, for what is not taken now is handed over later.
    const auto ticket = writer_->append(waiting_.front());
    if (!ticket && ticket.error().kind == ErrorKind::limit) break;
    if (!ticket) return std::unexpected(ticket.error());
    waiting_.pop_front();
    ++handed_over_;
  }
  for (const auto& report : writer_->poll(std::chrono::milliseconds{0})) {
    if (!report.offset) return base::fail(ErrorKind::io, report.error);
    delivered_ = report.ticket;
  }
  return {};
}

Result<Publisher> Publisher::open(const Feeds& feeds, const model::LogHead& head) {
  for (auto* feed : {&feeds.events, &feeds.outcomes, &feeds.payouts})
    KOPILKA_TRY(expect_one_partition(*feed));
  Published begun;
  KOPILKA_TRY_ASSIGN(const auto last, last_record(feeds.events));
  if (last) {
    const auto stand = stand_told_by(*last);
    const auto refuse = [&](std::string_view what) {
      return base::fail(ErrorKind::not_available,
                        fmt::format("{} {}, at offset {}: name feeds of your own, or find out who "
                                    "else writes there",
                                    feeds.events.name(), what, last->offset));
    };
    if (!stand) return refuse("holds what no publisher put there");
    if (stand->store != base::to_hex(base::view_of(head.store)))
      return refuse("holds the events of another store, " + stand->store);
    if (stand->published.event > head.last_seq)
      return refuse(
          fmt::format("holds event {}, which the log does not", stand->published.event.value()));
    begun = stand->published;
  }
  KOPILKA_TRY_ASSIGN(auto events, feeds.events.open_writer());
  KOPILKA_TRY_ASSIGN(auto outcomes, feeds.outcomes.open_writer());
  KOPILKA_TRY_ASSIGN(auto payouts, feeds.payouts.open_writer());
  return Publisher(
      begun, {Outlet(std::move(events)), Outlet(std::move(outcomes)), Outlet(std::move(payouts))});
}

Result<void> Publisher::take(const model::Batch& batch, const PayoutFactsOf& facts_of) {
  KOPILKA_TRY_ASSIGN(auto out, writer_.take(batch, facts_of));
  for (auto& record : out.outcomes)
    outlets_.outcomes.push(std::move(record));
  for (auto& record : out.payouts)
    outlets_.payouts.push(std::move(record));
  if (out.events.empty()) return {};
  held_events_ += out.events.size();
  held_.push_back({outlets_.outcomes.pushed(), outlets_.payouts.pushed(), std::move(out.events)});
  return {};
}

Result<void> Publisher::turn() {
  KOPILKA_TRY(outlets_.outcomes.turn());
  KOPILKA_TRY(outlets_.payouts.turn());
  while (!held_.empty() && held_.front().outcomes <= outlets_.outcomes.delivered() &&
         held_.front().payouts <= outlets_.payouts.delivered()) {
    for (auto& record : held_.front().events)
      outlets_.events.push(std::move(record));
    held_events_ -= held_.front().events.size();
    held_.pop_front();
  }
  return outlets_.events.turn();
}

bool Publisher::is_full() const {
  std::size_t waiting = held_events_;
  for (const auto* outlet : {&outlets_.events, &outlets_.outcomes, &outlets_.payouts})
    waiting += outlet->pushed() - outlet->delivered();
  return waiting >= kWaitingMax;
}

bool Publisher::is_idle() const {
  return held_.empty() &&
         std::ranges::all_of(
             std::initializer_list<const Outlet*>{&outlets_.events, &outlets_.outcomes,
                                                  &outlets_.payouts},
             [](const Outlet* outlet) { return outlet->pushed() == outlet->delivered(); });
}

model::Seq Publisher::published() const {
  return model::Seq{begun_.event.value() + outlets_.events.delivered()};
}

}  // namespace kopilka::exchange

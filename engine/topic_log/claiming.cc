// How a log begins and how it is taken over.

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/codec/batch.h"
#include "engine/topic_log/record.h"
#include "engine/topic_log/topic_log.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;
using base::Result;
using ports::AppendStatus;
using std::chrono::milliseconds;

constexpr milliseconds kLook{20};
constexpr unsigned kDoublingsMax = 6;

// What stands first in a topic, after somebody wrote there.
Result<void> expect_first(const ports::Topic& topic, const ports::TopicRecord& first,
                          const Genesis& ours) {
  const auto found = decode_genesis(first.value);
  if (first.offset == 0 && found && *found == ours) return {};
  return base::fail(
      ErrorKind::usage,
      fmt::format("topic {} was written to by somebody else meanwhile{}; name another topic",
                  topic.name(),
                  found ? ": it is the log of store " + base::to_hex(base::view_of(found->store))
                        : std::string{}));
}

}  // namespace

Result<void> TopicLog::create(ports::Topic& topic, const model::StoreId& store,
                              ports::SteadyTime& time, milliseconds silence_max) {
  KOPILKA_TRY(topic.check_settings());
  KOPILKA_TRY_ASSIGN(const auto bounds, topic.bounds());
  if (bounds.end > 0)
    return base::fail(ErrorKind::usage,
                      fmt::format("topic {} is not empty: a log begins in an empty topic; name "
                                  "another, or make it anew",
                                  topic.name()));
  const Genesis genesis{store};
  KOPILKA_TRY_ASSIGN(const auto reader, topic.read_from(0));
  KOPILKA_TRY_ASSIGN(const auto writer, topic.open_writer());
  KOPILKA_TRY_ASSIGN(const auto ticket, writer->append(encode(genesis)));
  const auto unknown = [&](const std::string& why) {
    return base::fail(ErrorKind::unknown_outcome,
                      fmt::format("topic {}: whether it begins with this store's genesis is not "
                                  "known: {}; delete the topic, make it again, and run this again",
                                  topic.name(), why));
  };
  bool delivered = false;
  bool seen = false;
  for (const auto deadline = time.now() + silence_max; time.now() < deadline;) {
    if (!delivered)
      for (const auto& report : writer->poll(kLook)) {
        if (!report.offset) return unknown(report.error);
        delivered = report.ticket == ticket;
      }
    if (!seen) {
      const auto first = reader->next(kLook);
      if (!first) return unknown(first.error().message);
      if (*first) KOPILKA_TRY(expect_first(topic, **first, genesis));
      seen = first->has_value();
    }
    if (delivered && seen) return {};
  }
  return unknown(fmt::format("it did not answer within {} ms", silence_max.count()));
}

Result<ports::Ownership> TopicLog::acquire() {
  const std::lock_guard lock(mutex_);
  writer_.reset();
  pipeline_.reset();
  publish();
  KOPILKA_TRY(ground_.topic->check_settings());
  for (unsigned attempt = 0; attempt < options_.claims_max; ++attempt) {
    if (attempt > 0) back_off(attempt);
    KOPILKA_TRY_ASSIGN(const auto race, claim());
    if (race == Race::lost) continue;
    auto ownership = begin_reign();
    if (!ownership) {
      pipeline_.reset();
      writer_.reset();
    }
    publish();
    return ownership;
  }
  return base::fail(ErrorKind::fenced,
                    fmt::format("topic {}: others claimed the log first, {} times in a row; one of "
                                "them owns it now",
                                ground_.topic->name(), options_.claims_max));
}

void TopicLog::back_off(unsigned attempt) {
  const auto longest = options_.claim_wait.count() << std::min(attempt - 1, kDoublingsMax);
  std::array<unsigned char, 4> chance{};
  random_.fill(chance);
  std::uint32_t drawn = 0;
  for (const auto byte : chance)
    drawn = drawn << 8 | byte;
  ground_.time.wait(milliseconds{drawn % (longest + 1)});
}

Result<TopicLog::Race> TopicLog::claim() {
  KOPILKA_TRY(walk_to_end());
  // Before deposing anybody: can this build read where the log stands?
  KOPILKA_TRY(head_at(last_));
  const auto& fold = tail_.fold();
  KOPILKA_CHECK(fold.epoch().value() < std::numeric_limits<std::uint32_t>::max());
  Claim claim{.store = fold.store(), .epoch = model::Epoch{fold.epoch().value() + 1}, .owner = {}};
  random_.fill(claim.owner);
  KOPILKA_TRY_ASSIGN(writer_, ground_.topic->open_writer());
  KOPILKA_TRY(writer_->append(encode(claim)));
  auto race = await_claim(claim);
  if (!race || *race == Race::lost) writer_.reset();
  return race;
}

// Reads on until the claim shows up.
Result<TopicLog::Race> TopicLog::await_claim(const Claim& claim) {
  const auto late = [&](const std::string& why) {
    return base::fail(ErrorKind::io,
                      fmt::format("topic {}: the claim of epoch {} was not read back: {}; it may "
                                  "still take effect; try again",
                                  ground_.topic->name(), claim.epoch.value(), why));
  };
  for (const auto deadline = ground_.time.now() + options_.silence_max;
       ground_.time.now() < deadline;) {
    for (const auto& report : writer_->poll(milliseconds{0}))
      if (!report.offset) return late(report.error);
    KOPILKA_TRY_ASSIGN(auto step, tail_.step(kLook));
    if (!step) {
      if (!tail_.trouble().empty()) ground_.time.wait(kLook);
      continue;
    }
    const auto* won = std::get_if<InForce>(&step->verdict);
    const auto* lost = std::get_if<Void>(&step->verdict);
    const bool is_won = won != nullptr && won->claim == claim;
    const bool is_lost =
        lost != nullptr && lost->why == VoidReason::lost_race && lost->owner == claim.owner;
    observe(std::move(*step));
    if (is_won) return Race::won;
    if (is_lost) return Race::lost;
  }
  return late(fmt::format("the topic did not answer within {} ms", options_.silence_max.count()));
}

// The first batch of an owner holds nothing, and is sent alone: once it is acknowledged, everything
// before it is settled, and whoever built on another history has shown it.
Result<ports::Ownership> TopicLog::begin_reign() {
  const auto& fold = tail_.fold();
  KOPILKA_TRY_ASSIGN(const auto before, head_at(last_));
  pipeline_.emplace(fold.epoch(), fold.owner());
  const auto first = codec::BatchBuilder{}.finish({.store = fold.store(),
                                                   .epoch = fold.epoch(),
                                                   .owner = fold.owner(),
                                                   .n = model::next(before.n),
                                                   .first_seq = model::next(before.last_seq),
                                                   .recorded_at = before.recorded_at,
                                                   .previous = before.hash});
  KOPILKA_TRY(send(first));
  while (!pipeline_->has_outcomes()) {
    KOPILKA_TRY(look(kLook));
  }
  const auto outcome = pipeline_->take_outcomes().front();
  if (outcome.status == AppendStatus::acknowledged) {
    ports::Ownership ownership{
        .epoch = pipeline_->epoch(), .owner = pipeline_->owner(), .head = {}};
    KOPILKA_TRY_ASSIGN(ownership.head, head_at(pipeline_->acknowledged()));
    return ownership;
  }
  return base::fail(
      outcome.status == AppendStatus::fenced ? ErrorKind::fenced : ErrorKind::io,
      fmt::format("topic {}: the log was claimed with epoch {}, but its first batch was not "
                  "acknowledged: {}",
                  ground_.topic->name(), pipeline_->epoch().value(), outcome.detail));
}

}  // namespace kopilka::topic_log

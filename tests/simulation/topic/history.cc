#include "tests/simulation/topic/history.h"

#include <algorithm>

#include <fmt/format.h>

namespace kopilka::simulation {

using base::ErrorKind;
using memory::Landing;
using memory::PlannedRecord;
using memory::Report;
using ports::AppendStatus;
using std::chrono::milliseconds;
using namespace topic_log;

std::string describe(const TopicPlan& plan) {
  return fmt::format("--seed={} --steps={}", plan.seed, plan.steps);
}

TopicHistory::TopicHistory(const TopicPlan& plan) : plan_(plan), random_(plan.seed) {
  world_.random = memory::SeededRandom(plan.seed);
  world_.options.silence_max = milliseconds{1'000};
  world_.options.claims_max = 2;
  world_.options.batches_per_bookmark = 1 + plan.seed % 5;
  standby_ = world_.node();
  candidates_.resize(2 + plan.seed % 2);
  for (auto& candidate : candidates_)
    candidate.node = world_.node(candidate.bookmarks.get());
}

void TopicHistory::fail(const std::string& what) {
  if (!failure_) failure_ = what;
}

void TopicHistory::hear() {
  const auto wrong = chorus_.hear(*world_.partition);
  // An owner that lived through a cut builds on what is gone: that everybody stops is right.
  if (wrong && counts_.cuts > 0 && chorus_.stop() == StopReason::diverged)
    stopped_ = true;
  else if (wrong)
    fail(*wrong);
}

std::optional<std::string> TopicHistory::play() {
  for (std::uint64_t i = 0; i < plan_.steps && !failure_ && !stopped_; ++i) {
    step();
    check();
    if (failure_) failure_ = fmt::format("step {}: {}", i + 1, *failure_);
  }
  if (!failure_ && !stopped_) calm_down();
  return failure_;
}

void TopicHistory::step() {
  auto& candidate = candidates_[random_.next() % candidates_.size()];
  if (random_.chance(70)) return use(candidate);
  if (random_.chance(60)) return disturb(candidate);
  disturb_topic();
}

void TopicHistory::use(Candidate& candidate) {
  if (!candidate.batches) {
    if (random_.chance(30)) acquire(candidate);
    return;
  }
  if (random_.chance(50)) return submit(candidate);
  if (random_.chance(90)) return poll(candidate);
  acquire(candidate);
}

void TopicHistory::acquire(Candidate& candidate) {
  unsettled_.insert(unsettled_.end(), candidate.in_flight.begin(), candidate.in_flight.end());
  candidate.in_flight.clear();
  candidate.batches.reset();
  const auto ownership = candidate.node.log->acquire();
  if (!ownership) {
    if (ownership.error().kind == ErrorKind::corrupt) restart(candidate);
    return;
  }
  ++counts_.acquired;
  candidate.batches.emplace(*ownership);
  if (random_.chance(50)) candidate.batches->change_content();
  settle();
}

// Every batch that was sent before this claim and does not count now never will.
void TopicHistory::settle() {
  hear();
  for (const auto& hash : unsettled_)
    if (!chorus_.counts(hash)) gone_.push_back(hash);
  unsettled_.clear();
}

void TopicHistory::submit(Candidate& candidate) {
  for (auto count = random_.between(1, 3); count > 0; --count) {
    auto batch =
        candidate.batches->next({.events = static_cast<std::uint32_t>(random_.next() % 3)});
    const auto hash = batch.hash;
    if (!candidate.node.log->submit(std::move(batch))) {
      candidate.batches.reset();
      return;
    }
    candidate.in_flight.push_back(hash);
  }
}

void TopicHistory::poll(Candidate& candidate) {
  const milliseconds patience{random_.chance(20) ? 2'000 : 0};
  for (const auto& outcome : candidate.node.log->poll(patience)) {
    if (candidate.in_flight.empty()) return fail("an outcome of nothing");
    const auto hash = candidate.in_flight.front();
    candidate.in_flight.pop_front();
    if (outcome.status == AppendStatus::acknowledged) {
      ++counts_.acknowledged;
      if (std::ranges::find(excused_, hash) == excused_.end()) acknowledged_.push_back(hash);
      continue;
    }
    if (outcome.status == AppendStatus::failed) return fail("a topic cannot know that it failed");
    ++(outcome.status == AppendStatus::unknown ? counts_.unknown : counts_.fenced);
    unsettled_.push_back(hash);
    candidate.batches.reset();
  }
}

// The process dies; what it had sent may still land. A node that found another history forgets all.
void TopicHistory::restart(Candidate& candidate) {
  unsettled_.insert(unsettled_.end(), candidate.in_flight.begin(), candidate.in_flight.end());
  candidate.in_flight.clear();
  candidate.batches.reset();
  if (random_.chance(30)) candidate.bookmarks->kept.clear();
  auto node = world_.try_node(candidate.bookmarks.get());
  if (!node && node.error().kind == ErrorKind::corrupt && counts_.cuts > 0) {
    candidate.bookmarks->kept.clear();
    node = world_.try_node(candidate.bookmarks.get());
  }
  if (!node) return fail("a node cannot start: " + node.error().message);
  candidate.node = std::move(*node);
}

void TopicHistory::disturb(Candidate& candidate) {
  auto& topic = *candidate.node.topic;
  switch (random_.weighed({30, 10, 10, 10, 10, 10, 20})) {
    case 0:
      return plan_fates(candidate);
    case 1:
      return topic.pause();
    case 2:
      return topic.wake();
    case 3:
      return topic.deafen();
    case 4:
      return topic.hear();
    case 5:
      return topic.break_connections();
    default:
      return restart(candidate);
  }
}

void TopicHistory::plan_fates(Candidate& candidate) {
  std::vector<PlannedRecord> fates(static_cast<std::size_t>(random_.between(1, 4)));
  for (auto& fate : fates) {
    fate.landing = random_.pick<Landing>(
        {Landing::at_once, Landing::at_once, Landing::late, Landing::held, Landing::never});
    fate.after = static_cast<unsigned>(random_.between(0, 3));
    fate.copies = random_.chance(10) ? 2 : 1;
    fate.report = random_.pick<Report>(
        {Report::truthful, Report::truthful, Report::truthful, Report::failure, Report::none});
    fate.report_polls = static_cast<unsigned>(random_.between(0, 3));
    if (random_.chance(20)) fate.followers = PlannedRecord::Followers::overtake;
  }
  candidate.node.topic->plan(std::move(fates));
}

void TopicHistory::disturb_topic() {
  auto& partition = *world_.partition;
  switch (random_.weighed({20, 10, 10, 10, 10, 10, 5, 10, 10, 5})) {
    case 0:
      if (partition.in_transit() > 0) partition.release(random_.next() % partition.in_transit());
      return;
    case 1:
      return partition.shrink_isr();
    case 2:
      return partition.restore_isr();
    case 3:
      partition.append_stray("garbage");
      return;
    case 4:
      return partition.append_hole();
    case 5:
      return repeat_record();
    case 6:
      partition.append_stray(claim_bytes(chorus_.fold().epoch().value() + 1, 'x'));
      return;
    case 7:
      return observe();
    case 8:
      partition.append_stray(genesis_bytes(9));
      return;
    default:
      if (plan_.seed % 4 == 0) cut_off();
  }
}

// As a second copy of what was sent once would land.
void TopicHistory::repeat_record() {
  const auto records = world_.partition->records();
  world_.partition->append_stray(random_.pick(records).value);
}

// The topic loses its end, as when a broker that lagged comes to lead. Whoever is connected loses
// the connection then.
void TopicHistory::cut_off() {
  const auto end = value_of(standby_.topic->bounds()).end;
  world_.partition->truncate(std::max<ports::TopicOffset>(1, end - random_.next() % 4));
  world_.partition->lose_transit();
  for (auto& candidate : candidates_) {
    candidate.node.topic->break_connections();
    // It may have been read back just before, and was confirmed.
    excused_.insert(excused_.end(), candidate.in_flight.begin(), candidate.in_flight.end());
  }
  standby_.topic->break_connections();
  ++counts_.cuts;
  chorus_.forget();
  hear();
  const auto is_lost = [&](const auto& hash) { return !chorus_.counts(hash); };
  std::erase_if(acknowledged_, is_lost);
}

// A standby's reader begins somewhere, or one of them goes on.
void TopicHistory::observe() {
  if (observers_.size() < 6) {
    auto log = world_.try_node();
    if (!log) return fail("a standby cannot start: " + log.error().message);
    if (auto reader = log->log->read_from(model::Seq{0}))
      observers_.push_back({std::move(*reader)});
    return;
  }
  auto& observer = observers_[random_.next() % observers_.size()];
  for (;;) {
    const auto batch = observer.reader->next();
    if (!batch && batch.error().kind == ErrorKind::corrupt && counts_.cuts > 0) {
      std::erase_if(observers_, [&](const auto& other) { return &other == &observer; });
      return;
    }
    if (!batch) return fail("a standby stops: " + batch.error().message);
    if (!*batch) return;
    hear();
    const auto& counted = chorus_.counted();
    if (observer.shown >= counted.size() || counted[observer.shown].hash != (*batch)->hash)
      return fail("a standby is shown another batch");
    ++observer.shown;
  }
}

void TopicHistory::check() {
  hear();
  if (failure_ || stopped_) return;
  for (const auto& hash : acknowledged_)
    if (!chorus_.counts(hash)) return fail("an acknowledged batch does not count");
  for (const auto& hash : gone_)
    if (chorus_.counts(hash)) return fail("a batch counts that had been given up for settled");
}

// All real readers of a node, from every seq.
void TopicHistory::check_readers() {
  const auto& counted = chorus_.counted();
  auto node = world_.try_node(candidates_.front().bookmarks.get());
  if (!node) return;
  const auto end = chorus_.fold().last_seq().value();
  for (std::uint64_t seq = 0; seq <= end + 1 && !failure_; ++seq) {
    const auto shown = read_all(*node->log, seq);
    const auto from = std::ranges::find_if(counted, [&](const auto& batch) {
      return model::last_seq(batch.header) >= model::Seq{seq};
    });
    if (!std::equal(shown.begin(), shown.end(), from, counted.end(),
                    [](const auto& a, const auto& b) { return a.hash == b.hash; }))
      fail(fmt::format("the reader from seq {} is shown something else", seq));
  }
}

// The weather clears: somebody must come to own the log, and everything still agrees.
void TopicHistory::calm_down() {
  auto& partition = *world_.partition;
  partition.restore_isr();
  for (auto& candidate : candidates_) {
    candidate.node.topic->wake();
    candidate.node.topic->hear();
  }
  for (auto place = partition.in_transit(); place > 0; --place)
    if (place <= partition.in_transit()) partition.release(place - 1);
  partition.lose_transit();  // of processes that died asleep
  check();
  if (failure_ || stopped_) return;
  for (auto& candidate : candidates_)
    candidate.bookmarks->kept.clear();
  for (int lives = 0; lives < 2 && !failure_; ++lives) {
    auto& candidate = candidates_.back();
    restart(candidate);
    if (failure_) return;
    const auto ownership = candidate.node.log->acquire();
    if (!ownership) return fail("nobody can own the log any more: " + ownership.error().message);
    support::BatchMaker batches(*ownership);
    const auto batch = batches.next({.events = 2});
    if (append(*candidate.node.log, batch) != AppendStatus::acknowledged)
      return fail("a calm topic does not acknowledge");
    acknowledged_.push_back(batch.hash);
    check();
  }
  check_readers();
}

}  // namespace kopilka::simulation

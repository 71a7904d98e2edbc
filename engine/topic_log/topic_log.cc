#include "engine/topic_log/topic_log.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/base/check.h"
#include "engine/codec/batch.h"
#include "engine/topic_log/reader.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;
using base::Result;
using ports::AppendStatus;
using ports::SealedBatch;
using std::chrono::milliseconds;

// How long one look at the topic waits, so that whoever wants the log's lock gets it.
constexpr milliseconds kLook{20};

}  // namespace

TopicLog::TopicLog(Ground ground, ports::Random& random, const Options& options)
    : ground_(std::move(ground)),
      random_(random),
      options_(options),
      tail_(ground_, ground_.bookmarks->last()) {}

TopicLog::~TopicLog() = default;

Result<std::unique_ptr<TopicLog>> TopicLog::open(std::shared_ptr<ports::Topic> topic,
                                                 ports::Random& random, ports::SteadyTime& time,
                                                 Bookmarks* bookmarks, const Options& options) {
  KOPILKA_CHECK(options.batches_per_bookmark > 0 && options.claims_max > 0);
  auto index = std::make_shared<BookmarkIndex>(options.batches_per_bookmark, bookmarks);
  KOPILKA_TRY(index->load());
  Ground ground{.topic = std::move(topic),
                .time = time,
                .bookmarks = std::move(index),
                .reached = std::make_shared<std::atomic<ports::TopicOffset>>(0),
                .store = options.store,
                .silence_max = options.silence_max};
  std::unique_ptr<TopicLog> log(new TopicLog(std::move(ground), random, options));
  KOPILKA_TRY_ASSIGN(auto first, log->tail_.step_to_end(0));
  if (const auto& resumed = log->tail_.resumed())
    log->last_ = std::make_shared<const SealedBatch>(*resumed);
  if (first) log->observe(std::move(*first));
  return log;
}

// Takes in what the tail found.
void TopicLog::observe(Walker::Step step) {
  if (auto* counted = std::get_if<Counted>(&step.verdict))
    last_ = std::make_shared<const SealedBatch>(std::move(counted->batch));
  if (pipeline_) pipeline_->on_verdict(step.verdict, last_);
}

Result<void> TopicLog::walk_to_end() {
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto step, tail_.step_to_end(0));
    if (!step) return {};
    observe(std::move(*step));
  }
}

Result<model::LogHead> TopicLog::head_at(const SharedBatch& batch) const {
  if (batch) return codec::head_after(*batch);
  return model::LogHead{.store = tail_.fold().store()};
}

Result<model::LogHead> TopicLog::head() {
  if (const auto reign = reign_now()) return codec::head_after(*reign->acknowledged);
  const std::lock_guard lock(mutex_);
  KOPILKA_TRY(walk_to_end());
  return head_at(last_);
}

Result<View> TopicLog::view() {
  View view;
  if (const auto reign = reign_now()) {
    view = reign->view;
    KOPILKA_TRY_ASSIGN(view.head, codec::head_after(*reign->acknowledged));
  } else {
    const std::lock_guard lock(mutex_);
    KOPILKA_TRY(walk_to_end());
    view = view_now();
    KOPILKA_TRY_ASSIGN(view.head, head_at(last_));
  }
  KOPILKA_TRY_ASSIGN(view.bounds, ground_.topic->bounds());
  return view;
}

View TopicLog::view_now() const {
  const auto& fold = tail_.fold();
  View view;
  view.store = fold.store();
  view.epoch = fold.epoch();
  view.owner = fold.owner();
  view.position = tail_.position();
  return view;
}

std::optional<TopicLog::Reign> TopicLog::reign_now() {
  const std::lock_guard lock(reign_mutex_);
  return reign_;
}

// Lets other threads see how far the owner came.
void TopicLog::publish() {
  const std::lock_guard lock(reign_mutex_);
  if (!pipeline_ || pipeline_->is_over() || !pipeline_->acknowledged()) {
    reign_.reset();
    return;
  }
  reign_ = Reign{view_now(), pipeline_->acknowledged()};
  ground_.reached->store(tail_.position());
}

Result<std::unique_ptr<ports::LogReader>> TopicLog::read_from(model::Seq first) {
  return std::make_unique<Reader>(ground_, first);
}

Result<void> TopicLog::send(const SealedBatch& batch) {
  auto ticket = writer_->append(batch.bytes);
  if (!ticket) {
    pipeline_->give_up(AppendStatus::unknown,
                       "the topic takes nothing more: " + ticket.error().message);
    return std::unexpected(std::move(ticket).error());
  }
  pipeline_->sent(batch, *ticket, ground_.time.now());
  submitted_.n = batch.header.n;
  submitted_.last_seq = model::last_seq(batch.header);
  submitted_.hash = batch.hash;
  return {};
}

Result<void> TopicLog::submit(SealedBatch batch) {
  const std::lock_guard lock(mutex_);
  if (!pipeline_)
    return base::fail(ErrorKind::not_available, "the log was not acquired: acquire it first");
  if (pipeline_->is_over())
    return base::fail(
        pipeline_->over() == AppendStatus::fenced ? ErrorKind::fenced : ErrorKind::not_available,
        "acquire the log again: " + pipeline_->trouble());
  const auto& header = batch.header;
  if (batch.bytes.size() > codec::kBatchBytesMax)
    return base::fail(ErrorKind::limit,
                      fmt::format("batch {} is {} bytes long; a batch may have {}",
                                  header.n.value(), batch.bytes.size(), codec::kBatchBytesMax));
  if (header.epoch != pipeline_->epoch() || header.owner != pipeline_->owner()) {
    pipeline_->refused(header);
    return {};
  }
  KOPILKA_CHECK(header.n == model::next(submitted_.n));
  KOPILKA_CHECK(header.first_seq == model::next(submitted_.last_seq));
  KOPILKA_CHECK(header.previous == submitted_.hash);
  const auto sent = send(batch);
  if (!sent) end_writing();
  return sent;
}

// One writer is one ownership: what it has not written yet must not be written later.
void TopicLog::end_writing() {
  if (pipeline_ && !pipeline_->is_over()) return;
  writer_.reset();
  publish();
}

// Takes in reports and records, waiting for the first that is missing.
Result<void> TopicLog::look(milliseconds timeout) {
  const auto for_report = pipeline_->awaits_report() ? timeout : milliseconds{0};
  if (writer_)
    for (const auto& report : writer_->poll(for_report))
      pipeline_->on_report(report);
  auto for_record = pipeline_->has_outcomes() ? milliseconds{0} : timeout - for_report;
  for (;;) {
    KOPILKA_TRY_ASSIGN(auto step, tail_.step(for_record));
    if (!step) break;
    for_record = milliseconds{0};
    observe(std::move(*step));
    if (pipeline_->is_over()) return {};
  }
  // Without a way to the topic the step did not wait.
  if (!tail_.trouble().empty() && !pipeline_->has_outcomes()) ground_.time.wait(for_record);
  pipeline_->on_time(ground_.time.now(), options_.silence_max);
  return {};
}

std::vector<ports::AppendOutcome> TopicLog::poll(milliseconds timeout) {
  const auto deadline = ground_.time.now() + timeout;
  milliseconds wait{0};
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (!pipeline_) return {};
      if (!pipeline_->is_over()) {
        const auto looked = look(pipeline_->is_empty() ? milliseconds{0} : wait);
        if (!looked) pipeline_->give_up(AppendStatus::unknown, looked.error().message);
        publish();
      }
      end_writing();
      auto told = pipeline_->take_outcomes();
      if (!told.empty() || pipeline_->is_empty()) return told;
    }
    const auto now = ground_.time.now();
    if (now >= deadline) return {};
    wait = std::min(kLook, deadline - now);
  }
}

}  // namespace kopilka::topic_log

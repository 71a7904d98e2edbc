#include "engine/topic_log/transcript.h"

#include <utility>

#include <fmt/format.h>

#include "engine/topic_log/record.h"
#include "engine/topic_log/topic_log.h"

namespace kopilka::topic_log {
namespace {

using base::ErrorKind;
using base::Result;
using std::chrono::milliseconds;

constexpr std::uint64_t kUnderWayMax = 16;  // of up to a megabyte each
constexpr milliseconds kLook{20};

}  // namespace

Result<std::unique_ptr<Transcript>> Transcript::open(std::shared_ptr<ports::Topic> topic,
                                                     const model::StoreId& store,
                                                     ports::Random& random, ports::SteadyTime& time,
                                                     milliseconds silence_max) {
  KOPILKA_TRY(topic->check_settings());
  KOPILKA_TRY_ASSIGN(const auto bounds, topic->bounds());
  if (bounds.end == 0) KOPILKA_TRY(TopicLog::create(*topic, store, time, silence_max));
  Options options;
  options.store = store;
  options.silence_max = silence_max;
  KOPILKA_TRY_ASSIGN(const auto log, TopicLog::open(topic, random, time, nullptr, options));
  KOPILKA_TRY_ASSIGN(const auto view, log->view());
  std::unique_ptr<Transcript> transcript(
      new Transcript(std::move(topic), random, time, silence_max));
  transcript->head_ = view.head;
  transcript->epoch_ = view.epoch;
  transcript->owner_ = view.owner;
  KOPILKA_TRY_ASSIGN(transcript->writer_, transcript->topic_->open_writer());
  return transcript;
}

Result<void> Transcript::append(const ports::SealedBatch& batch) {
  const auto& header = batch.header;
  if (header.epoch == epoch_ && header.owner != owner_)
    return base::fail(ErrorKind::corrupt,
                      fmt::format("batch {}: its epoch {} had another owner before",
                                  header.n.value(), header.epoch.value()));
  if (header.epoch < epoch_)
    return base::fail(
        ErrorKind::usage,
        fmt::format("topic {}: the copy was claimed with epoch {} already, and batch "
                    "{} is of epoch {}; delete the topic and copy again",
                    topic_->name(), epoch_.value(), header.n.value(), header.epoch.value()));
  while (epoch_ < header.epoch) {
    const model::Epoch next{epoch_.value() + 1};
    model::OwnerId owner = header.owner;
    if (next < header.epoch) random_.fill(owner);
    KOPILKA_TRY(claim(next, owner));
  }
  return hand_over(batch.bytes);
}

Result<void> Transcript::claim(model::Epoch epoch, const model::OwnerId& owner) {
  KOPILKA_TRY(hand_over(encode(Claim{.store = head_.store, .epoch = epoch, .owner = owner})));
  epoch_ = epoch;
  owner_ = owner;
  return {};
}

Result<void> Transcript::hand_over(base::Bytes record) {
  KOPILKA_TRY(await_delivery(kUnderWayMax - 1));
  KOPILKA_TRY(writer_->append(std::move(record)));
  ++handed_over_;
  return {};
}

Result<void> Transcript::finish() {
  return await_delivery(0);
}

Result<void> Transcript::await_delivery(std::uint64_t under_way_max) {
  for (auto deadline = time_.now() + silence_max_; handed_over_ - delivered_ > under_way_max;) {
    for (const auto& report : writer_->poll(kLook)) {
      if (!report.offset)
        return base::fail(ErrorKind::io, fmt::format("topic {} did not take a record: {}; copy "
                                                     "again, it goes on where this one ended",
                                                     topic_->name(), report.error));
      delivered_ = report.ticket;
      deadline = time_.now() + silence_max_;
    }
    if (time_.now() >= deadline)
      return base::fail(ErrorKind::io,
                        fmt::format("topic {} did not answer within {} ms; copy again, it goes on "
                                    "where this one ended",
                                    topic_->name(), silence_max_.count()));
  }
  return {};
}

}  // namespace kopilka::topic_log

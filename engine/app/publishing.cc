#include "engine/app/publishing.h"

#include <utility>

#include "engine/codec/batch.h"

namespace kopilka::app {
namespace {

// Batches that one turn reads again from the log, so that deciding goes on between.
constexpr int kBatchesPerTurn = 16;

}  // namespace

base::Result<void> Publishing::begin(const model::LogHead& head) {
  KOPILKA_TRY_ASSIGN(
      auto publisher,
      exchange::Publisher::open({*feeds_.events, *feeds_.outcomes, *feeds_.payouts}, head));
  // From its batch on, for outcomes alone may follow.
  KOPILKA_TRY_ASSIGN(missed_, log_.read_from(publisher.begins_after()));
  publisher_ = std::move(publisher);
  taken_.reset();
  trouble_.clear();
  return {};
}

void Publishing::fail(base::Error error) {
  trouble_ = std::move(error.message);
  publisher_.reset();
  missed_.reset();
  taken_.reset();
  retry_at_ = time_.now() + retry_;
}

base::Result<void> Publishing::take(const model::Batch& batch,
                                    const exchange::PayoutFactsOf& facts_of) {
  KOPILKA_TRY(publisher_->take(batch, facts_of));
  taken_ = batch.header;
  return {};
}

void Publishing::pass(const model::Batch& batch, const exchange::PayoutFactsOf& facts_of) {
  if (!publisher_ || !taken_ || model::next(taken_->n) != batch.header.n) return;
  if (publisher_->is_full()) return;  // it is read from the log later
  missed_.reset();
  if (auto taken = take(batch, facts_of); !taken) fail(std::move(taken).error());
}

base::Result<void> Publishing::catch_up(const model::LogHead& head,
                                        const exchange::PayoutFactsOf& facts_of) {
  for (int i = 0; i < kBatchesPerTurn && !publisher_->is_full(); ++i) {
    if (taken_ && taken_->n >= head.n) return {};
    if (!missed_) {
      // It went from batch to batch as they came; now it is behind.
      KOPILKA_TRY_ASSIGN(missed_, log_.read_from(model::last_seq(*taken_)));
    }
    KOPILKA_TRY_ASSIGN(const auto sealed, missed_->next());
    if (!sealed) return {};
    if (taken_ && sealed->header.n <= taken_->n) continue;
    KOPILKA_TRY_ASSIGN(const auto batch, codec::decode(*sealed));
    KOPILKA_TRY(take(batch, facts_of));
  }
  return {};
}

base::Result<void> Publishing::move_on(const model::LogHead& head,
                                       const exchange::PayoutFactsOf& facts_of) {
  if (!publisher_) KOPILKA_TRY(begin(head));
  KOPILKA_TRY(catch_up(head, facts_of));
  return publisher_->turn();
}

void Publishing::turn(const model::LogHead& head, const exchange::PayoutFactsOf& facts_of) {
  if (!publisher_ && time_.now() < retry_at_) return;
  if (auto moved = move_on(head, facts_of); !moved) fail(std::move(moved).error());
}

model::Seq Publishing::published() const {
  return publisher_ ? publisher_->published() : model::Seq{};
}

bool Publishing::is_done(const model::LogHead& head) const {
  return publisher_ && taken_ && taken_->n >= head.n && publisher_->is_idle();
}

}  // namespace kopilka::app

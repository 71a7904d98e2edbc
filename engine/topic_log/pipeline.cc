#include "engine/topic_log/pipeline.h"

#include <utility>

#include <fmt/format.h>

#include "engine/base/check.h"

namespace kopilka::topic_log {

using ports::AppendStatus;

void Pipeline::sent(const ports::SealedBatch& batch, std::uint64_t ticket,
                    std::chrono::milliseconds now) {
  KOPILKA_CHECK(!is_over());
  in_flight_.push_back({batch.header.n, batch.hash, ticket, now, nullptr});
}

void Pipeline::refused(const model::BatchHeader& header) {
  KOPILKA_CHECK(!is_over());
  in_flight_.push_back({header.n, {}, std::nullopt, {}, nullptr});
  settle();
}

void Pipeline::on_report(const ports::DeliveryReport& report) {
  if (is_over()) return;
  if (!report.offset)
    return give_up(AppendStatus::unknown, "the topic did not confirm it: " + report.error);
  delivered_ = report.ticket;
  settle();
}

void Pipeline::on_verdict(const Verdict& verdict, const SharedBatch& last) {
  if (is_over()) return;
  if (std::holds_alternative<Counted>(verdict)) return take_back(last);
  if (const auto* claimed = std::get_if<InForce>(&verdict))
    return give_up(AppendStatus::fenced, fmt::format("another owner took over with epoch {}",
                                                     claimed->claim.epoch.value()));
  const auto* nothing = std::get_if<Void>(&verdict);
  if (nothing != nullptr && nothing->why == VoidReason::predecessor_lost)
    give_up(AppendStatus::unknown,
            fmt::format("a batch before batch {} was lost", nothing->n.value()));
}

void Pipeline::take_back(const SharedBatch& batch) {
  if (read_back_ == in_flight_.size() || in_flight_[read_back_].hash != batch->hash)
    return give_up(AppendStatus::unknown,
                   fmt::format("batch {} counts under this node's name, but it did not send it",
                               batch->header.n.value()));
  in_flight_[read_back_++].read_back = batch;
  settle();
}

void Pipeline::settle() {
  while (!in_flight_.empty()) {
    auto& front = in_flight_.front();
    if (!front.ticket)
      return give_up(AppendStatus::fenced, "it was made under an ownership that has ended");
    if (!front.read_back || *front.ticket > delivered_) return;
    outcomes_.push_back({front.n, AppendStatus::acknowledged, {}});
    acknowledged_ = std::move(front.read_back);
    in_flight_.pop_front();
    --read_back_;
  }
}

bool Pipeline::awaits_report() const {
  return !in_flight_.empty() && in_flight_.front().read_back != nullptr;
}

void Pipeline::on_time(std::chrono::milliseconds now, std::chrono::milliseconds span_max) {
  if (in_flight_.empty() || now - in_flight_.front().sent_at <= span_max) return;
  give_up(AppendStatus::unknown,
          fmt::format("{} within {} ms",
                      awaits_report() ? "the topic did not confirm it" : "it was not read back",
                      span_max.count()));
}

void Pipeline::give_up(AppendStatus status, const std::string& why) {
  if (is_over()) return;
  for (const auto& batch : in_flight_)
    outcomes_.push_back({batch.n, status, why});
  in_flight_.clear();
  read_back_ = 0;
  over_ = status;
  trouble_ = why;
}

std::vector<ports::AppendOutcome> Pipeline::take_outcomes() {
  return std::exchange(outcomes_, {});
}

}  // namespace kopilka::topic_log

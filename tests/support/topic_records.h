#pragma once

#include <string>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/codec/batch.h"
#include "engine/topic_log/fold.h"
#include "engine/topic_log/record.h"
#include "tests/support/batches.h"

// Records for tests of the rule, made without a log.
namespace kopilka::topic_log {

inline constexpr std::uint8_t kStore = 7;

inline model::OwnerId owner_id(char name) {
  model::OwnerId id{};
  id.front() = static_cast<std::uint8_t>(name);
  return id;
}

inline base::Bytes genesis_bytes(std::uint8_t store = kStore) {
  return encode(Genesis{support::store_id(store)});
}

inline base::Bytes claim_bytes(std::uint32_t epoch, char owner, std::uint8_t store = kStore) {
  return encode(Claim{support::store_id(store), model::Epoch{epoch}, owner_id(owner)});
}

// Batches of one owner, each with one event or none, continuing `head`.
inline support::BatchMaker batches_of(std::uint32_t epoch, char owner,
                                      const model::LogHead& head = {
                                          .store = support::store_id(kStore)}) {
  return support::BatchMaker(
      ports::Ownership{.epoch = model::Epoch{epoch}, .owner = owner_id(owner), .head = head});
}

inline model::LogHead head_after(const ports::SealedBatch& batch) {
  return *codec::head_after(batch);
}

// A fold that is given records at rising offsets.
class FoldAtWork {
 public:
  FoldAtWork() { (void)give(genesis_bytes()); }

  Verdict give(base::Bytes bytes) { return fold_.next({offset_++, std::move(bytes)}); }
  Verdict give(const ports::SealedBatch& batch) { return give(batch.bytes); }
  [[nodiscard]] const Fold& fold() const { return fold_; }
  [[nodiscard]] ports::TopicOffset last_offset() const { return offset_ - 1; }

 private:
  Fold fold_;
  ports::TopicOffset offset_{0};
};

template <class T>
[[nodiscard]] bool is(const Verdict& verdict) {
  return std::holds_alternative<T>(verdict);
}
[[nodiscard]] inline bool is_void(const Verdict& verdict, VoidReason why) {
  const auto* nothing = std::get_if<Void>(&verdict);
  return nothing != nullptr && nothing->why == why;
}
[[nodiscard]] inline bool is_stop(const Verdict& verdict, StopReason why) {
  const auto* stop = std::get_if<Stop>(&verdict);
  return stop != nullptr && stop->why == why;
}

}  // namespace kopilka::topic_log

#include "engine/segments/log_view.h"

#include <algorithm>

namespace kopilka::segments {
namespace {

constexpr std::uint64_t kStrideBytes = std::uint64_t{256} << 10;
constexpr std::size_t kSegmentsRemembered = 4;  // older ones are packed and have an index

}  // namespace

void LogView::note(model::BatchNumber segment, const SlotPlace& place) {
  const std::lock_guard lock(mutex_);
  auto& places = places_[segment];
  if (!places.empty() && place.offset < places.back().offset + kStrideBytes) return;
  places.push_back(place);
  if (places_.size() > kSegmentsRemembered) places_.erase(places_.begin());
}

std::optional<SlotPlace> LogView::place_before(model::BatchNumber segment, model::Seq first) const {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(segment);
  if (found == places_.end()) return std::nullopt;
  const auto after =
      std::ranges::upper_bound(found->second, first, {}, [](const auto& p) { return p.first_seq; });
  if (after == found->second.begin()) return std::nullopt;
  return *(after - 1);
}

}  // namespace kopilka::segments

#pragma once

#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "engine/model/batch.h"
#include "engine/model/event.h"

// Events with something, or nothing, in every field, made from their own descriptions. Equal seeds
// make equal events.
namespace kopilka::support {

enum class Filling { full, bare, any };

// Calls `visit.operator()<T>()` for every event type.
void for_each_event_type(auto&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit.template operator()<std::variant_alternative_t<I, model::Event>>(), ...);
  }(std::make_index_sequence<std::variant_size_v<model::Event>>{});
}

// One event of every type, in the order of model::Event.
[[nodiscard]] std::vector<model::Event> sample_events(Filling filling, std::uint64_t seed);

template <class T>
[[nodiscard]] T sample_event(Filling filling, std::uint64_t seed) {
  return std::get<T>(sample_events(filling, seed).at(model::Event(T{}).index()));
}

// A batch of one entry or two per event type; every third entry is without a command.
[[nodiscard]] model::Batch sample_batch(Filling filling, std::uint64_t seed);

}  // namespace kopilka::support

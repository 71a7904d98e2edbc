#include "engine/app/kept_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/app/projections.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using projections::runtime::Host;
using projections::runtime::ModelKind;

constexpr int kAttempts = 5;

// A writer's files may go while we look, and come back under other names.
template <class Open>
auto look_at_rows(const Place& place, const Open& open) -> decltype(open()) {
  for (int attempt = 1;; ++attempt) {
    auto opened = open();
    if (opened || attempt == kAttempts) return opened;
    KOPILKA_TRY_ASSIGN(const bool written, place.log->is_being_written());
    if (!written) return opened;
  }
}

}  // namespace

Result<const ModelKind*> kind_named(std::string_view name) {
  if (name == kStateProjection) return nullptr;
  for (const auto& kind : projections::runtime::model_kinds())
    if (kind.name == name) return &kind;
  return base::fail(ErrorKind::usage, fmt::format("there is no read model {}; there are {}", name,
                                                  fmt::join(projection_names(), ", ")));
}

Result<StateRows> kept_state(const Place& place) {
  return look_at_rows(place, [&] { return open_state_for_reading(place.layout); });
}

Result<std::unique_ptr<Host>> kept_model(const Place& place, const ModelKind& kind) {
  auto host =
      look_at_rows(place, [&] { return kind.open(models_for_reading(place.layout), kNeverFlush); });
  if (!host && host.error().kind == ErrorKind::not_available) return nullptr;
  return host;
}

}  // namespace kopilka::app

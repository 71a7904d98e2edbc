#include "engine/app/reader.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

#include "engine/app/builds.h"
#include "engine/app/derived.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using projections::runtime::ReadModels;

// As far as the log goes, but named: a follower that was given a bound never writes to its store.
constexpr shard::Until kOnlyRead{.seq = model::Seq{std::numeric_limits<std::uint64_t>::max()}};

// Opens what another process may be writing: its files may go while we look, and come back under
// other names.
template <class Open>
auto open_beside_a_writer(const Place& place, const Open& open) -> decltype(open(place.layout)) {
  using Opened = typename decltype(open(place.layout))::value_type;
  constexpr int kAttempts = 5;
  for (int attempt = 1;; ++attempt) {
    auto opened = open(place.layout);
    if (opened) return opened;
    KOPILKA_TRY_ASSIGN(const bool written, place.log->is_being_written());
    if (!written) return opened;
    // Whatever it is that cannot be read, the log can: everything is folded in memory.
    if (attempt == kAttempts) return Opened{};
  }
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::open(Place place, shard::Until until) {
  KOPILKA_TRY(expect_store(place));
  std::unique_ptr<Reader> reader(new Reader(std::move(place), until));
  KOPILKA_TRY(reader->start());
  return reader;
}

std::unique_ptr<Reader> Reader::over(Place place, const Live& live) {
  std::unique_ptr<Reader> reader(new Reader(std::move(place), {}));
  reader->live_ = live;
  return reader;
}

Result<void> Reader::start() {
  if (is_past()) {
    KOPILKA_TRY_ASSIGN(log_, place_.log->open(random_));
    KOPILKA_TRY(follow(nullptr));
    if (until_.seq && *until_.seq > position())
      return base::fail(ErrorKind::usage,
                        fmt::format("position {} is not there yet: {} ends at position {}",
                                    until_.seq->value(), place_.log->name(), position().value()));
    return {};
  }
  return open_state();
}

// The rows first, then the log: so it reaches at least as far as they do.
Result<void> Reader::open_state() {
  KOPILKA_TRY_ASSIGN(auto rows, open_beside_a_writer(place_, open_state_for_reading));
  KOPILKA_TRY_ASSIGN(log_, place_.log->open(random_));
  if (rows.store) {
    store_ = std::move(rows.store);
    return follow(store_.get());
  }
  KOPILKA_TRY_ASSIGN(const bool written, place_.log->is_being_written());
  if (written) return follow(nullptr);
  return rebuild_state();
}

Result<void> Reader::follow(ports::StateStore* store) {
  KOPILKA_TRY_ASSIGN(auto follower, shard::Follower::open(store));
  KOPILKA_TRY(follower.catch_up(*log_, is_past() ? until_ : kOnlyRead));
  follower_.emplace(std::move(follower));
  return {};
}

// False: somebody else makes rows, or the directory is not ours to write.
bool Reader::holds_rows() {
  if (rows_) return true;
  auto held = hold_rows(place_.layout);
  if (held) rows_ = std::move(*held);
  return rows_ != nullptr;
}

Result<void> Reader::rebuild_state() {
  if (!holds_rows()) return follow(nullptr);
  auto rows = open_state_for_writing(place_.layout);
  // What the disk refuses, the log can still tell: do without.
  if (!rows && rows.error().kind != ErrorKind::corrupt) return follow(nullptr);
  if (!rows) return std::unexpected(std::move(rows).error());
  store_ = std::move(rows->store);
  KOPILKA_TRY_ASSIGN(auto follower, shard::Follower::open(store_.get()));
  KOPILKA_TRY(follower.catch_up(*log_, {}));
  if (follower.head().n.value() > 0) KOPILKA_TRY(follower.flush());
  follower_.emplace(std::move(follower));
  return {};
}

Result<void> Reader::open_models() {
  if (models_) return {};
  KOPILKA_TRY_ASSIGN(auto models, open_beside_a_writer(place_, open_models_for_reading));
  if (models) {
    models_ = std::move(models);
    return models_->catch_up(*log_);
  }
  KOPILKA_TRY_ASSIGN(const bool written, place_.log->is_being_written());
  if (!written && holds_rows()) {
    auto made = open_models_for_writing(place_.layout);
    if (made) {
      models_ = std::move(*made);
      KOPILKA_TRY(models_->catch_up(*log_));
      return models_->flush();
    }
    if (made.error().kind == ErrorKind::corrupt) return std::unexpected(std::move(made).error());
  }
  models_ = ReadModels::in_memory();
  return models_->catch_up(*log_);
}

}  // namespace kopilka::app

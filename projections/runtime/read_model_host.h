#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/check.h"
#include "engine/state/compare.h"
#include "engine/state/stored.h"
#include "projections/runtime/catch_up.h"
#include "projections/runtime/host.h"
#include "projections/runtime/read_model.h"

namespace kopilka::projections::runtime {

// A reader with the position that it reads at. Valid until the model is next changed.
template <class Reader>
struct Reading {
  Reader reader;
  Position at;
};

template <ReadModel Model>
class ReadModelHost final : public Host {
 public:
  using Reader = typename Model::Reader;

  // In memory alone, from the beginning.
  ReadModelHost() : Host(Model::kName, Model::kVersion) {}

  // Over its store, where that stands. A store of another model or version is emptied: its rows are
  // built from the log again.
  [[nodiscard]] static base::Result<std::unique_ptr<ReadModelHost>> open(
      const StoreFactory& open_store, HostLimits limits = {}) {
    const auto name = store_name();
    KOPILKA_TRY_ASSIGN(auto store, open_store(name, Opening::as_found));
    KOPILKA_TRY_ASSIGN(auto bytes, store->position());
    auto stored = decode_position(bytes);
    const bool is_ours =
        stored && stored->model == Model::kName && stored->version == Model::kVersion;
    if (!bytes.empty() && !is_ours) {
      store.reset();
      stored.reset();
      KOPILKA_TRY_ASSIGN(store, open_store(name, Opening::emptied));
    }
    auto host = std::make_unique<ReadModelHost>();
    host->limits_ = limits;
    host->store_ = std::move(store);
    state::attach_all(host->model_, stored ? state::Backing::store : state::Backing::new_store,
                      host->misses_);
    if (stored) {
      host->start_at(stored->at);
      host->digest_ = state::Digest(Model::kName, Model::kVersion, stored->digest);
    }
    return host;
  }

  // What its store is asked for by: `statements-1`.
  [[nodiscard]] static std::string store_name() {
    return std::string(Model::kName) + '-' + std::to_string(Model::kVersion);
  }

  // Linear in the rows that changed since the last flush.
  [[nodiscard]] std::string digest() const override {
    auto digest = digest_;
    state::add_changed(model_, digest);
    return digest.text();
  }

  // The model's stop: its answers would be old without saying so.
  [[nodiscard]] base::Result<Reading<Reader>> read() const {
    KOPILKA_TRY(ready());
    return Reading<Reader>{Reader(model_, store_.get()), position()};
  }

  [[nodiscard]] base::Result<Check> check(ports::EventLog& log) override {
    KOPILKA_TRY(ready());
    KOPILKA_TRY_ASSIGN(const auto rows,
                       state::digest_of(model_, store_.get(), Model::kName, Model::kVersion));
    ReadModelHost fresh;
    KOPILKA_TRY(fold_afresh(log, fresh));
    return Check{digest(), rows.text(), fresh.digest()};
  }

  [[nodiscard]] base::Result<state::RowsComparison> compare(ports::EventLog& log,
                                                            std::size_t shown_max) override {
    KOPILKA_CHECK(store_ != nullptr && stored_position() == position());
    KOPILKA_TRY(ready());
    ReadModelHost fresh;
    KOPILKA_TRY(fold_afresh(log, fresh));
    return state::compare_rows(fresh.model_, *store_, Model::kName, Model::kVersion, shown_max);
  }

 private:
  // Up to this one's position, where the log must hold the same batch.
  [[nodiscard]] base::Result<void> fold_afresh(ports::EventLog& log, ReadModelHost& fresh) const {
    Host* const hosts[] = {&fresh};
    KOPILKA_TRY(catch_up(hosts, log, position().n));
    KOPILKA_TRY(fresh.ready());
    if (fresh.position() == position()) return {};
    return base::fail(base::ErrorKind::corrupt,
                      "the rows belong to another log, or the log lost its end; delete them, they "
                      "are rebuilt from the log");
  }

  [[nodiscard]] std::expected<void, Stop> fold(const model::Batch& batch) override {
    ++step_;
    for (;;) {
      state::begin_step(model_, step_);
      misses_.count = 0;
      auto folded = fold_events(batch);
      if (misses_.count == 0 && folded) break;
      state::roll_back(model_, step_);
      if (misses_.count == 0) return folded;
      // Each round loads a row more, and a batch asks for so many only.
      if (auto loaded = state::load_missing(model_, misses_, *store_); !loaded)
        return std::unexpected(Stop{std::move(loaded).error(), batch.header.first_seq});
    }
    state::take_overtaken_out(model_, step_, digest_);
    touched_ += state::touched(model_, step_);
    state::settle(model_, step_);
    return {};
  }

  // Goes on after a row was missing, to learn what else is.
  [[nodiscard]] std::expected<void, Stop> fold_events(const model::Batch& batch) {
    auto seq = batch.header.first_seq;
    for (const auto& entry : batch.entries) {
      for (const auto& dated : entry.events) {
        auto folded = model_.fold(dated, seq, entry.recorded_at);
        if (!folded && misses_.count == 0)
          return std::unexpected(Stop{std::move(folded).error(), seq});
        seq = model::next(seq);
      }
    }
    return {};
  }

  [[nodiscard]] bool is_full() const override {
    return store_ != nullptr && (touched_ >= limits_.dirty_rows_max ||
                                 state::bytes_to_flush(model_) >= limits_.table_bytes_max);
  }

  [[nodiscard]] base::Result<void> write(const Position& position) override {
    if (store_ == nullptr) return {};
    auto digest = digest_;
    auto changes = state::collect_changes(model_, &digest);
    const auto bytes = encode({std::string(Model::kName), Model::kVersion, position, digest.sum()});
    KOPILKA_TRY(store_->apply(std::move(changes), bytes));
    digest_ = digest;
    state::mark_clean(model_);
    touched_ = 0;
    if (state::rows_loaded(model_) > limits_.loaded_rows_max)
      state::drop_clean(model_, state::Keep::reused);
    if (state::rows_loaded(model_) > limits_.loaded_rows_max) state::drop_clean(model_);
    state::keep_within(model_, limits_.table_bytes_max / 2);
    return {};
  }

  [[nodiscard]] base::Result<void> sync_store() override {
    return store_ == nullptr ? base::Result<void>{} : store_->sync();
  }

  HostLimits limits_;
  std::unique_ptr<ports::StateStore> store_;  // null: in memory alone
  state::Misses misses_;
  Model model_;
  state::Digest digest_{Model::kName, Model::kVersion};  // without rows changed since the flush
  std::uint64_t step_{0};
  std::size_t touched_{0};  // since the last flush, a row once a batch
};

}  // namespace kopilka::projections::runtime

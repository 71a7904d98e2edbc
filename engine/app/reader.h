#pragma once

#include <memory>
#include <optional>
#include <tuple>

#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/ports/event_log.h"
#include "engine/ports/key_vault.h"
#include "engine/ports/state_store.h"
#include "engine/segments/file.h"
#include "engine/shard/follower.h"
#include "engine/state/reads.h"
#include "engine/system/system_random.h"
#include "projections/rosters/rosters.h"
#include "projections/runtime/as_known.h"
#include "projections/runtime/read_model_host.h"
#include "projections/runtime/read_models.h"
#include "projections/statements/statements.h"

namespace kopilka::app {

template <class ModelReader>
using Reading = projections::runtime::Reading<ModelReader>;

// A store open for reading, now or as it was known, while another process may be deciding. Changes
// nothing, but for derived rows that are missing while nobody decides: those it makes. One thread.
class Reader {
 public:
  // `until` empty: everything recorded so far. Else what was known then, folded in memory: linear
  // in the log. not_available: no store; corrupt: file, offset and seq are named; usage: `until`
  // names a position that the log has not reached.
  [[nodiscard]] static base::Result<std::unique_ptr<Reader>> open(Place place, shard::Until until);

  // What a process that folds the log itself holds just now: nothing of it changes or goes while
  // the reader is there.
  struct Live {
    model::LogHead head;
    shard::Held held;
    ports::EventLog* log{nullptr};
    const projections::runtime::ReadModels* models{nullptr};
  };
  [[nodiscard]] static std::unique_ptr<Reader> over(Place place, const Live& live);

  // The last event that counts here, and when it was recorded; 0: none.
  [[nodiscard]] model::Seq position() const { return head().last_seq; }
  [[nodiscard]] model::Instant recorded_at() const { return head().recorded_at; }
  [[nodiscard]] const model::LogHead& head() const {
    return live_ ? live_->head : follower_->head();
  }

  [[nodiscard]] const shard::State& state() const { return *held().state; }
  // What lies behind `state()`; null: it is all in memory.
  [[nodiscard]] ports::StateStore* store() const { return held().store; }
  // A row of one of the state's tables; nothing: there is none.
  template <class Table>
  [[nodiscard]] base::Result<std::optional<typename Table::Row>> row(
      const Table& table, const typename Table::Key& key) const {
    return state::read_row(table, store(), key);
  }
  // Answers a rule's question, with the rows that it needs.
  template <class Ask>
  [[nodiscard]] auto ask(const Ask& question) {
    return held().ask(question);
  }

  // The read models, each at its own position, which may be later than `position()` while another
  // process decides. Valid as long as this.
  template <projections::runtime::ReadModel Model>
  [[nodiscard]] base::Result<Reading<typename Model::Reader>> read() {
    if (live_) return live_->models->template read<Model>();
    if (is_past()) return read_past(std::get<Past<Model>>(past_models_));
    KOPILKA_TRY(open_models());
    return models_->template read<Model>();
  }
  [[nodiscard]] base::Result<Reading<projections::statements::Reader>> statements() {
    return read<projections::statements::Statements>();
  }
  [[nodiscard]] base::Result<Reading<projections::rosters::Reader>> rosters() {
    return read<projections::rosters::Rosters>();
  }

  [[nodiscard]] ports::EventLog& log() { return live_ ? *live_->log : *log_; }
  [[nodiscard]] const Layout& layout() const { return place_.layout; }

 private:
  Reader(Place place, shard::Until until) : place_(std::move(place)), until_(until) {}
  [[nodiscard]] shard::Held held() const { return live_ ? live_->held : follower_->held(); }
  [[nodiscard]] bool is_past() const { return until_.seq || until_.at; }
  base::Result<void> start();
  base::Result<void> open_state();
  base::Result<void> follow(ports::StateStore* store);
  base::Result<void> rebuild_state();
  bool holds_rows();
  base::Result<void> open_models();
  // A model as it was known then, once it was asked for.
  template <class Model>
  using Past = std::optional<projections::runtime::Known<Model>>;
  template <class Model>
  base::Result<Reading<typename Model::Reader>> read_past(Past<Model>& past) {
    if (!past) {
      KOPILKA_TRY_ASSIGN(
          past, projections::runtime::fold_as_known<Model>(*log_, {until_.seq, until_.at}));
    }
    return Reading<typename Model::Reader>{
        past->reader(), {.seq = past->at.seq, .recorded_at = past->at.recorded_at}};
  }

  Place place_;
  shard::Until until_;
  std::optional<Live> live_;  // then there is nothing of what follows
  system::SystemRandom random_;
  std::unique_ptr<segments::Lock> rows_;  // once this reader makes some that were missing
  std::unique_ptr<ports::EventLog> log_;
  std::unique_ptr<ports::StateStore> store_;
  std::optional<shard::Follower> follower_;
  std::optional<projections::runtime::ReadModels> models_;
  projections::runtime::AllModels::Each<Past> past_models_;
};

}  // namespace kopilka::app

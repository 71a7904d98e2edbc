#include "engine/app/projections.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/app/advice.h"
#include "engine/app/builds.h"
#include "engine/app/derived.h"
#include "engine/app/observed_log.h"
#include "engine/codec/batch.h"
#include "engine/rocks/rocks_state_store.h"
#include "engine/shard/follower.h"
#include "engine/system/system_random.h"
#include "projections/runtime/catch_up.h"
#include "projections/runtime/read_models.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using projections::runtime::Host;
using projections::runtime::ModelKind;
using rocks::RocksStateStore;

constexpr std::string_view kState = "state";
constexpr int kAttempts = 5;

std::uint64_t lag_of(model::Seq position, model::Seq end) {
  return end > position ? end.value() - position.value() : 0;
}

// What a model is asked for by name; null: `state`.
Result<const ModelKind*> kind_named(std::string_view name) {
  if (name == kState) return nullptr;
  for (const auto& kind : projections::runtime::model_kinds())
    if (kind.name == name) return &kind;
  return base::fail(ErrorKind::usage, fmt::format("there is no read model {}; there are {}", name,
                                                  fmt::join(projection_names(), ", ")));
}

// Rows as they are kept. A writer's files may go while we look, and come back under other names.
template <class Open>
auto look_at_rows(const Place& place, const Open& open) -> decltype(open()) {
  for (int attempt = 1;; ++attempt) {
    auto opened = open();
    if (opened || attempt == kAttempts) return opened;
    KOPILKA_TRY_ASSIGN(const bool written, place.log->is_being_written());
    if (!written) return opened;
  }
}

Result<StateRows> kept_state(const Place& place) {
  return look_at_rows(place, [&] { return open_state_for_reading(place.layout); });
}

// Null: none are kept, or of another version.
Result<std::unique_ptr<Host>> kept_model(const Place& place, const ModelKind& kind) {
  auto host =
      look_at_rows(place, [&] { return kind.open(models_for_reading(place.layout), kNeverFlush); });
  if (!host && host.error().kind == ErrorKind::not_available) return nullptr;
  return host;
}

Result<state::Digest> digest_of_state(ports::StateStore& store) {
  return state::digest_of(shard::State(), &store, shard::kStateName, shard::kStateVersion);
}

// --- list ------------------------------------------------------------------------------------

ProjectionStatus status_of_state(const Place& place, model::Seq end, Look look) {
  ProjectionStatus status{.name = std::string(kState), .version = shard::kStateVersion};
  const auto rows = kept_state(place);
  if (!rows) status.stopped = rows.error().message;
  const bool is_kept = rows && rows->head;
  if (is_kept) status.position = rows->head->last_seq;
  status.lag = lag_of(status.position, end);
  if (look == Look::quick) return status;
  if (!is_kept) {
    if (rows) status.digest = state::Digest(shard::kStateName, shard::kStateVersion).text();
    return status;
  }
  const auto digest = digest_of_state(*rows->store);
  if (digest)
    status.digest = digest->text();
  else
    status.stopped = digest.error().message;
  return status;
}

Result<ProjectionStatus> status_of_model(const Place& place, const ModelKind& kind,
                                         ports::EventLog& log, model::Seq end, Look look) {
  ProjectionStatus status{.name = std::string(kind.name), .version = kind.version};
  const auto host = kept_model(place, kind);
  if (!host) status.stopped = host.error().message;
  if (host && *host) status.position = (*host)->position().seq;
  status.lag = lag_of(status.position, end);
  if (!host) return status;
  if (!*host) {
    status.digest = state::Digest(kind.name, kind.version).text();
    return status;
  }
  status.digest = (*host)->digest();
  if (look == Look::quick) return status;
  Host* const hosts[] = {host->get()};
  KOPILKA_TRY(projections::runtime::catch_up(hosts, log));
  if (const auto& stop = (*host)->stopped())
    status.stopped = fmt::format("at position {}: {}", stop->seq.value(), stop->error.message);
  return status;
}

// --- folding anew ----------------------------------------------------------------------------

// A log, read to its end as it was at the beginning, with progress and an end at will.
class Folding {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Folding>> over(const Place& place,
                                                             const FoldOptions& options) {
    std::unique_ptr<Folding> folding(new Folding(options));
    KOPILKA_TRY_ASSIGN(folding->log_, place.log->open(folding->random_));
    KOPILKA_TRY_ASSIGN(folding->head_, folding->log_->head());
    folding->until_ = folding->head_.last_seq;
    folding->observed_ = std::make_unique<ObservedLog>(
        *folding->log_,
        [self = folding.get()](const model::BatchHeader& header) { return self->see(header); });
    return folding;
  }

  [[nodiscard]] ports::EventLog& log() { return *observed_; }
  [[nodiscard]] const model::LogHead& head() const { return head_; }
  // What progress is measured by.
  void expect(model::Seq last) { until_ = last; }
  [[nodiscard]] bool is_interrupted() const {
    return options_.interrupt != nullptr && options_.interrupt->load();
  }

 private:
  explicit Folding(const FoldOptions& options) : options_(options) {}

  Result<void> see(const model::BatchHeader& header) {
    if (is_interrupted()) return base::fail(ErrorKind::not_available, "interrupted");
    if (options_.on_progress)
      options_.on_progress({model::last_seq(header).value(), until_.value()});
    return {};
  }

  FoldOptions options_;
  system::SystemRandom random_;
  std::unique_ptr<ports::EventLog> log_;
  std::unique_ptr<ObservedLog> observed_;
  model::LogHead head_;
  model::Seq until_;
};

// --- check -----------------------------------------------------------------------------------

// The shard's rows as the log gives them up to the batch of `kept`, in memory.
Result<shard::Follower> fold_state(ports::EventLog& log, const model::LogHead& kept) {
  KOPILKA_TRY_ASSIGN(auto follower, shard::Follower::open(nullptr));
  // From 0: a log may begin with batches that hold no event.
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(model::Seq{}));
  while (follower.head().n < kept.n) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed) break;
    KOPILKA_TRY_ASSIGN(const auto batch, codec::decode(*sealed));
    KOPILKA_TRY(follower.apply(batch, sealed->hash, {}));
  }
  if (follower.head().n == kept.n && follower.head().hash == kept.hash) return follower;
  return base::fail(
      ErrorKind::corrupt,
      fmt::format("the rows stand at batch {}, which is not the log's: they belong to "
                  "another log, or the log lost its end",
                  kept.n.value()));
}

void take(ProjectionCheck& check, state::RowsComparison compared) {
  check.rows = compared.rows.text();
  check.folded = compared.folded.text();
  check.differing = compared.differing;
  check.shown = std::move(compared.shown);
}

Result<void> check_state(const Place& place, Folding& folding, std::size_t shown_max,
                         ProjectionCheck& check) {
  check.version = shard::kStateVersion;
  check.rows = check.folded = state::Digest(shard::kStateName, shard::kStateVersion).text();
  KOPILKA_TRY_ASSIGN(const auto rows, kept_state(place));
  if (!rows.head) return {};
  check.position = rows.head->last_seq;
  folding.expect(check.position);
  KOPILKA_TRY_ASSIGN(const auto follower, fold_state(folding.log(), *rows.head));
  KOPILKA_TRY_ASSIGN(auto compared,
                     state::compare_rows(follower.state(), *rows.store, shard::kStateName,
                                         shard::kStateVersion, shown_max));
  take(check, std::move(compared));
  return {};
}

Result<void> check_model(const Place& place, const ModelKind& kind, Folding& folding,
                         std::size_t shown_max, ProjectionCheck& check) {
  check.version = kind.version;
  check.rows = check.folded = state::Digest(kind.name, kind.version).text();
  KOPILKA_TRY_ASSIGN(const auto host, kept_model(place, kind));
  if (!host) return {};
  check.kept = host->digest();
  check.position = host->position().seq;
  folding.expect(check.position);
  KOPILKA_TRY_ASSIGN(auto compared, host->compare(folding.log(), shown_max));
  take(check, std::move(compared));
  return {};
}

// --- rebuild ---------------------------------------------------------------------------------

struct Built {
  model::Seq position;
  std::string digest;
};

Result<Built> build_state(const std::filesystem::path& directory, ports::EventLog& log) {
  KOPILKA_TRY_ASSIGN(const auto store, RocksStateStore::open({.directory = directory}));
  KOPILKA_TRY_ASSIGN(auto follower, shard::Follower::open(store.get()));
  KOPILKA_TRY(follower.catch_up(log, {}));
  // Rows of a log without a batch have no position.
  if (follower.head().n.value() > 0) KOPILKA_TRY(follower.flush());
  KOPILKA_TRY_ASSIGN(const auto digest, digest_of_state(*store));
  return Built{follower.head().last_seq, digest.text()};
}

Result<Built> build_model(const ModelKind& kind, const std::filesystem::path& directory,
                          ports::EventLog& log) {
  KOPILKA_TRY_ASSIGN(const auto host, kind.open(
                                          [&](std::string_view, projections::runtime::Opening)
                                              -> Result<std::unique_ptr<ports::StateStore>> {
                                            return RocksStateStore::open({.directory = directory});
                                          },
                                          {}));
  Host* const hosts[] = {host.get()};
  KOPILKA_TRY(projections::runtime::catch_up(hosts, log));
  KOPILKA_TRY(host->ready());
  KOPILKA_TRY(host->flush());
  return Built{host->position().seq, host->digest()};
}

// The number of the batch that the rows in use stand at; 0: there are none that can be read.
model::BatchNumber kept_batch(const Place& place, const ModelKind* kind) {
  if (kind == nullptr) {
    const auto rows = kept_state(place);
    return rows && rows->head ? rows->head->n : model::BatchNumber{};
  }
  const auto host = kept_model(place, *kind);
  return host && *host ? (*host)->position().n : model::BatchNumber{};
}

// Rows that know more than the log are the only witness that it lost its end.
Result<void> expect_whole_log(const Place& place, const ModelKind* kind,
                              const model::LogHead& head) {
  const auto kept = kept_batch(place, kind);
  if (kept <= head.n) return {};
  return base::fail(
      ErrorKind::corrupt,
      fmt::format("the rows stand at batch {}, but {} ends at batch {}: it has lost its end, so "
                  "restore it from a copy; or the rows are another log's, then delete them",
                  kept.value(), place.log->name(), head.n.value()));
}

}  // namespace

std::vector<std::string> projection_names() {
  std::vector<std::string> names{std::string(kState)};
  for (const auto& kind : projections::runtime::model_kinds())
    names.emplace_back(kind.name);
  return names;
}

Result<ProjectionList> list_projections(const Place& place, Look look) {
  KOPILKA_TRY(expect_store(place));
  system::SystemRandom random;
  KOPILKA_TRY_ASSIGN(const auto log, place.log->open(random));
  KOPILKA_TRY_ASSIGN(const auto head, log->head());
  ProjectionList list{.position = head.last_seq};
  list.projections.push_back(status_of_state(place, head.last_seq, look));
  for (const auto& kind : projections::runtime::model_kinds()) {
    KOPILKA_TRY_ASSIGN(auto status, status_of_model(place, kind, *log, head.last_seq, look));
    list.projections.push_back(std::move(status));
  }
  return list;
}

Result<std::optional<ProjectionCheck>> check_projection(const Place& place, std::string_view name,
                                                        std::size_t shown_max,
                                                        const FoldOptions& options) {
  KOPILKA_TRY_ASSIGN(const auto* const kind, kind_named(name));
  KOPILKA_TRY(expect_store(place));
  KOPILKA_TRY_ASSIGN(const auto folding, Folding::over(place, options));
  ProjectionCheck check{.name = std::string(name)};
  const auto checked = kind == nullptr ? check_state(place, *folding, shown_max, check)
                                       : check_model(place, *kind, *folding, shown_max, check);
  if (folding->is_interrupted()) return std::nullopt;
  KOPILKA_TRY(checked);
  return check;
}

Result<std::optional<ProjectionRebuild>> rebuild_projection(const Place& place,
                                                            std::string_view name,
                                                            const FoldOptions& options) {
  KOPILKA_TRY_ASSIGN(const auto* const kind, kind_named(name));
  KOPILKA_TRY(expect_store(place));
  const auto& layout = place.layout;
  const auto advice = fmt::format(
      "the rows are built in {}: see that this user may write there, and that the disk has room",
      layout.projections().string());
  KOPILKA_TRY_ASSIGN(const auto held, advised(hold_rows(layout), advice));
  KOPILKA_TRY_ASSIGN(const auto folding, Folding::over(place, options));
  KOPILKA_TRY(expect_whole_log(place, kind, folding->head()));
  remove_unused(layout);
  const auto rows =
      kind == nullptr ? place_of_state(layout) : place_of_model(layout, kind->store_name);
  KOPILKA_TRY_ASSIGN(const auto directory, next_build(rows));
  auto built = kind == nullptr ? build_state(directory, folding->log())
                               : build_model(*kind, directory, folding->log());
  if (!built || folding->is_interrupted()) {
    static_cast<void>(RocksStateStore::destroy(directory));
    if (folding->is_interrupted()) return std::nullopt;
    return std::unexpected(advised(std::move(built), advice).error());
  }
  KOPILKA_TRY(advised(put_in_use(rows, directory), advice));
  remove_unused(rows);
  return ProjectionRebuild{.name = std::string(name),
                           .version = kind == nullptr ? shard::kStateVersion : kind->version,
                           .position = built->position,
                           .digest = std::move(built->digest),
                           .directory = directory.lexically_relative(layout.root).string()};
}

}  // namespace kopilka::app

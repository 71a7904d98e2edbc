#include "engine/app/projections.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "engine/app/folding.h"
#include "engine/app/kept_rows.h"
#include "engine/codec/batch.h"
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

std::uint64_t lag_of(model::Seq position, model::Seq end) {
  return end > position ? end.value() - position.value() : 0;
}

Result<state::Digest> digest_of_state(ports::StateStore& store) {
  return state::digest_of(shard::State(), &store, shard::kStateName, shard::kStateVersion);
}

// --- list ------------------------------------------------------------------------------------

ProjectionStatus status_of_state(const Place& place, model::Seq end, Look look) {
  ProjectionStatus status{.name = std::string(kStateProjection), .version = shard::kStateVersion};
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

}  // namespace

std::vector<std::string> projection_names() {
  std::vector<std::string> names{std::string(kStateProjection)};
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

}  // namespace kopilka::app

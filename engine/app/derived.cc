#include "engine/app/derived.h"

#include <fstream>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/app/advice.h"
#include "engine/app/builds.h"
#include "engine/app/presence.h"
#include "engine/shard/checkpoint.h"
#include "engine/write_behind/write_behind_store.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;
using projections::runtime::Opening;
using projections::runtime::ReadModels;
using projections::runtime::StoreFactory;
using rocks::Access;
using rocks::RocksStateStore;

Result<std::unique_ptr<RocksStateStore>> open_rows(const std::filesystem::path& directory,
                                                   Access access,
                                                   std::size_t cache_bytes = kCacheBytes) {
  return RocksStateStore::open(
      {.directory = directory, .memory_bytes = cache_bytes, .access = access});
}

Result<std::optional<model::LogHead>> head_of(RocksStateStore& store) {
  KOPILKA_TRY_ASSIGN(const auto position, store.position());
  return shard::decode_checkpoint(position);
}

// The mark of an unfinished store says what finishes it.
std::string what_finishes(const Layout& layout) {
  std::ifstream in(layout.unfinished());
  std::string text;
  if (std::getline(in, text) && text.starts_with("run ")) return text;
  return fmt::format("run `kopilka init --data {}` again", layout.root.string());
}

Result<void> look_for_store(const Place& place) {
  const auto where = place.layout.root.string();
  KOPILKA_TRY_ASSIGN(const bool is_unfinished, is_there(place.layout.unfinished()));
  if (is_unfinished)
    return base::fail(
        ErrorKind::not_available,
        fmt::format("the store in {} was never finished: {}", where, what_finishes(place.layout)));
  KOPILKA_TRY_ASSIGN(const bool there, place.log->is_there());
  if (there) return {};
  KOPILKA_TRY_ASSIGN(const bool is_on_kafka, is_there(place.layout.log_on_kafka()));
  if (is_on_kafka)
    return base::fail(ErrorKind::usage,
                      fmt::format("the log of the store in {} is on Kafka: name its brokers with "
                                  "--kafka",
                                  where));
  KOPILKA_TRY_ASSIGN(const bool is_embedded, is_there(place.layout.log()));
  if (is_embedded)
    return base::fail(
        ErrorKind::usage,
        fmt::format("the store in {} has a log of its own: leave --kafka out", where));
  return base::fail(
      ErrorKind::not_available,
      fmt::format("there is no store in {}: make one with `kopilka init --data {}`", where, where));
}

}  // namespace

Result<void> expect_store(const Place& place) {
  return advised(look_for_store(place), "run as a user who may read the store");
}

std::unique_ptr<ports::StateStore> with_writing(Writing writing,
                                                std::unique_ptr<ports::StateStore> rows) {
  if (writing == Writing::at_once) return rows;
  return std::make_unique<write_behind::WriteBehindStore>(std::move(rows));
}

Result<StateRows> open_state_for_writing(const Layout& layout, std::size_t cache_bytes) {
  StateRows rows;
  KOPILKA_TRY_ASSIGN(const auto directory, directory_in_use(place_of_state(layout)));
  KOPILKA_TRY_ASSIGN(rows.store, open_rows(directory, Access::read_write, cache_bytes));
  KOPILKA_TRY_ASSIGN(const auto position, rows.store->position());
  KOPILKA_TRY_ASSIGN(rows.head, shard::decode_checkpoint(position));
  if (rows.head || position.empty()) return rows;
  rows.store.reset();
  KOPILKA_TRY(RocksStateStore::destroy(directory));
  KOPILKA_TRY_ASSIGN(rows.store, open_rows(directory, Access::read_write, cache_bytes));
  return rows;
}

Result<StateRows> open_state_for_reading(const Layout& layout) {
  StateRows rows;
  auto store = open_in_use(place_of_state(layout), [](const std::filesystem::path& directory) {
    return open_rows(directory, Access::read_only);
  });
  if (!store && store.error().kind == ErrorKind::not_available) return rows;
  if (!store) return std::unexpected(std::move(store).error());
  KOPILKA_TRY_ASSIGN(rows.head, head_of(**store));
  if (rows.head) rows.store = std::move(*store);
  return rows;
}

Result<ReadModels> open_models_for_writing(const Layout& layout,
                                           const projections::runtime::HostLimits& limits,
                                           std::size_t cache_bytes, Writing writing) {
  return ReadModels::open(
      [&](std::string_view name, Opening opening) -> Result<std::unique_ptr<ports::StateStore>> {
        KOPILKA_TRY_ASSIGN(const auto directory, directory_in_use(place_of_model(layout, name)));
        if (opening == Opening::emptied) KOPILKA_TRY(RocksStateStore::destroy(directory));
        KOPILKA_TRY_ASSIGN(auto rows, open_rows(directory, Access::read_write, cache_bytes));
        return with_writing(writing, std::move(rows));
      },
      limits);
}

StoreFactory models_for_reading(const Layout& layout) {
  return [layout](std::string_view name,
                  Opening opening) -> Result<std::unique_ptr<ports::StateStore>> {
    if (opening == Opening::emptied)
      return base::fail(ErrorKind::not_available,
                        fmt::format("the rows of {} are of another build", name));
    return open_in_use(place_of_model(layout, name), [](const std::filesystem::path& directory) {
      return open_rows(directory, Access::read_only);
    });
  };
}

Result<std::optional<ReadModels>> open_models_for_reading(const Layout& layout) {
  auto models = ReadModels::open(models_for_reading(layout), kNeverFlush);
  if (!models && models.error().kind == ErrorKind::not_available) return std::nullopt;
  if (!models) return std::unexpected(std::move(models).error());
  return std::move(*models);
}

}  // namespace kopilka::app

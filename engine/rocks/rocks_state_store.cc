#include "engine/rocks/rocks_state_store.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <utility>

#include <rocksdb/db.h>
#include <rocksdb/listener.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/utilities/checkpoint.h>

#include "engine/base/check.h"
#include "engine/rocks/errors.h"
#include "engine/rocks/tuning.h"

namespace kopilka::rocks {
namespace {

using base::Bytes;
using base::ByteView;
using base::ErrorKind;
using base::Result;
using ports::Change;
using ports::Row;

// Sorts before every row, so it is the first of each file and scans begin behind it.
constexpr ByteView kPositionKey{"\0position", 9};
constexpr ByteView kFirstRowKey{"\1", 1};
// A reader that opens while the writer swaps files meets one that is gone; the next look finds the
// new ones. Ten swaps in a row would be a writer that does nothing else.
constexpr int kReadOnlyAttempts = 10;

rocksdb::Slice slice_of(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

// The smallest key above every key that begins with `prefix`; empty: there is none.
Bytes key_after(ByteView prefix) {
  Bytes after(prefix);
  while (!after.empty() && after.back() == '\xFF')
    after.pop_back();
  if (!after.empty()) after.back() = static_cast<char>(after.back() + 1);
  return after;
}

// Wakes an apply that waits for room, and remembers the first failure of the background: from then
// on nothing is merged any more.
class Merges final : public rocksdb::EventListener {
 public:
  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo&) override {
    const std::scoped_lock lock(mutex_);
    changed_.notify_all();
  }
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    const std::scoped_lock lock(mutex_);
    if (failure_.ok()) failure_ = *status;
    changed_.notify_all();
  }

  // Waits until `has_room` says so, or the background failed.
  [[nodiscard]] rocksdb::Status wait_until(auto&& has_room) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !failure_.ok() || has_room(); });
    return failure_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  rocksdb::Status failure_;
};

class Cursor final : public ports::RowCursor {
 public:
  Cursor(std::shared_ptr<rocksdb::DB> database, std::filesystem::path directory, ByteView prefix,
         ByteView from)
      : database_(std::move(database)), directory_(std::move(directory)), end_(key_after(prefix)) {
    end_slice_ = slice_of(end_);
    rocksdb::ReadOptions read;
    if (!end_.empty()) read.iterate_upper_bound = &end_slice_;
    // A walk through a whole table must not wash everything else out of the cache.
    read.fill_cache = prefix.size() > 1;
    rows_.reset(database_->NewIterator(read));
    rows_->Seek(slice_of(std::max({prefix, from, kFirstRowKey})));
  }

  [[nodiscard]] Result<std::optional<Row>> next() override {
    return guarded(directory_, [&]() -> Result<std::optional<Row>> {
      if (is_begun_) rows_->Next();
      is_begun_ = rows_->Valid();
      if (rows_->Valid()) return Row{rows_->key().ToString(), rows_->value().ToString()};
      if (!rows_->status().ok()) return std::unexpected(error_of(rows_->status(), directory_));
      return std::nullopt;
    });
  }

 private:
  std::shared_ptr<rocksdb::DB> database_;
  std::filesystem::path directory_;
  Bytes end_;
  rocksdb::Slice end_slice_;
  std::unique_ptr<rocksdb::Iterator> rows_;
  bool is_begun_{false};  // the iterator stands on the row that was given last
};

}  // namespace

struct RocksStateStore::Engine {
  Options options;
  rocksdb::Options database_options;
  std::shared_ptr<Merges> merges;
  std::shared_ptr<rocksdb::DB> database;
  bool is_broken{false};  // an apply failed: what of it lies on the disk is not known

  [[nodiscard]] std::filesystem::path incoming() const {
    return options.directory / "incoming.sst";
  }
  [[nodiscard]] std::unexpected<base::Error> failure(const rocksdb::Status& status) const {
    return std::unexpected(error_of(status, options.directory));
  }
  [[nodiscard]] rocksdb::Status open();
  [[nodiscard]] std::size_t runs() const;
  [[nodiscard]] bool has_room() const {
    return options.access == Access::bulk_load || runs() < kRunsMax;
  }
  [[nodiscard]] rocksdb::Status write_file(std::span<const Change> changes,
                                           ByteView position) const;
  [[nodiscard]] rocksdb::Status take_over() const;
};

rocksdb::Status RocksStateStore::Engine::open() {
  const std::string directory = options.directory.string();
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status;
  if (options.access != Access::read_only) {
    status = rocksdb::DB::Open(database_options, directory, &opened);
  } else {
    for (int attempt = 0; attempt < kReadOnlyAttempts; ++attempt) {
      status = rocksdb::DB::OpenForReadOnly(database_options, directory, &opened);
      if (!status.IsIOError() && !status.IsCorruption()) break;
    }
  }
  database.reset(opened);
  return status;
}

std::size_t RocksStateStore::Engine::runs() const {
  std::size_t count = 0;
  for (int level = 0; level < kLevels; ++level) {
    std::string files;
    const std::string name =
        rocksdb::DB::Properties::kNumFilesAtLevelPrefix + std::to_string(level);
    KOPILKA_CHECK(database->GetProperty(name, &files));
    const std::size_t here = std::stoul(files);
    count += level == 0 ? here : std::min<std::size_t>(here, 1);
  }
  return count;
}

rocksdb::Status RocksStateStore::Engine::write_file(std::span<const Change> changes,
                                                    ByteView position) const {
  const rocksdb::Options file_as = file_options(database_options);
  rocksdb::SstFileWriter file(rocksdb::EnvOptions(file_as), file_as, nullptr,
                              /*invalidate_page_cache=*/false);
  rocksdb::Status status = file.Open(incoming().string());
  if (status.ok()) status = file.Put(slice_of(kPositionKey), slice_of(position));
  ByteView before;
  for (const Change& change : changes) {
    KOPILKA_CHECK(before < change.key && change.key.front() != '\0');
    before = change.key;
    if (!status.ok()) break;
    status = change.value ? file.Put(slice_of(change.key), slice_of(*change.value))
                          : file.Delete(slice_of(change.key));
  }
  return status.ok() ? file.Finish() : status;
}

// RocksDB links the file under a name of its own, syncs file and directory, and then writes one
// record to its manifest, synced too: that record is the moment at which the change set happened.
rocksdb::Status RocksStateStore::Engine::take_over() const {
  rocksdb::IngestExternalFileOptions ingest;
  ingest.move_files = true;
  ingest.write_global_seqno = false;
  return database->IngestExternalFile({incoming().string()}, ingest);
}

RocksStateStore::RocksStateStore(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

RocksStateStore::~RocksStateStore() = default;

Result<std::unique_ptr<RocksStateStore>> RocksStateStore::open(const Options& options) {
  using Opened = Result<std::unique_ptr<RocksStateStore>>;
  return guarded(options.directory, [&]() -> Opened {
    auto engine = std::make_unique<Engine>();
    engine->options = options;
    engine->database_options = database_options(options);
    engine->merges = std::make_shared<Merges>();
    engine->database_options.listeners.push_back(engine->merges);
    if (options.access == Access::read_only) {
      if (!std::filesystem::exists(options.directory / "CURRENT"))
        return base::fail(ErrorKind::not_available,
                          "there is no store of rows in " + options.directory.string());
    } else {
      std::filesystem::create_directories(options.directory);
    }
    if (const rocksdb::Status status = engine->open(); !status.ok()) return engine->failure(status);
    // What a crash left before it was taken over; its other name, if it got one, RocksDB removed.
    if (options.access != Access::read_only) std::filesystem::remove(engine->incoming());
    return std::unique_ptr<RocksStateStore>(new RocksStateStore(std::move(engine)));
  });
}

Result<void> RocksStateStore::destroy(const std::filesystem::path& directory) {
  return guarded(directory, [&]() -> Result<void> {
    if (!std::filesystem::exists(directory)) return {};
    const rocksdb::Status status = rocksdb::DestroyDB(directory.string(), rocksdb::Options());
    if (!status.ok()) return std::unexpected(error_of(status, directory));
    std::filesystem::remove_all(directory);
    return {};
  });
}

Result<Bytes> RocksStateStore::position() {
  KOPILKA_TRY_ASSIGN(std::optional<Bytes> found, get(kPositionKey));
  return std::move(found).value_or(Bytes());
}

Result<std::optional<Bytes>> RocksStateStore::get(ByteView key) {
  return guarded(engine_->options.directory, [&]() -> Result<std::optional<Bytes>> {
    std::string value;
    const rocksdb::Status status =
        engine_->database->Get(rocksdb::ReadOptions(), slice_of(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return engine_->failure(status);
    return value;
  });
}

Result<std::vector<std::optional<Bytes>>> RocksStateStore::multi_get(std::span<const Bytes> keys) {
  using Found = Result<std::vector<std::optional<Bytes>>>;
  return guarded(engine_->options.directory, [&]() -> Found {
    std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    engine_->database->MultiGet(rocksdb::ReadOptions(), engine_->database->DefaultColumnFamily(),
                                keys.size(), slices.data(), values.data(), statuses.data());
    std::vector<std::optional<Bytes>> found(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].IsNotFound()) continue;
      if (!statuses[i].ok()) return engine_->failure(statuses[i]);
      found[i] = values[i].ToString();
    }
    return found;
  });
}

Result<std::unique_ptr<ports::RowCursor>> RocksStateStore::scan(ByteView prefix, ByteView from) {
  using Scan = Result<std::unique_ptr<ports::RowCursor>>;
  return guarded(engine_->options.directory, [&]() -> Scan {
    return std::make_unique<Cursor>(engine_->database, engine_->options.directory, prefix, from);
  });
}

Result<void> RocksStateStore::apply(std::vector<Change> changes, ByteView position) {
  Engine& engine = *engine_;
  const std::string where = engine.options.directory.string();
  if (engine.options.access == Access::read_only)
    return base::fail(ErrorKind::usage, where + " was opened for reading only");
  if (engine.is_broken)
    return base::fail(ErrorKind::io, "an earlier write to " + where + " failed: open it again");
  return guarded(engine.options.directory, [&]() -> Result<void> {
    engine.is_broken = true;
    rocksdb::Status status = engine.merges->wait_until([&] { return engine.has_room(); });
    if (status.ok()) status = engine.write_file(changes, position);
    if (status.ok()) status = engine.take_over();
    if (!status.ok()) {
      std::error_code ignored;
      std::filesystem::remove(engine.incoming(), ignored);
      return engine.failure(status);
    }
    engine.is_broken = false;
    return {};
  });
}

Result<void> RocksStateStore::checkpoint(const std::filesystem::path& directory) {
  return guarded(directory, [&]() -> Result<void> {
    if (std::filesystem::exists(directory))
      return base::fail(ErrorKind::usage, directory.string() + " exists already");
    rocksdb::Checkpoint* made = nullptr;
    rocksdb::Status status = rocksdb::Checkpoint::Create(engine_->database.get(), &made);
    const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
    if (status.ok()) status = checkpoint->CreateCheckpoint(directory.string());
    if (!status.ok()) return std::unexpected(error_of(status, directory));
    return {};
  });
}

Stats RocksStateStore::stats() const {
  std::uint64_t bytes = 0;
  KOPILKA_CHECK(
      engine_->database->GetIntProperty(rocksdb::DB::Properties::kLiveSstFilesSize, &bytes));
  return {engine_->runs(), bytes};
}

Result<void> RocksStateStore::verify() {
  return guarded(engine_->options.directory, [&]() -> Result<void> {
    const rocksdb::Status status = engine_->database->VerifyChecksum();
    if (!status.ok()) return engine_->failure(status);
    return {};
  });
}

Result<void> RocksStateStore::compact() {
  return guarded(engine_->options.directory, [&]() -> Result<void> {
    const rocksdb::Status status =
        engine_->database->CompactRange(rocksdb::CompactRangeOptions(), nullptr, nullptr);
    if (!status.ok()) return engine_->failure(status);
    return {};
  });
}

Result<void> RocksStateStore::finish_bulk_load() {
  if (engine_->runs() < std::size_t{kMergeAtFiles}) return {};
  return compact();
}

}  // namespace kopilka::rocks

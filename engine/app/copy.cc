#include "engine/app/copy.h"

#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/app/derived.h"
#include "engine/app/heads.h"
#include "engine/app/keys.h"
#include "engine/app/log_prefix.h"
#include "engine/app/presence.h"
#include "engine/app/small_file.h"
#include "engine/segments/file.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::uint64_t kBatchesPerProgress = 16;

// A new store, or one that a copy left unfinished.
Result<void> expect_free(const Place& to) {
  KOPILKA_TRY_ASSIGN(const bool is_unfinished, is_there(to.layout.unfinished()));
  if (is_unfinished) return {};
  KOPILKA_TRY_ASSIGN(const bool has_log, to.log->is_there());
  KOPILKA_TRY_ASSIGN(const bool has_keys, is_there(to.layout.keys()));
  KOPILKA_TRY_ASSIGN(const bool has_shared_keys, is_there(to.layout.keys_elsewhere()));
  if (!has_log && !has_keys && !has_shared_keys) return {};
  return base::fail(ErrorKind::usage, fmt::format("there is a store in {} already; name another "
                                                  "directory",
                                                  to.layout.root.string()));
}

Result<void> expect_rest(const Place& from) {
  KOPILKA_TRY(expect_store(from));
  KOPILKA_TRY_ASSIGN(const bool written, from.log->is_being_written());
  if (!written) return {};
  return base::fail(
      ErrorKind::not_available,
      fmt::format("a process is deciding in {}; wait until it ends", from.layout.root.string()));
}

bool is_asked_to_stop(const CopyOptions& options) {
  return options.interrupt != nullptr && options.interrupt->load();
}

void show(const CopyOptions& options, const CopyProgress& progress) {
  const bool is_due = progress.batches % kBatchesPerProgress == 0;
  if (options.on_progress && (is_due || progress.batches == progress.batches_all))
    options.on_progress(progress);
}

// The last batch that the copy has as it is in the source.
model::BatchNumber whole_batches(const LogPrefix& source, const model::LogHead& end) {
  return source.is_cut() ? model::BatchNumber{end.n.value() - 1} : end.n;
}

// False: it was asked to stop.
Result<bool> copy_batches(ports::EventLog& source, const model::LogHead& end, LogCopy& copy,
                          const CopyOptions& options) {
  const auto begun = copy.head();
  KOPILKA_TRY_ASSIGN(const auto reader, source.read_from(begun.last_seq));
  for (auto n = begun.n; n < end.n;) {
    if (is_asked_to_stop(options)) return false;
    KOPILKA_TRY_ASSIGN(const auto batch, reader->next());
    if (!batch) break;
    if (batch->header.n <= n) {
      if (batch->header.n == begun.n && batch->hash != begun.hash)
        return base::fail(ErrorKind::usage,
                          "the unfinished copy is of another log, or ends elsewhere in it; name "
                          "another directory");
      continue;
    }
    KOPILKA_TRY(copy.append(*batch));
    n = batch->header.n;
    show(options, {.batches = n.value(), .batches_all = end.n.value()});
  }
  return true;
}

// False: it was asked to stop.
Result<bool> compare(ports::EventLog& source, ports::EventLog& copy, const model::LogHead& end,
                     const CopyOptions& options) {
  KOPILKA_TRY_ASSIGN(const auto expected, source.read_from(model::Seq{}));
  KOPILKA_TRY_ASSIGN(const auto found, copy.read_from(model::Seq{}));
  for (std::uint64_t n = 1; n <= end.n.value(); ++n) {
    if (is_asked_to_stop(options)) return false;
    KOPILKA_TRY_ASSIGN(const auto ours, expected->next());
    KOPILKA_TRY_ASSIGN(const auto theirs, found->next());
    if (!ours || !theirs || ours->bytes != theirs->bytes)
      return base::fail(ErrorKind::corrupt,
                        fmt::format("batch {} did not arrive as it was sent: did somebody else "
                                    "write there? delete the copy and copy again",
                                    n));
    show(options, {.batches = n, .batches_all = end.n.value(), .is_checking = true});
  }
  KOPILKA_TRY_ASSIGN(const auto beyond, found->next());
  if (beyond)
    return base::fail(ErrorKind::corrupt,
                      "the copy holds more than its source: somebody else "
                      "wrote there; delete it and copy again");
  return true;
}

}  // namespace

Result<CopyReport> copy_store(const Place& from, const Place& to, ports::Random& random,
                              const CopyOptions& options) {
  KOPILKA_TRY(expect_rest(from));
  KOPILKA_TRY_ASSIGN(const auto log, from.log->open(random));
  KOPILKA_TRY_ASSIGN(const auto source, LogPrefix::open(*log, options.until));
  KOPILKA_TRY_ASSIGN(const auto end, source->head());
  auto& files = segments::machine_files();
  KOPILKA_TRY(files.make_directory(to.layout.root));
  KOPILKA_TRY_ASSIGN(const auto lock, files.lock(to.layout.init_lock()));
  KOPILKA_TRY(expect_free(to));
  KOPILKA_TRY(make_file(to.layout.unfinished(), "run the same command again\n"));
  KOPILKA_TRY(copy_keys(from.layout, to.layout, end.store));
  KOPILKA_TRY(copy_heads(from.layout, to.layout, whole_batches(*source, end)));
  CopyReport report{.batches = end.n.value(), .head = end, .is_cut = source->is_cut()};
  {
    KOPILKA_TRY_ASSIGN(const auto copy, to.log->open_for_copying(end.store, random));
    KOPILKA_TRY_ASSIGN(const bool whole, copy_batches(*source, end, *copy, options));
    KOPILKA_TRY(copy->finish());
    report.is_interrupted = !whole;
  }
  if (report.is_interrupted) return report;
  KOPILKA_TRY_ASSIGN(const auto copied, to.log->open(random));
  KOPILKA_TRY_ASSIGN(const bool whole, compare(*source, *copied, end, options));
  report.is_interrupted = !whole;
  if (report.is_interrupted) return report;
  KOPILKA_TRY(files.remove(to.layout.unfinished()));
  KOPILKA_TRY(files.sync_directory(to.layout.root));
  return report;
}

}  // namespace kopilka::app

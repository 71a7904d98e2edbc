#include "engine/app/export.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/app/derived.h"
#include "engine/codec/batch.h"
#include "engine/journal/balances.h"
#include "engine/ledger/postings.h"
#include "engine/system/system_random.h"

namespace kopilka::app {
namespace {

using base::Result;

constexpr std::uint64_t kBatchesPerProgress = 8;

enum class Walk : unsigned char { go_on, ended };

// One walk over the log: sums up what lies before the period, then tells the writer.
class Export {
 public:
  Export(journal::Writer& writer, const ExportOptions& options)
      : writer_(writer), from_(options.from), until_(options.until) {}

  Result<Walk> take(const model::Batch& batch) {
    auto seq = batch.header.first_seq;
    for (const auto& entry : batch.entries)
      for (const auto& dated : entry.events) {
        if (is_after_period(seq, entry.recorded_at)) return Walk::ended;
        KOPILKA_TRY(take(entry, dated, seq));
        seq = model::next(seq);
      }
    return Walk::go_on;
  }

  Result<ExportReport> finish() {
    if (!is_open_) KOPILKA_TRY(open(ending_.recorded_at));
    KOPILKA_TRY(writer_.end(ending_));
    report_.position = ending_.position;
    return report_;
  }

  [[nodiscard]] std::uint64_t events_read() const { return ending_.position.value(); }

 private:
  [[nodiscard]] bool is_before_period(model::Seq seq, model::Instant recorded_at) const {
    return (from_.seq && seq < *from_.seq) || (from_.at && recorded_at < *from_.at);
  }
  [[nodiscard]] bool is_after_period(model::Seq seq, model::Instant recorded_at) const {
    return (until_.seq && seq > *until_.seq) || (until_.at && recorded_at > *until_.at);
  }

  Result<void> take(const model::Entry& entry, const model::DatedEvent& dated, model::Seq seq) {
    const auto movement = ledger::postings(dated.event);
    if (is_before_period(seq, entry.recorded_at)) {
      before_.take(movement);
      report_.opening = seq;
    } else {
      if (!is_open_) KOPILKA_TRY(open(entry.recorded_at));
      KOPILKA_TRY(writer_.take({seq, entry, dated, movement}));
      ++report_.events;
      report_.transactions += movement.postings().empty() ? 0 : 1;
      report_.postings += movement.postings().size();
    }
    for (const auto& posting : movement.postings())
      ending_.balances.at(static_cast<std::size_t>(posting.account)) += posting.debit.in_kopecks();
    ending_.position = seq;
    ending_.recorded_at = entry.recorded_at;
    return {};
  }

  // `first`: when the first event of the period was recorded.
  Result<void> open(model::Instant first) {
    is_open_ = true;
    const journal::Opening opening{.position = ending_.position,
                                   .recorded_at = ending_.recorded_at,
                                   .date = model::moscow_date(from_.at.value_or(first)),
                                   .balances = std::exchange(before_, {}).sorted()};
    if (opening.balances.empty()) return {};
    return writer_.open(opening);
  }

  journal::Writer& writer_;
  PeriodEnd from_;
  PeriodEnd until_;
  bool is_open_{false};
  journal::Balances before_;
  journal::Ending ending_;
  ExportReport report_;
};

Result<void> expect_reached(const PeriodEnd& end, const model::LogHead& head, const Place& place) {
  if (!end.seq || *end.seq <= head.last_seq) return {};
  return base::fail(base::ErrorKind::usage,
                    fmt::format("position {} is not there yet: {} ends at position {}",
                                end.seq->value(), place.log->name(), head.last_seq.value()));
}

}  // namespace

Result<ExportReport> export_journal(const Place& place, journal::Writer& writer,
                                    const ExportOptions& options) {
  KOPILKA_TRY(expect_store(place));
  system::SystemRandom random;
  KOPILKA_TRY_ASSIGN(const auto log, place.log->open(random));
  KOPILKA_TRY_ASSIGN(const auto head, log->head());
  KOPILKA_TRY(expect_reached(options.from, head, place));
  KOPILKA_TRY(expect_reached(options.until, head, place));
  const auto last = options.until.seq.value_or(head.last_seq);

  Export exported(writer, options);
  KOPILKA_TRY(writer.begin(head.store));
  KOPILKA_TRY_ASSIGN(const auto reader, log->read_from(model::Seq{1}));
  for (std::uint64_t n = 1; exported.events_read() < last.value(); ++n) {
    if (options.interrupt != nullptr && options.interrupt->load())
      return ExportReport{.is_interrupted = true};
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed) break;
    KOPILKA_TRY_ASSIGN(const auto batch, codec::decode(*sealed));
    KOPILKA_TRY_ASSIGN(const auto walk, exported.take(batch));
    if (walk == Walk::ended) break;
    if (options.on_progress && n % kBatchesPerProgress == 0)
      options.on_progress({exported.events_read(), last.value()});
  }
  return exported.finish();
}

}  // namespace kopilka::app

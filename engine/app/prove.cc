#include "engine/app/prove.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/app/derived.h"
#include "engine/app/heads.h"
#include "engine/app/keys.h"
#include "engine/codec/event_frames.h"
#include "engine/proof/leaves.h"
#include "engine/system/system_random.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

// The heads of a file between which a position lies.
struct Neighbours {
  std::optional<proof::HeadLine> before;    // the last that does not cover it
  std::optional<proof::HeadLine> covering;  // the first that does
};

Result<Neighbours> neighbours_of(const std::filesystem::path& file, model::Seq seq) {
  Neighbours found;
  const auto last_of = [](const std::optional<proof::HeadLine>& line) {
    return line->signed_head.head.last_seq;
  };
  KOPILKA_TRY(for_each_head(file, [&](KeptHead kept) {
    if (!kept.head) return;
    const bool covers = last_of(kept.head) >= seq;
    auto& nearest = covers ? found.covering : found.before;
    const bool is_nearer = !nearest || (last_of(kept.head) < last_of(nearest)) == covers;
    if (is_nearer) nearest = std::move(kept.head);
  }));
  return found;
}

std::unexpected<base::Error> not_covered(model::Seq seq, const HeadsSettings& settings,
                                         const Neighbours& found) {
  const auto last = found.before ? found.before->signed_head.head.last_seq.value() : 0;
  return base::fail(
      ErrorKind::not_available,
      fmt::format("no signed head covers position {} yet: the last one in {} is of position {}. "
                  "One is signed every {} events, and when an import or a node ends; "
                  "`kopilka log sign` signs one now",
                  seq.value(), settings.file.string(), last, settings.every));
}

// The event and its way to the root, from the log between the two heads.
Result<proof::Receipt> read_receipt(ports::EventLog& log, model::Seq seq,
                                    const Neighbours& between) {
  const auto& covering = *between.covering;
  const auto& head = covering.signed_head.head;
  const auto before = between.before ? between.before->tree : proof::Tree();
  proof::Receipt receipt{.seq = seq, .signed_head = covering.signed_head};
  proof::TreeEnd end(before);
  proof::TreeHasher hasher;
  auto next = model::Seq{before.size() + 1};
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(next));
  while (next <= head.last_seq) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed)
      return base::fail(ErrorKind::corrupt,
                        fmt::format("the log ends before position {}, of which a head is signed: "
                                    "`kopilka log verify` tells more",
                                    head.last_seq.value()));
    KOPILKA_TRY_ASSIGN(const auto frames, codec::event_frames(*sealed));
    for (const auto& frame : frames) {
      if (frame.seq != next || next > head.last_seq) continue;
      end.add(proof::leaf_of({sealed->header.store, frame.seq, frame.recorded_at}, frame.bytes,
                             hasher));
      if (frame.seq == seq) {
        receipt.recorded_at = frame.recorded_at;
        receipt.event = frame.bytes;
      }
      next = model::next(next);
    }
  }
  receipt.path = end.path(seq.value() - 1, hasher);
  return receipt;
}

}  // namespace

Result<std::optional<vault::PublicKey>> public_key_of(const Layout& layout) {
  KOPILKA_TRY_ASSIGN(const auto place, signing_key_of(layout));
  return vault::read_public_key(place.file);
}

Result<proof::Receipt> prove(const Place& place, model::Seq seq, const ProveOptions& options) {
  KOPILKA_TRY(expect_store(place));
  KOPILKA_TRY_ASSIGN(const auto key, public_key_of(place.layout));
  KOPILKA_TRY_ASSIGN(auto settings, heads_settings_of(place.layout));
  if (!key || !settings)
    return base::fail(ErrorKind::not_available,
                      fmt::format("no heads are signed in {}, so nothing can be proved: `kopilka "
                                  "log sign` begins it",
                                  place.layout.root.string()));
  if (options.heads) settings->file = *options.heads;
  // Before the log: a head that is read covers what the log holds by then.
  KOPILKA_TRY_ASSIGN(const auto between, neighbours_of(settings->file, seq));
  system::SystemRandom random;
  KOPILKA_TRY_ASSIGN(const auto log, place.log->open(random));
  KOPILKA_TRY_ASSIGN(const auto head, log->head());
  if (seq.value() == 0 || (!between.covering && seq > head.last_seq))
    return base::fail(ErrorKind::usage,
                      fmt::format("there is no position {}: {} holds positions 1 to {}",
                                  seq.value(), place.log->name(), head.last_seq.value()));
  if (!between.covering) return not_covered(seq, *settings, between);
  KOPILKA_TRY_ASSIGN(auto receipt, read_receipt(*log, seq, between));
  if (const auto checked = proof::check(receipt, *key); !checked)
    return base::fail(
        ErrorKind::corrupt,
        fmt::format("the log is not what was signed at position {} or between {} and {}: {}; "
                    "`kopilka log verify` tells more",
                    seq.value(), between.before ? between.before->tree.size() + 1 : 1,
                    between.covering->tree.size(), checked.error().message));
  return receipt;
}

}  // namespace kopilka::app

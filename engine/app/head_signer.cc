#include "engine/app/head_signer.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "engine/app/keys.h"
#include "engine/app/presence.h"

namespace kopilka::app {
namespace {

using base::ErrorKind;
using base::Result;

constexpr std::string_view kFindOut =
    "find out which history is true before anything is deleted; `kopilka log verify` tells more";

}  // namespace

HeadSigner::HeadSigner(vault::SigningKey key, HeadsFile file, std::uint64_t every)
    : key_(std::move(key)),
      file_(std::move(file)),
      every_(every),
      tree_(file_.last().tree),
      end_(file_.last().signed_head.head),
      signed_through_(end_.last_seq) {}

Result<std::unique_ptr<HeadSigner>> HeadSigner::open(const Layout& layout) {
  KOPILKA_TRY_ASSIGN(const auto place, signing_key_of(layout));
  KOPILKA_TRY_ASSIGN(const bool has_key, is_there(place.file));
  if (!has_key) return nullptr;
  KOPILKA_TRY_ASSIGN(const auto settings, heads_settings_of(layout));
  if (!settings)
    return base::fail(
        ErrorKind::not_available,
        fmt::format("heads of this store are signed with {}, and {} does not say where this node "
                    "keeps them: restore it from a copy, or begin them with `kopilka log sign`",
                    place.file.string(), layout.heads_settings().string()));
  KOPILKA_TRY_ASSIGN(auto key, vault::SigningKey::open(place.file, place.key_encryption_key));
  KOPILKA_TRY_ASSIGN(auto file, HeadsFile::open(settings->file));
  if (!proof::is_signed_by(file.last().signed_head, key.public_key()))
    return base::fail(ErrorKind::corrupt,
                      fmt::format("the last head in {} was not signed with {}: {}",
                                  settings->file.string(), place.file.string(), kFindOut));
  return std::unique_ptr<HeadSigner>(
      new HeadSigner(std::move(key), std::move(file), settings->every));
}

Result<void> HeadSigner::catch_up(ports::EventLog& log) {
  KOPILKA_TRY_ASSIGN(const auto head, log.head());
  const auto taken = end_;
  const auto contradicts = [&](std::string_view what) {
    return base::fail(
        ErrorKind::corrupt,
        fmt::format("the heads in {} are signed up to batch {}, position {}, and the log {}: {}",
                    file_.path().string(), taken.batch.value(), taken.last_seq.value(), what,
                    kFindOut));
  };
  if (head.store != taken.store) return contradicts("is another store's");
  if (head.n < taken.batch)
    return contradicts(fmt::format("ends before that, at batch {}, position {}", head.n.value(),
                                   head.last_seq.value()));
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(taken.last_seq));
  bool is_known = taken.batch.value() == 0;
  while (end_.batch < head.n || !is_known) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed) break;
    if (sealed->header.n < taken.batch) continue;
    if (sealed->header.n == taken.batch) {
      if (sealed->hash != taken.chain) return contradicts("holds another batch there");
      is_known = true;
      continue;
    }
    KOPILKA_TRY_ASSIGN(const auto batch, proof::leaves_of(*sealed));
    add(batch);
  }
  return {};
}

void HeadSigner::take(const proof::BatchLeaves& batch) {
  if (batch.n <= end_.batch) return;
  add(batch);
  if (tree_.size() - signed_through_.value() < every_) return;
  const auto done = sign();
  trouble_ = done ? std::string() : "no head was signed: " + done.error().message;
}

void HeadSigner::add(const proof::BatchLeaves& batch) {
  for (const auto& leaf : batch.leaves)
    tree_.add(leaf, hasher_);
  end_.last_seq = batch.last_seq;
  end_.batch = batch.n;
  end_.chain = batch.hash;
  if (!batch.leaves.empty()) end_.recorded_at = batch.recorded_at;
}

Result<void> HeadSigner::sign() {
  end_.root = tree_.root(hasher_);
  end_.key = proof::id_of(key_.public_key());
  KOPILKA_TRY(file_.append({proof::sign(end_, key_), tree_}));
  signed_through_ = end_.last_seq;
  return {};
}

Result<void> HeadSigner::finish() {
  constexpr std::string_view kAllIsWell =
      "; all that was answered is recorded, and a head of it is signed when the store is opened "
      "next";
  const auto done = [&]() -> Result<void> {
    if (end_.last_seq != signed_through_) KOPILKA_TRY(sign());
    return file_.sync();
  }();
  if (done) {
    trouble_.clear();
    return {};
  }
  return base::fail(done.error().kind, fmt::format("{}{}", done.error().message, kAllIsWell));
}

}  // namespace kopilka::app

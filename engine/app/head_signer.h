#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/app/heads.h"
#include "engine/app/layout.h"
#include "engine/base/result.h"
#include "engine/model/batch.h"
#include "engine/ports/event_log.h"
#include "engine/proof/leaves.h"
#include "engine/proof/tree.h"
#include "engine/vault/signing_key.h"

namespace kopilka::app {

// Keeps the tree of a log as batches come to count, and signs a head of it every so many events and
// at the end. What it signs is never ahead of what counts: it is shown acknowledged batches only.
// Of two processes at work on one log each signs into a file of its own, and as both follow the one
// counted history their heads agree. One thread.
class HeadSigner {
 public:
  // Of this directory's store; null: it was made before heads were signed. not_available: the store
  // signs heads and this directory has no file of them, or it is not there; corrupt: the last head
  // in it is not this store's.
  [[nodiscard]] static base::Result<std::unique_ptr<HeadSigner>> open(const Layout& layout);

  // Takes what the log holds beyond what was taken, and signs nothing: of a log that is not owned
  // yet its last batches may still be cut off. corrupt: the last signed head is not of this log.
  [[nodiscard]] base::Result<void> catch_up(ports::EventLog& log);
  // Takes the batch that follows, and signs if a head is due; one that was taken already is left.
  // That a head cannot be written is told in `trouble`, and tried again when the next one is due.
  // REQUIRES: the batch counts, and follows what was taken
  void take(const proof::BatchLeaves& batch);
  // Signs what no head covers yet; every head is durable then.
  [[nodiscard]] base::Result<void> finish();

  [[nodiscard]] model::Seq signed_through() const { return signed_through_; }
  // What opening cut off the file; for people, empty: nothing.
  [[nodiscard]] const std::string& note() const { return file_.note(); }
  // Why heads are not written just now; for people, empty when they are.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  HeadSigner(vault::SigningKey key, HeadsFile file, std::uint64_t every);

  void add(const proof::BatchLeaves& batch);
  [[nodiscard]] base::Result<void> sign();

  vault::SigningKey key_;
  HeadsFile file_;
  std::uint64_t every_;
  proof::TreeHasher hasher_;
  proof::Tree tree_;
  proof::Head end_;  // of what was taken; root and key are filled in when it is signed
  model::Seq signed_through_;
  std::string trouble_;
};

}  // namespace kopilka::app

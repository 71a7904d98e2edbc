#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "engine/ports/candidacy.h"

namespace kopilka::memory {

class MemoryCandidacy;

// Whose turn a group of candidates holds it to be: that of whoever stands longest, unless the test
// says otherwise. Thread-safe.
class MemoryElection {
 public:
  // What every candidate is told.
  enum class Verdict : unsigned char { by_turn, nobody, everybody };
  void set_verdict(Verdict verdict);
  // Whoever has the turn stands behind all others.
  void pass_turn();

 private:
  friend class MemoryCandidacy;

  mutable std::mutex mutex_;
  Verdict verdict_{Verdict::by_turn};
  std::vector<const MemoryCandidacy*> standing_;  // since longest first
};

class MemoryCandidacy final : public ports::Candidacy {
 public:
  explicit MemoryCandidacy(std::shared_ptr<MemoryElection> election);
  ~MemoryCandidacy() override;

  [[nodiscard]] bool is_chosen() override;

 private:
  std::shared_ptr<MemoryElection> election_;
};

}  // namespace kopilka::memory

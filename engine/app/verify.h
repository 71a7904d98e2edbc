#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/heads_check.h"
#include "engine/app/place.h"
#include "engine/base/result.h"
#include "engine/ledger/invariants.h"
#include "engine/model/ids.h"

namespace kopilka::app {

// Rows that were kept beside the log, against the same rows folded from it anew.
struct Comparison {
  std::string name;
  model::Seq position;
  std::string folded;                // digest, 32 hexadecimal digits
  std::optional<std::string> kept;   // nothing: they could not be read
  std::optional<base::Error> error;  // why not
  [[nodiscard]] bool is_equal() const { return kept == folded; }
};

struct VerifyReport {
  std::uint64_t batches{0};
  std::uint64_t events{0};
  model::Seq first;  // 0: the log is empty
  model::Seq last;
  base::Hash256 head_hash{};
  std::uint32_t invariants_checked{0};
  std::uint64_t violations{0};
  std::vector<ledger::Violation> shown;  // the first of them
  std::vector<Comparison> comparisons;   // of what is there to compare
  HeadsReport heads;                     // as far as the walk went
  std::optional<base::Error> corrupt;    // where the walk of the log ended before its end
  [[nodiscard]] bool is_ok() const;
};

struct VerifyProgress {
  std::uint64_t events{0};
  std::uint64_t events_all{0};
};

// Walks the whole log: chain and checksums, the order of seq and time, postings that balance, every
// member's accounts after each command, every signed head, everything at the end; then compares
// digests. Needs memory for every row. What is wrong with the log, its heads or derived rows is in
// the report; an error says that there was nothing to look at.
[[nodiscard]] base::Result<VerifyReport> verify(
    const Place& place, const std::function<void(const VerifyProgress&)>& on_progress,
    const HeadsChoice& heads = {});

}  // namespace kopilka::app

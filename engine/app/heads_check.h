#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/app/layout.h"
#include "engine/base/result.h"
#include "engine/model/ids.h"
#include "engine/proof/head.h"
#include "engine/proof/leaves.h"
#include "engine/proof/tree.h"
#include "engine/vault/signing_key.h"

namespace kopilka::app {

// What signed heads say of a log.
struct HeadsReport {
  bool is_kept{false};         // false: none are signed here, and nothing was looked at
  std::filesystem::path file;  // in which they stand
  std::optional<vault::PublicKey> key;
  std::uint64_t checked{0};          // heads of which the log is what they say
  model::Seq signed_through;         // the last position that one of these covers
  std::optional<base::Error> error;  // the first that is not as it must be: which, and where
};

struct HeadsChoice {
  // Those kept elsewhere, such as an auditor's own copy. Absent: those that the directory names.
  std::optional<std::filesystem::path> file;
  // The key that they must be signed by. Absent: the one in the directory, which whoever can write
  // there can exchange.
  std::optional<vault::PublicKey> key;
};

// Compares signed heads with a log, batch after batch from the first. One thread.
class HeadsCheck {
 public:
  // Reads the heads; call it before the log is opened, so that the log reaches what they cover.
  // What is wrong with them is in the report.
  [[nodiscard]] static base::Result<HeadsCheck> open(const Layout& layout,
                                                     const HeadsChoice& choice);

  void take(const proof::BatchLeaves& batch);
  // The log has been taken to its end.
  void finish();

  [[nodiscard]] const HeadsReport& report() const { return report_; }

 private:
  struct Expected {
    proof::Head head;
    std::uint64_t line{0};  // of the file
  };

  [[nodiscard]] base::Result<void> read();
  void judge(const Expected& expected, const proof::BatchLeaves& batch);
  void fail(std::string what);

  HeadsReport report_;
  std::map<model::BatchNumber, std::vector<Expected>> awaited_;
  proof::TreeHasher hasher_;
  proof::Tree tree_;
  model::BatchNumber good_batch_;  // the last of which a head was as it must be
};

}  // namespace kopilka::app

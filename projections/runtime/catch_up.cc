#include "projections/runtime/catch_up.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "engine/codec/batch.h"

namespace kopilka::projections::runtime {
namespace {

// A log that ends before a model's position, or holds another batch there, is not the model's.
void compare_ends(Host& host, const model::LogHead& head) {
  const auto& at = host.position();
  const bool is_short = head.n < at.n;
  if (!is_short && (head.n != at.n || head.hash == at.hash)) return;
  host.stop({{base::ErrorKind::corrupt,
              fmt::format("its rows belong to another log, or the log lost its end (they stand at "
                          "batch {}, the log ends at batch {}); delete them, they are rebuilt from "
                          "the log",
                          at.n.value(), head.n.value())},
             at.seq});
}

// Feeds one batch to those whose turn it is, decoded at most once.
void feed(std::span<Host* const> hosts, const ports::SealedBatch& sealed) {
  std::optional<base::Result<model::Batch>> decoded;
  for (Host* host : hosts) {
    const auto turn = host->meet(sealed.header, sealed.hash);
    if (turn == Turn::ahead)
      host->stop({{base::ErrorKind::corrupt,
                   fmt::format("the log goes on with batch {}", sealed.header.n.value())},
                  model::next(host->position().seq)});
    if (turn != Turn::next) continue;
    if (!decoded) decoded = codec::decode(sealed);
    if (!decoded->has_value())
      host->stop({decoded->error(), sealed.header.first_seq});
    else
      static_cast<void>(host->apply(**decoded, sealed.hash));  // a stop is kept by the host
  }
}

// Those that still have something to fold.
std::vector<Host*> behind(std::span<Host* const> hosts, model::BatchNumber last) {
  std::vector<Host*> found;
  std::ranges::copy_if(hosts, std::back_inserter(found), [&](const Host* host) {
    return !host->stopped() && host->position().n < last;
  });
  return found;
}

}  // namespace

base::Result<void> catch_up(std::span<Host* const> hosts, ports::EventLog& log,
                            model::BatchNumber last) {
  KOPILKA_TRY_ASSIGN(const auto head, log.head());
  for (Host* host : behind(hosts, kLastBatch))
    compare_ends(*host, head);
  last = std::min(last, head.n);
  auto going = behind(hosts, last);
  if (going.empty()) return {};
  const auto rearmost =
      std::ranges::min(going, {}, [](const Host* host) { return host->position().seq; });
  // From its last batch on, to see that it is still the same; from 0: batches without events too.
  KOPILKA_TRY_ASSIGN(const auto reader, log.read_from(rearmost->position().seq));
  while (!going.empty()) {
    KOPILKA_TRY_ASSIGN(const auto sealed, reader->next());
    if (!sealed) break;
    feed(going, *sealed);
    going = behind(going, last);
  }
  return {};
}

}  // namespace kopilka::projections::runtime

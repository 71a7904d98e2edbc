#pragma once

#include <memory>

#include "engine/journal/writer.h"

// One writer a format, each in the file of its name.
namespace kopilka::journal {

[[nodiscard]] std::unique_ptr<Writer> make_beancount(Sink& sink);
[[nodiscard]] std::unique_ptr<Writer> make_csv(Sink& sink);
[[nodiscard]] std::unique_ptr<Writer> make_hledger(Sink& sink);
[[nodiscard]] std::unique_ptr<Writer> make_ledger(Sink& sink);
[[nodiscard]] std::unique_ptr<Writer> make_ndjson(Sink& sink);

}  // namespace kopilka::journal

#include "engine/journal/text_formats.h"

#include "engine/journal/writers.h"

namespace kopilka::journal {

std::unique_ptr<Writer> make_writer(TextFormat format, Sink& sink) {
  switch (format) {
    case TextFormat::hledger:
      return make_hledger(sink);
    case TextFormat::ledger:
      return make_ledger(sink);
    case TextFormat::beancount:
      return make_beancount(sink);
    case TextFormat::csv:
      return make_csv(sink);
    case TextFormat::ndjson:
      break;
  }
  return make_ndjson(sink);
}

}  // namespace kopilka::journal

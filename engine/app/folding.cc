#include "engine/app/folding.h"

namespace kopilka::app {

using base::Result;

Result<std::unique_ptr<Folding>> Folding::over(const Place& place, const FoldOptions& options) {
  std::unique_ptr<Folding> folding(new Folding(options));
  KOPILKA_TRY_ASSIGN(folding->log_, place.log->open(folding->random_));
  KOPILKA_TRY_ASSIGN(folding->head_, folding->log_->head());
  folding->until_ = folding->head_.last_seq;
  folding->observed_ = std::make_unique<ObservedLog>(
      *folding->log_,
      [self = folding.get()](const model::BatchHeader& header) { return self->see(header); });
  return folding;
}

Result<void> Folding::see(const model::BatchHeader& header) {
  if (is_interrupted()) return base::fail(base::ErrorKind::not_available, "interrupted");
  if (options_.on_progress) options_.on_progress({model::last_seq(header).value(), until_.value()});
  return {};
}

}  // namespace kopilka::app

#include "engine/app/heads_check.h"

#include <utility>

#include <fmt/format.h>

#include "engine/app/heads.h"
#include "engine/app/prove.h"

namespace kopilka::app {

using base::ErrorKind;
using base::Result;

Result<HeadsCheck> HeadsCheck::open(const Layout& layout, const HeadsChoice& choice) {
  HeadsCheck check;
  auto& report = check.report_;
  KOPILKA_TRY_ASSIGN(const auto own_key, public_key_of(layout));
  report.key = choice.key ? choice.key : own_key;
  KOPILKA_TRY_ASSIGN(const auto settings, heads_settings_of(layout));
  if (choice.file)
    report.file = *choice.file;
  else if (settings)
    report.file = settings->file;
  report.is_kept = report.key || settings || choice.file;
  if (!report.is_kept) return check;
  if (!report.key) {
    check.fail(
        "there is no key to check signed heads with: give the store's public key with "
        "--key");
  } else if (report.file.empty()) {
    check.fail(
        fmt::format("heads of this store are signed, and {} does not say where: put it back "
                    "from a copy, or name the file with --heads",
                    layout.heads_settings().string()));
  } else if (auto read = check.read(); !read) {
    // What is not there is as good as taken away.
    if (read.error().kind == ErrorKind::io) return std::unexpected(std::move(read).error());
    check.fail(std::move(read.error().message));
  }
  return check;
}

Result<void> HeadsCheck::read() {
  return for_each_head(report_.file, [this](const KeptHead& kept) {
    if (!kept.head)
      return fail(fmt::format("line {} of {} is no signed head", kept.line, report_.file.string()));
    const auto& signed_head = kept.head->signed_head;
    if (!proof::is_signed_by(signed_head, *report_.key))
      return fail(fmt::format("the head in line {} of {} was not signed by key {}", kept.line,
                              report_.file.string(),
                              base::to_hex(base::view_of(proof::id_of(*report_.key)))));
    awaited_[signed_head.head.batch].push_back({signed_head.head, kept.line});
  });
}

void HeadsCheck::take(const proof::BatchLeaves& batch) {
  if (awaited_.empty()) return;
  for (const auto& leaf : batch.leaves)
    tree_.add(leaf, hasher_);
  // The head of nothing.
  awaited_.erase(model::BatchNumber{});
  const auto found = awaited_.find(batch.n);
  if (found == awaited_.end()) return;
  for (const auto& expected : found->second)
    judge(expected, batch);
  awaited_.erase(found);
}

void HeadsCheck::judge(const Expected& expected, const proof::BatchLeaves& batch) {
  const auto& head = expected.head;
  const auto where = fmt::format("the head in line {} of {}", expected.line, report_.file.string());
  const auto first = report_.signed_through.value() + 1;
  if (head.last_seq != batch.last_seq)
    return fail(
        fmt::format("batch {} ends at position {}, and {} was signed when it ended at {}: "
                    "events between positions {} and {} were put in or taken out",
                    batch.n.value(), batch.last_seq.value(), where, head.last_seq.value(), first,
                    head.last_seq.value()));
  if (head.root != tree_.root(hasher_))
    return fail(
        fmt::format("events between positions {} and {} are not those that were signed: {} "
                    "has another root",
                    first, head.last_seq.value(), where));
  if (head.chain != batch.hash)
    return fail(
        fmt::format("batches {} to {} are not those that were signed, though their events "
                    "are: who commanded them, under which key, or what was read, differs "
                    "from {}",
                    good_batch_.value() + 1, batch.n.value(), where));
  ++report_.checked;
  report_.signed_through = head.last_seq;
  good_batch_ = batch.n;
}

void HeadsCheck::finish() {
  awaited_.erase(model::BatchNumber{});
  if (awaited_.empty()) return;
  const auto& beyond = awaited_.begin()->second.front();
  fail(
      fmt::format("the log ends at position {}, and the head in line {} of {} was signed when it "
                  "had reached position {}: its end is lost, or was cut off",
                  tree_.size(), beyond.line, report_.file.string(), beyond.head.last_seq.value()));
}

void HeadsCheck::fail(std::string what) {
  if (!report_.error) report_.error = base::Error{ErrorKind::corrupt, std::move(what)};
}

}  // namespace kopilka::app

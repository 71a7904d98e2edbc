#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/journal/subject.h"
#include "engine/journal/text_output.h"
#include "engine/journal/writer.h"

namespace kopilka::journal {

// What the journals of plain-text accounting have in common: a transaction for each event that
// moved money, dated by the Moscow day of its recording, and everything declared where it is first
// used. A format says how each piece reads. Nothing of them is text that somebody typed: names of
// closed lists, numbers and times only, so nothing needs quoting.
class PlainText : public Writer {
 public:
  explicit PlainText(Sink& sink) : output_(sink) {}

  [[nodiscard]] base::Result<void> begin(const model::StoreId& store) final;
  [[nodiscard]] base::Result<void> open(const Opening& opening) final;
  [[nodiscard]] base::Result<void> take(const RecordedEvent& recorded) final;
  [[nodiscard]] base::Result<void> end(const Ending& ending) final;

 protected:
  // The first lines of a transaction.
  struct Heading {
    model::Date date;
    std::string_view title;  // the event's name, "Opening" or "Closing"
    model::Seq position;
    model::Instant recorded_at;
    std::optional<model::Instant> effective_at;  // of an event
    Subject subject;
  };

  virtual void write_preamble(std::string_view about, std::string& out) = 0;
  // A part of an account, before its first transaction, which is of that day.
  virtual void declare(SubAccount part, model::Date date, std::string& out) = 0;
  virtual void declare_title(std::string_view title, std::string& out) = 0;
  virtual void write_heading(const Heading& heading, std::string& out) = 0;
  // What every account must come to, so that the reading program checks the sums by itself. The
  // heading's date is that of the last transaction.
  virtual void write_closing(const Heading& heading, const Ending& ending, std::string& out) = 0;

  void declare_once(std::string_view title, std::string& out);
  static void write_posting(SubAccount part, base::Int128 kopecks, std::string& out);

 private:
  void declare_once(SubAccount part, model::Date date, std::string& out);

  TextOutput output_;
  // By id, one bit an account.
  std::unordered_map<std::uint64_t, std::uint32_t> members_declared_;
  std::unordered_map<std::uint64_t, std::uint32_t> partners_declared_;
  std::set<std::string_view> titles_declared_;
  std::optional<model::Date> last_date_;  // of a transaction
};

// "NAME: VALUE" of each that the heading has, in one order everywhere.
void for_each_tag(const model::Instant& recorded_at,
                  const std::optional<model::Instant>& effective_at, const Subject& subject,
                  auto&& visit) {
  visit("recorded", model::to_text(recorded_at));
  if (effective_at) visit("effective", model::to_text(*effective_at));
  const auto visit_id = [&visit](std::string_view name, const auto& id) {
    if (id) visit(name, std::to_string(id->value()));
  };
  visit_id("member", subject.member);
  visit_id("partner", subject.partner);
  visit_id("purchase", subject.purchase);
  visit_id("withdrawal", subject.withdrawal);
}
inline constexpr std::array<std::string_view, 6> kTags{"recorded", "effective", "member",
                                                       "partner",  "purchase",  "withdrawal"};

// The Moscow day of the effective time, where it is another than the heading's.
[[nodiscard]] std::optional<model::Date> other_effective_day(
    model::Date date, const std::optional<model::Instant>& effective_at);

}  // namespace kopilka::journal

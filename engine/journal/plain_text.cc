#include "engine/journal/plain_text.h"

#include <fmt/format.h>

#include "engine/base/bytes.h"
#include "engine/journal/roubles.h"

namespace kopilka::journal {
namespace {

constexpr std::string_view kOpeningTitle = "Opening";
constexpr std::string_view kClosingTitle = "Closing";

}  // namespace

std::optional<model::Date> other_effective_day(model::Date date,
                                               const std::optional<model::Instant>& effective_at) {
  if (!effective_at) return std::nullopt;
  const auto day = model::moscow_date(*effective_at);
  return day == date ? std::nullopt : std::optional(day);
}

void PlainText::declare_once(std::string_view title, std::string& out) {
  if (titles_declared_.insert(title).second) declare_title(title, out);
}

void PlainText::declare_once(SubAccount part, model::Date date, std::string& out) {
  if (part.owner == 0) return;  // in the preamble
  auto& declared =
      kept_per(part.account) == KeptPer::member ? members_declared_ : partners_declared_;
  auto& accounts = declared[part.owner];
  const auto bit = std::uint32_t{1} << static_cast<unsigned>(part.account);
  static_assert(ledger::kAccountCount <= 32);
  if ((accounts & bit) != 0) return;
  accounts |= bit;
  declare(part, date, out);
}

void PlainText::write_posting(SubAccount part, base::Int128 kopecks, std::string& out) {
  out += "  ";
  append_journal_name(part, out);
  out += "  ";
  append_roubles(kopecks, out);
  out += ' ';
  out += kCurrency;
  out += '\n';
}

base::Result<void> PlainText::begin(const model::StoreId& store) {
  write_preamble(fmt::format("Book {} of Kopilka's store {}, {}", kBookName,
                             base::to_hex(base::view_of(store)), kCurrency),
                 output_.text());
  return {};
}

base::Result<void> PlainText::open(const Opening& opening) {
  auto& out = output_.text();
  const Heading heading{.date = opening.date,
                        .title = kOpeningTitle,
                        .position = opening.position,
                        .recorded_at = opening.recorded_at,
                        .effective_at = std::nullopt,
                        .subject = {}};
  declare_once(heading.title, out);
  for (const auto& balance : opening.balances) {
    declare_once(balance.part, heading.date, out);
    KOPILKA_TRY(output_.drain());
  }
  write_heading(heading, out);
  for (const auto& balance : opening.balances) {
    write_posting(balance.part, balance.kopecks, out);
    KOPILKA_TRY(output_.drain());
  }
  out += '\n';
  last_date_ = heading.date;
  return {};
}

base::Result<void> PlainText::take(const RecordedEvent& recorded) {
  const auto postings = recorded.movement.postings();
  if (postings.empty()) return {};
  auto& out = output_.text();
  const auto& event = recorded.dated.event;
  const Heading heading{.date = model::moscow_date(recorded.entry.recorded_at),
                        .title = model::name_of(event),
                        .position = recorded.seq,
                        .recorded_at = recorded.entry.recorded_at,
                        .effective_at = recorded.dated.effective_at,
                        .subject = subject_of(event, recorded.seq)};
  declare_once(heading.title, out);
  for (const auto& posting : postings)
    declare_once(sub_account(recorded.movement, posting.account), heading.date, out);
  write_heading(heading, out);
  for (const auto& posting : postings)
    write_posting(sub_account(recorded.movement, posting.account), posting.debit.in_kopecks(), out);
  out += '\n';
  last_date_ = heading.date;
  return output_.drain();
}

base::Result<void> PlainText::end(const Ending& ending) {
  if (last_date_)
    write_closing({.date = *last_date_,
                   .title = kClosingTitle,
                   .position = ending.position,
                   .recorded_at = ending.recorded_at,
                   .effective_at = std::nullopt,
                   .subject = {}},
                  ending, output_.text());
  return output_.flush();
}

}  // namespace kopilka::journal

#include <algorithm>

#include <fmt/format.h>

#include "engine/journal/plain_text.h"
#include "engine/journal/roubles.h"
#include "engine/journal/writers.h"

namespace kopilka::journal {
namespace {

// Before every date that an event may have.
constexpr std::string_view kChartOpened = "1900-01-01";

class Beancount final : public PlainText {
 public:
  using PlainText::PlainText;

 private:
  void write_preamble(std::string_view about, std::string& out) override {
    out += fmt::format(
        "; {}\n\noption \"title\" \"{}\"\noption \"operating_currency\" \"{}\"\n\n"
        "{} commodity {}\n\n",
        about, kBookName, kCurrency, kChartOpened, kCurrency);
    for (std::size_t i = 0; i < ledger::kAccountCount; ++i)
      out += fmt::format("{} open {} {}\n  name: \"{}\"\n", kChartOpened,
                         journal_name(static_cast<ledger::Account>(i)), kCurrency,
                         ledger::kChart.at(i).name);
    out += '\n';
  }

  void declare(SubAccount part, model::Date date, std::string& out) override {
    out += model::to_text(date);
    out += " open ";
    append_journal_name(part, out);
    out += ' ';
    out += kCurrency;
    out += '\n';
  }

  void declare_title(std::string_view, std::string&) override {}

  // Times are text, for beancount knows days only; ids are numbers.
  void write_heading(const Heading& heading, std::string& out) override {
    out += fmt::format("{} * \"{}\"\n  position: {}\n", model::to_text(heading.date), heading.title,
                       heading.position.value());
    if (heading.effective_at)
      out += fmt::format("  effective_on: {}\n",
                         model::to_text(model::moscow_date(*heading.effective_at)));
    for_each_tag(heading.recorded_at, heading.effective_at, heading.subject,
                 [&out](std::string_view name, const std::string& value) {
                   const bool is_number =
                       std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
                   const std::string_view quote = is_number ? "" : "\"";
                   out += fmt::format("  {}: {}{}{}\n", name, quote, value, quote);
                 });
  }

  // A balance is one at the beginning of its day and includes the sub-accounts. Unless told
  // otherwise it may be off by a kopeck.
  void write_closing(const Heading& heading, const Ending& ending, std::string& out) override {
    const auto day = model::to_text(heading.date + 1);
    for (std::size_t i = 0; i < ledger::kAccountCount; ++i) {
      out += fmt::format("{} balance {}  ", day, journal_name(static_cast<ledger::Account>(i)));
      append_roubles(ending.balances.at(i), out);
      out += fmt::format(" ~ 0.00 {}\n", kCurrency);
    }
  }
};

}  // namespace

std::unique_ptr<Writer> make_beancount(Sink& sink) {
  return std::make_unique<Beancount>(sink);
}

}  // namespace kopilka::journal

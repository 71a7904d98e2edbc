#include "tools/kopilka/shown.h"

#include <fmt/format.h>

namespace kopilka::tools {
namespace {

constexpr std::string_view kThinSpace = "\u202f";
constexpr std::string_view kMinus = "\u2212";

std::string digits_of(base::Int128 magnitude) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(magnitude % 10)));
    magnitude /= 10;
  } while (magnitude > 0);
  return digits;
}

std::string grouped(const std::string& digits) {
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += kThinSpace;
    text.push_back(digits[i]);
  }
  return text;
}

struct Parts {
  bool negative;
  std::string roubles;
  std::string kopecks;  // two digits
};

Parts parts_of(base::Int128 kopecks) {
  const bool negative = kopecks < 0;
  const base::Int128 magnitude = negative ? -kopecks : kopecks;
  return {negative, digits_of(magnitude / 100),
          fmt::format("{:02}", static_cast<int>(magnitude % 100))};
}

}  // namespace

std::string shown_kopecks(base::Int128 kopecks) {
  const auto parts = parts_of(kopecks);
  return fmt::format("{}{},{}", parts.negative ? kMinus : "", grouped(parts.roubles),
                     parts.kopecks);
}

std::string plain_kopecks(base::Int128 kopecks) {
  const auto parts = parts_of(kopecks);
  return fmt::format("{}{}.{}", parts.negative ? "-" : "", parts.roubles, parts.kopecks);
}

std::string shown(model::Money money) {
  return shown_kopecks(money.in_kopecks());
}

std::string shown_change(model::Money change) {
  return (change > model::Money{} ? "+" : "") + shown(change);
}

std::string shown_count(std::uint64_t count) {
  return grouped(std::to_string(count));
}

std::string shown_count(std::uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", shown_count(count), thing, count == 1 ? "" : "s");
}

std::string shown(model::Instant at) {
  const auto date = model::moscow_date(at);
  const auto seconds = (at.in_micros() - model::moscow_midnight(date).in_micros()) / 1'000'000;
  return fmt::format("{} {:02}:{:02}:{:02}", to_text(date), seconds / 3600, seconds / 60 % 60,
                     seconds % 60);
}

std::string shown(model::Date date) {
  return to_text(date);
}

std::string shown(model::Month month) {
  return to_text(month);
}

std::string shown_span(model::Span span) {
  const auto tenths = span.in_micros() / 100'000;
  if (tenths < 600) return fmt::format("{}.{} s", tenths / 10, tenths % 10);
  const auto seconds = tenths / 10;
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace kopilka::tools

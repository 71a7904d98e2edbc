#include "tools/kopilka/progress.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "engine/base/wide.h"
#include "tools/kopilka/shown.h"

namespace kopilka::tools {
namespace {

constexpr auto kBetweenDrawings = model::Span::micros(100'000);
constexpr std::uint64_t kBarPlaces = 24;

model::Span between(model::Instant from, model::Instant to) {
  // The wall clock may jump back.
  return model::Span::micros(std::max<std::int64_t>(0, to.in_micros() - from.in_micros()));
}

// At the speed so far. REQUIRES: something is done
model::Span time_left(const Progress::Extent& extent, model::Span span) {
  const auto left = base::Int128{*extent.all - extent.done} * span.in_micros();
  return model::Span::micros(static_cast<std::int64_t>(left / extent.done));
}

std::string bar(std::uint64_t done, std::uint64_t all) {
  const auto filled = all == 0 ? kBarPlaces : std::min(kBarPlaces, done * kBarPlaces / all);
  std::string text;
  for (std::uint64_t i = 0; i < kBarPlaces; ++i)
    text += i < filled ? "\u2588" : "\u00b7";
  return text;
}

}  // namespace

Progress::Progress(const Console& console, const char* unit)
    : console_(console), unit_(unit), begun_(clock_.now()), drawn_(begun_) {}

void Progress::show(std::uint64_t count, const Extent& extent) {
  if (!console_.err_is_terminal()) return;
  const auto now = clock_.now();
  if (between(drawn_, now) < kBetweenDrawings) return;
  drawn_ = now;
  is_drawn_ = true;
  const auto span = between(begun_, now);
  auto line = fmt::format("{} {}, {} {}/s", shown_count(count), unit_,
                          shown_count(per_second(count, span)), unit_);
  if (extent.all && *extent.all > 0) {
    const auto done = std::min(extent.done, *extent.all);
    line = fmt::format("{:3} % {} {}", done * 100 / *extent.all, bar(done, *extent.all), line);
    if (done > 0) line += fmt::format(", {} left", shown_span(time_left({done, extent.all}, span)));
  }
  console_.redraw(line);
}

void Progress::end() {
  if (is_drawn_) console_.clear_line();
  is_drawn_ = false;
}

model::Span Progress::elapsed() {
  return between(begun_, clock_.now());
}

std::uint64_t per_second(std::uint64_t count, model::Span span) {
  const auto millis = static_cast<std::uint64_t>(span.in_micros()) / 1'000;
  return millis == 0 ? 0 : count * 1'000 / millis;
}

}  // namespace kopilka::tools

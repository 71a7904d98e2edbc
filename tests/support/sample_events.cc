#include "tests/support/sample_events.h"

#include <concepts>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "engine/base/strong.h"
#include "engine/model/names.h"

namespace kopilka::support {
namespace {

class SampleMaker {
 public:
  SampleMaker(Filling filling, std::uint64_t seed) : filling_(filling), random_(seed) {}

  template <class T>
  T make() {
    T value{};
    fill(value);
    return value;
  }

  void operator()(int, const char*, auto& member) { fill(member); }

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool present() {
    return filling_ == Filling::full || (filling_ == Filling::any && below(2) == 1);
  }

  void fill(bool& value) { value = present(); }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void fill(T& value) {
    if (present()) value = static_cast<T>(1 + below(60'000));
  }
  template <model::Named E>
  void fill(E& value) {
    if (present()) value = static_cast<E>(below(model::kNames<E>.size()));
  }
  template <class Tag, class Rep>
  void fill(base::Strong<Tag, Rep>& value) {
    if (present()) value = base::Strong<Tag, Rep>{1 + below(model::kIdLimit - 1)};
  }
  void fill(model::Money& value) {
    const auto magnitude = static_cast<std::int64_t>(below(999'999'999'999));
    if (present()) value = model::Money::kopecks(below(8) == 0 ? -magnitude : magnitude);
  }
  void fill(model::Rate& value) {
    if (present()) value = model::Rate::ppm(static_cast<std::uint32_t>(below(330'000)));
  }
  void fill(model::ExchangeRate& value) {
    if (present()) value = model::ExchangeRate::ten_thousandths(1 + below(9'999'999'999));
  }
  void fill(model::Date& value) {
    if (present()) value = model::Date::days(static_cast<std::int32_t>(below(60'000)) - 20'000);
  }
  void fill(model::Month& value) {
    if (present()) value = model::Month::months(static_cast<std::int32_t>(below(2'000)) - 600);
  }
  void fill(model::Instant& value) {
    if (present())
      value = model::Instant::micros(1'500'000'000'000'000 +
                                     static_cast<std::int64_t>(below(200'000'000'000'000)));
  }
  void fill(std::string& value) {
    if (!present()) return;
    static constexpr std::string_view kTexts[] = {"A-1", "Лабиринт", "x", "order 77/2019",
                                                  "a longer text with \"quotes\" and \\"};
    value = std::string(kTexts[below(std::size(kTexts))]) + std::to_string(below(1000));
  }
  void fill(model::LookupHash& value) {
    if (!present()) return;
    for (auto& byte : value.value)
      byte = static_cast<std::uint8_t>(below(256));
  }
  void fill(model::Sealed& value) {
    if (!present()) return;
    for (std::uint64_t i = 0, size = 1 + below(60); i < size; ++i)
      value.bytes.push_back(static_cast<char>(below(256)));
  }
  template <class T>
  void fill(std::optional<T>& value) {
    if (present()) fill(value.emplace());
  }
  template <class T>
  void fill(std::vector<T>& values) {
    if (!present()) return;
    values.resize(1 + below(3));
    for (auto& value : values)
      fill(value);
  }
  template <class T>
    requires requires(T& value) { T::fields(value, [](int, const char*, auto&) {}); }
  void fill(T& value) {
    T::fields(value, *this);
  }

  Filling filling_;
  std::mt19937_64 random_;
};

}  // namespace

std::vector<model::Event> sample_events(Filling filling, std::uint64_t seed) {
  std::vector<model::Event> events;
  for_each_event_type(
      [&]<class T>() { events.emplace_back(SampleMaker(filling, seed + T::kType).make<T>()); });
  return events;
}

model::Batch sample_batch(Filling filling, std::uint64_t seed) {
  model::Batch batch;
  std::uint8_t fill = 1;
  for (auto& byte : batch.header.store)
    byte = fill++;
  for (auto& byte : batch.header.owner)
    byte = fill++;
  for (auto& byte : batch.header.previous)
    byte = fill++;
  batch.header.stream = 0;
  batch.header.epoch = model::Epoch{3};
  batch.header.n = model::BatchNumber{7};
  batch.header.first_seq = model::Seq{1001};
  batch.header.recorded_at = model::Instant::micros(1'551'431'700'000'000);
  batch.sources.push_back({"import:0123", 42, batch.header.previous});
  auto at = batch.header.recorded_at;
  for (auto& event : sample_events(filling, seed)) {
    model::Entry entry;
    entry.recorded_at = at;
    if (batch.entries.size() % 3 != 2) {
      auto& origin = entry.origin.emplace();
      origin.principal = batch.entries.size() % 2 == 0 ? "operator" : "partner:7";
      origin.credential = "key-1";
      origin.key = "k" + std::to_string(batch.entries.size());
      origin.mac.value.fill(static_cast<std::uint8_t>(batch.entries.size()));
    }
    entry.events.push_back({at - model::Span::hours(30), event});
    if (batch.entries.size() % 5 == 0) entry.events.push_back({at, event});
    batch.header.count += static_cast<std::uint32_t>(entry.events.size());
    batch.entries.push_back(std::move(entry));
    at = at + model::Span::micros(1500);
  }
  return batch;
}

}  // namespace kopilka::support

#include "bench/micro/world.h"

#include <fmt/format.h>

#include "engine/model/time.h"

namespace kopilka::bench {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

model::Instant first_purchase_at() {
  return model::moscow_midnight(model::from_civil({2019, 3, 1}));
}

std::string time_of(std::uint64_t second) {
  const auto at = first_purchase_at().in_micros() + static_cast<std::int64_t>(second) * kSecond;
  return to_text(model::Instant::micros(at));
}

// When the purchase was made. The same for the same `i`.
std::uint64_t second_of(const World& world, std::uint64_t i) {
  const auto drawn = (i + 1) * 0x9E37'79B9'7F4A'7C15U >> 20;
  return drawn % 100 < world.backdated_percent ? drawn / 100 % (i + 1) : i;
}

std::string report(const World& world, std::uint64_t i, const char* status, std::uint64_t at) {
  return fmt::format(
      "{{\"command\":\"report_purchase\",\"key\":\"{}-{}\",\"at\":\"{}\",\"partner_id\":7,"
      "\"action_id\":\"{}\",\"status\":\"{}\",\"status_at\":\"{}\",\"purchase_at\":\"{}\","
      "\"card_number\":\"{:08}\",\"lines\":[{{\"line\":1,\"amount\":\"{}.{:02}\"}}]}}\n",
      status, i, time_of(at), i, status, time_of(at), time_of(second_of(world, i)),
      1 + i * 7919 % world.members, 10 + i * 31 % 5'000, i % 100);
}

}  // namespace

std::string founding_lines(const World& world) {
  const std::string at = "2019-02-01T00:00:00Z";
  std::string out = fmt::format(
      "{{\"command\":\"register_organization\",\"key\":\"o1\",\"at\":\"{0}\","
      "\"organization_id\":1,\"kind\":\"central\",\"name\":\"Union\"}}\n"
      "{{\"command\":\"register_organization\",\"key\":\"o2\",\"at\":\"{0}\","
      "\"organization_id\":2,\"parent_id\":1,\"kind\":\"primary\",\"name\":\"School 5\"}}\n"
      "{{\"command\":\"register_partner\",\"key\":\"p7\",\"at\":\"{0}\",\"partner_id\":7,"
      "\"name\":\"Shop\"}}\n"
      "{{\"command\":\"publish_terms\",\"key\":\"t7\",\"at\":\"{0}\",\"partner_id\":7,"
      "\"channel\":\"offline\",\"tariffs\":[{{\"code\":\"all\",\"percent\":\"5\","
      "\"commission_percent\":\"7\"}}],\"freeze_days\":30,\"valid_from\":\"2019-02-01\"}}\n",
      at);
  for (std::uint64_t member = 1; member <= world.members; ++member)
    out += fmt::format(
        "{{\"command\":\"admit_member\",\"key\":\"m{1}\",\"at\":\"{0}\",\"member_id\":{1},"
        "\"organization_id\":2,\"category\":\"working\",\"admitted_on\":\"2018-09-01\"}}\n"
        "{{\"command\":\"issue_card\",\"key\":\"c{1}\",\"at\":\"{0}\",\"member_id\":{1},"
        "\"number\":\"{1:08}\",\"form\":\"plastic\"}}\n",
        at, member);
  return out;
}

std::string purchase_line(const World& world, std::uint64_t i) {
  return report(world, i, "new", i);
}

std::string approval_line(const World& world, std::uint64_t i) {
  return report(world, i, "approved", world.purchases + i);
}

std::string closing_line(const World& world) {
  const auto last =
      first_purchase_at().in_micros() + static_cast<std::int64_t>(2 * world.purchases) * kSecond;
  const auto date = model::moscow_date(model::Instant::micros(last)) + 40;
  return fmt::format(
      "{{\"command\":\"open_business_day\",\"key\":\"end\",\"at\":\"{}\",\"date\":\"{}\"}}\n",
      to_text(model::moscow_midnight(date)), to_text(date));
}

}  // namespace kopilka::bench

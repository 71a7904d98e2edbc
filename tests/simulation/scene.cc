#include "tests/simulation/scene.h"

#include <fmt/format.h>

namespace kopilka::simulation {
namespace {

void register_organizations(Scene& scene) {
  struct Row {
    std::int64_t id;
    const char* kind;
    std::int64_t parent;
  };
  for (const Row& row : {Row{1, "central", 0}, Row{2, "regional", 1}, Row{3, "regional", 1},
                         Row{4, "territorial", 2}, Row{11, "primary", 4}, Row{12, "primary", 2},
                         Row{13, "primary", 3}}) {
    Command command = {{"command", "register_organization"},
                       {"organization_id", row.id},
                       {"kind", row.kind},
                       {"name", fmt::format("Организация {}", row.id)}};
    if (row.parent != 0) {
      command["parent_id"] = row.parent;
    }
    scene.opening.push_back(command);
  }
  scene.primaries = {11, 12, 13};
}

void admit_people(Scene& scene) {
  for (std::int64_t id = 1; id <= 8; ++id) {
    Person person;
    person.id = id;
    person.name = fmt::format("Член Номер {}", id);
    // The last one joins some weeks after the world began.
    const Day admitted_on =
        scene.today() + (id == 8 ? 20 : -scene.random.between(id == 7 ? 1 : 100, 900));
    scene.opening.push_back({{"command", "admit_member"},
                             {"member_id", id},
                             {"organization_id", scene.random.pick(scene.primaries)},
                             {"category", id % 3 == 0 ? "student" : "working"},
                             {"admitted_on", day_text(admitted_on)},
                             {"name", person.name}});
    scene.people.push_back(person);
  }
}

void give_cards_and_accounts(Scene& scene) {
  for (const Person& person : scene.people) {
    if (person.id == 8) {
      continue;  // not yet a member; cards come later by chance
    }
    IssuedCard card;
    card.number = fmt::format("{}", 400'000 + person.id);
    card.member = person.id;
    card.form = scene.random.pick_word({"virtual", "plastic"});
    if (scene.random.chance(25)) {
      card.valid_to = day_text(scene.today() + scene.random.between(30, 400));
    }
    Command command = {{"command", "issue_card"},
                       {"member_id", person.id},
                       {"number", card.number},
                       {"form", card.form}};
    if (card.valid_to) {
      command["valid_to"] = *card.valid_to;
    }
    scene.opening.push_back(command);
    scene.cards.push_back(card);
    if (person.id <= 6) {
      scene.opening.push_back({{"command", "open_account"},
                               {"member_id", person.id},
                               {"number", card.number},
                               {"name", person.name}});
    }
  }
}

Command terms(std::int64_t partner, const char* channel, const boost::json::array& tariffs,
              Day valid_from) {
  return {{"command", "publish_terms"}, {"partner_id", partner},
          {"channel", channel},         {"tariffs", tariffs},
          {"freeze_days", 30},          {"valid_from", day_text(valid_from)}};
}

boost::json::object percent_tariff(Scene& scene, const char* code) {
  const std::int64_t percent = scene.random.between(100, 3000);
  return {{"code", code},
          {"percent", fmt::format("{}.{:02}", percent / 100, percent % 100)},
          {"commission_percent",
           fmt::format("{}.{:04}", scene.random.between(1, 35), scene.random.between(0, 9999))}};
}

/// Three partners: plain; capped, with several tariffs and approval required; and one with fixed
/// rewards, leads and short windows.
void publish_first_terms(Scene& scene) {
  const Day from = scene.today() - 500;
  const boost::json::object fixed = {
      {"code", "fixed"}, {"fixed", "150.00"}, {"commission_fixed", "200.00"}};
  for (std::int64_t id = 1; id <= 3; ++id) {
    scene.opening.push_back({{"command", "register_partner"},
                             {"partner_id", id},
                             {"name", fmt::format("Магазин {}", id)}});
    scene.shops.push_back({id, "active", 0});
  }
  scene.opening.push_back(terms(1, "online", {percent_tariff(scene, "all")}, from));
  scene.opening.push_back(terms(1, "offline", {percent_tariff(scene, "all")}, from));
  scene.offers.push_back({1, "online", {"all"}, 30});
  scene.offers.push_back({1, "offline", {"all"}, 30});
  const boost::json::array several = {percent_tariff(scene, "a"), percent_tariff(scene, "b"),
                                      fixed};
  Command capped = terms(2, "online", several, from);
  capped["cap_per_order"] = fmt::format("{}.00", scene.random.between(50, 900));
  capped["cap_per_month"] = fmt::format("{}.50", scene.random.between(300, 2000));
  capped["release_policy"] = "require_approval";
  scene.opening.push_back(capped);
  Command monthly = terms(2, "offline", several, from);
  monthly["cap_per_month"] = fmt::format("{}.00", scene.random.between(100, 3000));
  monthly["freeze_days"] = scene.random.between(30, 60);
  scene.opening.push_back(monthly);
  scene.offers.push_back({2, "online", {"a", "b", "fixed"}, 30});
  scene.offers.push_back({2, "offline", {"a", "b", "fixed"}, 30});
  Command lead = terms(3, "lead", {fixed}, from);
  lead["window_days"] = 3;
  scene.opening.push_back(lead);
  Command mixed =
      terms(3, "offline", {{{"code", "m"}, {"percent", "1"}, {"commission_fixed", "7.77"}}}, from);
  mixed["valid_to"] = day_text(scene.today() + scene.random.between(60, 500));
  mixed["release_policy"] = "require_approval";
  scene.opening.push_back(mixed);
  scene.offers.push_back({3, "lead", {"fixed"}, 3});
  scene.offers.push_back({3, "offline", {"m"}, 30});
}

}  // namespace

std::int64_t Scene::member_id() {
  return random.chance(2) ? random.between(90, 99) : random.pick(people).id;
}

bool Scene::is_active(std::int64_t member) const {
  for (const Person& person : people) {
    if (person.id == member) {
      return person.status == "active";
    }
  }
  return false;
}

Told& Scene::some_action() {
  Told* told = &random.pick_recent(actions, 50);
  for (int tries = 0; tries < 3 && told->is_parked; ++tries) {
    told = &random.pick_recent(actions, 50);
  }
  return *told;
}

std::int64_t Scene::partner_id() {
  return random.chance(2) ? random.between(90, 99) : random.pick(shops).id;
}

std::string Scene::date_about_today() {
  switch (random.weighed({40, 25, 20, 10, 5})) {
    case 0:
      return day_text(today());
    case 1:
      return day_text(today() - random.between(1, 10));
    case 2:
      return day_text(today() + random.between(1, 10));
    case 3:
      return day_text(today() - random.between(10, 90));
    default:
      return day_text(today() - random.between(90, 2000));
  }
}

std::string Scene::spelled(Instant instant) {
  const std::string utc = instant_text(instant);
  switch (random.weighed({50, 40, 10})) {
    case 0:
      return utc;
    case 1: {
      const std::string moscow = instant_text(instant + 3 * kHour);
      return moscow.substr(0, moscow.size() - 1) + "+03:00";
    }
    default: {
      const std::string west = instant_text(instant - 3 * kHour - 30 * kMinute);
      return west.substr(0, west.size() - 1) + "-03:30";
    }
  }
}

Kopecks Scene::amount() {
  switch (random.weighed({12, 55, 20, 10, 2, 1})) {
    case 0:
      return random.between(1, 200);
    case 1:
      return random.between(10'00, 5'000'00);
    case 2:
      return random.between(1, 500) * 100'00;
    case 3:
      return random.between(5'000'00, 500'000'00);
    case 4:
      return random.between(1, kLargestAmount / 40);
    default:
      return kLargestAmount - random.between(0, 1);
  }
}

void build_world(Scene& scene) {
  register_organizations(scene);
  admit_people(scene);
  give_cards_and_accounts(scene);
  publish_first_terms(scene);
  for (int i = 0; i < 24; ++i) {
    scene.opening.push_back(add_some_destination(scene));
  }
}

}  // namespace kopilka::simulation

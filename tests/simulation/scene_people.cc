// Members, organisations, cards and accounts.

#include <fmt/format.h>

#include "tests/simulation/scene.h"

namespace kopilka::simulation {
namespace {

std::string some_category(Scene& scene) {
  return scene.random.pick_word(
      {"working", "student", "pensioner_nonworking", "temporarily_not_working"});
}

std::int64_t some_organization(Scene& scene) {
  if (scene.random.chance(90)) {
    return scene.random.pick(scene.primaries);
  }
  return scene.random.chance(50) ? scene.random.between(1, 4) : 77;
}

Command admit(Scene& scene, Person& person) {
  const std::string admitted_on = scene.date_about_today();
  Command command = {{"command", "admit_member"},
                     {"member_id", person.id},
                     {"organization_id", some_organization(scene)},
                     {"category", some_category(scene)},
                     {"admitted_on", admitted_on},
                     {"name", person.name}};
  if (scene.random.chance(35)) {
    command["tenure_from"] = day_text(*parse_day(admitted_on) - scene.random.between(-300, 600));
  }
  person.status = "active";
  return command;
}

Command transfer(Scene& scene, const Person& person) {
  return {{"command", "transfer_member"},
          {"member_id", person.id},
          {"to_organization_id", some_organization(scene)},
          {"effective_on", scene.date_about_today()}};
}

Command change_category(Scene& scene, const Person& person) {
  return {{"command", "change_member_category"},
          {"member_id", person.id},
          {"category", some_category(scene)},
          {"effective_on", scene.date_about_today()}};
}

Command suspend(Scene& scene, Person& person) {
  person.status = "suspended";
  return {{"command", "suspend_membership"},
          {"member_id", person.id},
          {"effective_on", scene.date_about_today()}};
}

Command reinstate(Scene& scene, Person& person) {
  person.status = "active";
  return {{"command", "reinstate_membership"},
          {"member_id", person.id},
          {"effective_on", scene.date_about_today()},
          {"reason", "вернулся"}};
}

Command terminate(Scene& scene, Person& person) {
  person.status = "terminated";
  return {{"command", "terminate_membership"},
          {"member_id", person.id},
          {"reason", scene.random.pick_word({"voluntary", "expelled", "graduated", "other"})},
          {"effective_on", scene.date_about_today()}};
}

}  // namespace

Command change_membership(Scene& scene) {
  Person stranger;
  stranger.id = scene.random.between(80, 89);
  stranger.name = "Новый Член";
  stranger.status = "terminated";
  std::size_t index = scene.random.next() % scene.people.size();
  for (std::size_t i = 0; i < scene.people.size(); ++i) {
    index = scene.people[i].status != "active" && scene.random.chance(40) ? i : index;
  }
  Person& person = scene.random.chance(8) ? stranger : scene.people[index];
  std::vector<int> weights = {30, 25, 20, 3, 10, 3};
  if (person.status == "suspended") {
    weights = {5, 5, 5, 70, 12, 3};
  } else if (person.status == "terminated") {
    weights = {4, 3, 3, 5, 5, 80};
  }
  switch (scene.random.weighed(weights)) {
    case 0:
      return transfer(scene, person);
    case 1:
      return change_category(scene, person);
    case 2:
      return suspend(scene, person);
    case 3:
      return reinstate(scene, person);
    case 4:
      return terminate(scene, person);
    default:
      return admit(scene, person);
  }
}

Command report_some_headcount(Scene& scene) {
  const std::int64_t employees = scene.random.between(0, scene.random.chance(5) ? 10'000'001 : 300);
  // Now and then more than there are employees.
  const std::int64_t pedagogues = scene.random.between(0, employees + (employees / 20));
  // Few dates, so that some are reported again.
  const int year = civil_of(scene.today()).year + static_cast<int>(scene.random.between(-1, 1));
  return {{"command", "report_headcount"},
          {"organization_id", some_organization(scene)},
          {"as_of", day_text(day_of({year, scene.random.chance(50) ? 1 : 9, 1}))},
          {"employees", employees},
          {"pedagogues", pedagogues},
          {"students", scene.random.between(0, 2'000)}};
}

Command elect_somebody(Scene& scene) {
  Elected elected;
  elected.organization = some_organization(scene);
  elected.member = scene.member_id();
  elected.role = scene.random.pick_word({"chair", "chair", "deputy", "committee", "audit"});
  const std::string from = scene.date_about_today();
  elected.from = *parse_day(from);
  scene.officers.push_back(elected);
  Command command = {{"command", "elect_officer"},
                     {"organization_id", elected.organization},
                     {"member_id", elected.member},
                     {"role", elected.role},
                     {"from", from}};
  if (scene.random.chance(70)) {
    // Now and then over before it begins.
    command["to"] = day_text(elected.from + scene.random.between(-1, 60));
  }
  if (scene.random.chance(30)) {
    command["full_time"] = scene.random.chance(50);
  }
  return command;
}

Command end_some_term(Scene& scene) {
  if (scene.officers.empty()) {
    return elect_somebody(scene);
  }
  const Elected elected = scene.random.pick_recent(scene.officers, 8);
  const bool is_undone = scene.random.chance(15);
  const Day day = is_undone ? elected.from : elected.from + scene.random.between(-2, 40);
  return {{"command", "end_officer_term"},
          {"organization_id",
           scene.random.chance(95) ? elected.organization : some_organization(scene)},
          {"member_id", scene.random.chance(95) ? elected.member : scene.member_id()},
          {"role", elected.role},
          {"effective_on", day_text(day)}};
}

Command pay_some_dues(Scene& scene) {
  const Day paid_on = *parse_day(scene.date_about_today());
  // The month of the payment or one nearby, so that some are paid again.
  const Day period = paid_on + scene.random.between(-70, 40);
  const std::int64_t base = scene.random.between(0, 90'000'00);
  return {{"command", "pay_dues"},
          {"member_id", scene.member_id()},
          {"period", month_text(period)},
          {"base", money_text(base)},
          {"percent", scene.random.chance(98) ? "1" : "100.5"},
          {"amount", money_text(share_of(base, 10'000))},
          {"paid_on", day_text(paid_on)}};
}

Command open_or_repeat_account(Scene& scene) {
  const Person& person = scene.random.pick(scene.people);
  Command command = {{"command", "open_account"},
                     {"member_id", scene.random.chance(5) ? scene.member_id() : person.id}};
  if (scene.random.chance(60)) {
    command["number"] =
        scene.random.chance(5) ? "999999999" : scene.random.pick(scene.cards).number;
  }
  if (scene.random.chance(50)) {
    command["name"] = scene.random.chance(80) ? person.name : "Другой Человек";
  }
  return command;
}

Command issue_or_repeat_card(Scene& scene) {
  IssuedCard card;
  card.member = scene.member_id();
  card.number = fmt::format("{}", 500'000 + scene.number());
  card.form = scene.random.pick_word({"virtual", "plastic"});
  if (scene.random.chance(25)) {
    card.valid_to = day_text(scene.today() + scene.random.between(-5, 400));
  }
  const IssuedCard& known = scene.random.pick(scene.cards);
  if (scene.random.chance(40) && known.state == "good") {
    // The other form, the same form again, or the number of another member.
    card.number = known.number;
    card.valid_to = known.valid_to;
    card.member = scene.random.chance(70) ? known.member : card.member;
  } else if (scene.is_active(card.member)) {
    scene.cards.push_back(card);
  }
  Command command = {{"command", "issue_card"},
                     {"member_id", card.member},
                     {"number", card.number},
                     {"form", card.form}};
  if (card.valid_to) {
    command["valid_to"] = *card.valid_to;
  }
  return command;
}

Command block_some_card(Scene& scene) {
  IssuedCard& card = scene.random.pick_recent(scene.cards, 6);
  card.state = "blocked";
  const std::string number = scene.random.chance(95) ? card.number : "888888888";
  return {{"command", "block_card"}, {"number", number}, {"reason", "утеряна"}};
}

Command register_more(Scene& scene) {
  if (scene.random.chance(30)) {
    return {{"command", "register_partner"},
            {"partner_id", scene.random.between(1, 5)},
            {"name", "Ещё один"},
            {"categories", {"Книги", "Авто"}},
            {"currency", scene.random.pick_word({"RUB", "USD"})}};
  }
  const std::int64_t id = scene.random.chance(70) ? 100 + scene.number() : 12;
  const std::string kind = scene.random.pick_word({"regional", "territorial", "primary"});
  const std::int64_t parent = scene.random.pick(std::vector<std::int64_t>{1, 2, 3, 4, 11, 76});
  const bool is_sound = kind == "primary" && parent >= 1 && parent <= 4 && id != 12;
  if (is_sound && scene.primaries.size() < 6) {
    scene.primaries.push_back(id);
  }
  return {{"command", "register_organization"},
          {"organization_id", id},
          {"kind", kind},
          {"parent_id", parent},
          {"name", "Новая"},
          {"pilot", scene.random.chance(50)}};
}

}  // namespace kopilka::simulation

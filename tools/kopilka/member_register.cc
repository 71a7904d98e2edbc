#include "tools/kopilka/member_register.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/app/store.h"
#include "engine/codec/json_writer.h"
#include "engine/registry/queries.h"
#include "engine/system/system_random.h"
#include "engine/vault/sealing.h"
#include "tools/kopilka/shown.h"
#include "tools/kopilka/table.h"

namespace kopilka::tools {
namespace {

// Personal data, or why it cannot be read.
struct Person {
  vault::PersonalRecord record;
  std::string unreadable;  // empty: it was read
};

// What stands of a member on one day.
struct RegisterEntry {
  model::MemberId id;
  model::Date on;
  registry::Member member;
  std::string organization_name;
  std::vector<registry::Card> cards;
  registry::Dues dues;
  Person person;
};

Person read_person(const app::Reader& reader, model::MemberId id, const model::Sealed& sealed) {
  system::SystemRandom random;
  const auto vault = app::open_vault(reader.layout(), vault::Access::read_only, random);
  if (!vault) return {{}, vault.error().message};
  auto record = vault::open_personal(id, sealed, **vault);
  if (!record) return {{}, record.error().message};
  return {std::move(*record), {}};
}

Outcome<RegisterEntry> read_entry(const app::Reader& reader, model::MemberId id) {
  const auto& tables = reader.state().registry;
  KOPILKA_TRY_ASSIGN(auto member, reader.row(tables.members, id));
  if (!member) return no_such_member(reader, id);
  RegisterEntry entry{
      .id = id, .on = model::moscow_date(reader.recorded_at()), .member = std::move(*member)};
  KOPILKA_TRY_ASSIGN(
      const auto organization,
      reader.row(tables.organizations, registry::organization_on(entry.member, entry.on)));
  if (organization) entry.organization_name = organization->name;
  for (const auto& number : entry.member.cards) {
    KOPILKA_TRY_ASSIGN(auto card, reader.row(tables.cards, number));
    if (card) entry.cards.push_back(std::move(*card));
  }
  KOPILKA_TRY_ASSIGN(auto dues, reader.row(tables.dues, id));
  if (dues) entry.dues = std::move(*dues);
  KOPILKA_TRY_ASSIGN(const auto personal, reader.row(tables.personal, id));
  if (personal) entry.person = read_person(reader, id, personal->sealed);
  return entry;
}

void write_cards(codec::JsonWriter& out, const std::vector<registry::Card>& cards) {
  out.name("cards");
  out.begin_array();
  for (const auto& card : cards) {
    out.begin_object();
    out.member("forms", card.forms);
    out.member("blocked_at", card.blocked_at);
    out.end_object();
  }
  out.end_array();
}

void write_dues(codec::JsonWriter& out, const registry::Dues& dues) {
  out.name("dues");
  out.begin_array();
  for (const auto& payment : dues.payments) {
    out.begin_object();
    out.member("period", payment.period);
    out.member("organization_id", payment.organization);
    out.member("base", payment.base);
    out.member("percent", payment.rate);
    out.member("amount", payment.amount);
    out.member("paid_on", payment.paid_on);
    out.end_object();
  }
  out.end_array();
}

std::string entry_json(const RegisterEntry& entry, model::Seq position) {
  const auto& member = entry.member;
  codec::JsonWriter out;
  out.begin_object();
  out.member("member_id", entry.id);
  out.member("organization_id", registry::organization_on(member, entry.on));
  out.member("organization_name", entry.organization_name);
  out.member("category", registry::category_on(member, entry.on));
  out.member("status", status_name(registry::status_on(member, entry.on)));
  out.member("admitted_on", member.admitted_on);
  out.member("tenure_from", member.tenure_from);
  out.member("sex", member.sex);
  out.member("pedagogue", member.pedagogue);
  out.member("account_opened_at", member.account_opened_at);
  write_cards(out, entry.cards);
  write_dues(out, entry.dues);
  out.member("name", entry.person.record.name);
  out.member("phone", entry.person.record.phone);
  out.member("email", entry.person.record.email);
  out.member("birth_date", entry.person.record.birth_date);
  if (!entry.person.unreadable.empty()) out.member("personal_data", entry.person.unreadable);
  out.member("position", position_text(position));
  out.end_object();
  return out.take();
}

std::string shown_card(const registry::Card& card) {
  std::string text;
  for (const auto& form : card.forms) {
    text += text.empty() ? "" : ", ";
    text += model::name_of(form.form);
    if (form.valid_to) text += " to " + shown(*form.valid_to);
  }
  if (card.blocked_at) text += "; blocked " + shown(*card.blocked_at);
  return text;
}

std::string shown_dues(const registry::Dues& dues) {
  if (dues.payments.empty()) return "none paid";
  const auto& latest = dues.payments.back();
  return fmt::format("paid for {}, the latest {}: {} on {}",
                     shown_count(dues.payments.size(), "month"), shown(latest.period),
                     shown(latest.amount), shown(latest.paid_on));
}

std::string entry_text(const RegisterEntry& entry, const Console& console) {
  const auto& member = entry.member;
  const auto& record = entry.person.record;
  Table table({{""}, {""}});
  const auto line = [&](std::string what, std::string value) {
    table.add({"  " + std::move(what), std::move(value)});
  };
  const auto if_there = [&](std::string what, const std::optional<std::string>& value) {
    if (value) line(std::move(what), *value);
  };
  if_there("name", record.name);
  if_there("phone", record.phone);
  if_there("e-mail", record.email);
  if (record.birth_date) line("born", shown(*record.birth_date));
  if (!entry.person.unreadable.empty())
    line("personal data", "not readable: " + entry.person.unreadable);
  line("organisation", fmt::format("{} ({})", entry.organization_name,
                                   registry::organization_on(member, entry.on).value()));
  line("category", std::string(model::name_of(registry::category_on(member, entry.on))) +
                       (member.pedagogue ? ", pedagogue" : ""));
  line("status", std::string(status_name(registry::status_on(member, entry.on))));
  line("admitted on", shown(member.admitted_on));
  line("tenure from", shown(member.tenure_from));
  line("account", member.account_opened_at ? "opened " + shown(*member.account_opened_at) : "none");
  if (entry.cards.empty()) line("card", "none");
  for (const auto& card : entry.cards)
    line("card", shown_card(card));
  line("dues", shown_dues(entry.dues));
  return table.text(console);
}

}  // namespace

std::string_view status_name(registry::MembershipStatus status) {
  switch (status) {
    case registry::MembershipStatus::active:
      return "active";
    case registry::MembershipStatus::suspended:
      return "suspended";
    case registry::MembershipStatus::terminated:
      return "terminated";
    case registry::MembershipStatus::none:
      break;
  }
  return "not yet admitted";
}

std::unexpected<Failure> no_such_member(const app::Reader& reader, model::MemberId id) {
  return not_found("member_not_found", fmt::format("no member {} is on the register at position {}",
                                                   id.value(), reader.position().value()));
}

Outcome<ExitCode> show_member(Program& program, model::MemberId id) {
  KOPILKA_TRY_ASSIGN(const auto reader, open_reader(program.settings));
  KOPILKA_TRY_ASSIGN(const auto entry, read_entry(*reader, id));
  const auto& console = program.console;
  if (program.settings.json)
    console.print(entry_json(entry, reader->position()) + "\n");
  else
    console.print(console.bold(fmt::format("Member {}", id.value())) + "\n" +
                  entry_text(entry, console) + console.dim(stand_of(*reader)) + "\n");
  return ExitCode::done;
}

}  // namespace kopilka::tools

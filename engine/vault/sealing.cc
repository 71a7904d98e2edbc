#include "engine/vault/sealing.h"

#include <utility>
#include <variant>
#include <vector>

#include "engine/base/check.h"
#include "engine/vault/destination.h"
#include "engine/vault/normal_name.h"
#include "engine/vault/personal_record.h"
#include "engine/vault/secret.h"

namespace kopilka::vault {
namespace {

using base::Bytes;
using base::Result;
using model::ClearText;
using ports::HashPurpose;

void take_out(ClearText& clear) {
  wipe(clear.text);
}
void take_out(std::optional<ClearText>& clear) {
  if (clear) wipe(clear->text);
  clear.reset();
}

std::optional<std::string> text_of(const std::optional<ClearText>& clear) {
  return clear ? std::optional(clear->text) : std::nullopt;
}

model::LookupHash number_hash(const ClearText& number, ports::KeyVault& vault) {
  return vault.lookup_hash(HashPurpose::card_number, number.text);
}

model::LookupHash name_hash(const ClearText& name, ports::KeyVault& vault) {
  Bytes normal = normal_name(name.text);
  const model::LookupHash hash = vault.lookup_hash(HashPurpose::member_name, normal);
  wipe(normal);
  return hash;
}

// One place for each kind of command that holds personal data; the others need nothing done.
class Sealer {
 public:
  explicit Sealer(ports::KeyVault& vault) : vault_(vault) {}

  Result<void> operator()(const auto&) { return {}; }

  Result<void> operator()(model::AdmitMember& admission) {
    PersonalRecord record{text_of(admission.name), text_of(admission.phone),
                          text_of(admission.email), admission.birth_date};
    if (record == PersonalRecord()) return {};
    Bytes clear = encode_record(record);
    Result<model::Sealed> sealed = vault_.seal(admission.member, clear);
    wipe(clear);
    for (auto* field : {&record.name, &record.phone, &record.email})
      if (*field) wipe(**field);
    KOPILKA_TRY_ASSIGN(admission.personal, std::move(sealed));
    if (admission.name) admission.name_hash = name_hash(*admission.name, vault_);
    if (admission.birth_date) admission.birth_month = model::month_number(*admission.birth_date);
    take_out(admission.name);
    take_out(admission.phone);
    take_out(admission.email);
    admission.birth_date.reset();
    return {};
  }

  Result<void> operator()(model::IssueCard& card) {
    card.number_hash = number_hash(card.number, vault_);
    take_out(card.number);
    return {};
  }

  Result<void> operator()(model::BlockCard& card) {
    card.number_hash = number_hash(card.number, vault_);
    take_out(card.number);
    return {};
  }

  Result<void> operator()(model::OpenAccount& account) {
    if (account.number) account.number_hash = number_hash(*account.number, vault_);
    if (account.name) account.name_hash = name_hash(*account.name, vault_);
    take_out(account.number);
    take_out(account.name);
    return {};
  }

  Result<void> operator()(model::ReportPurchase& purchase) {
    if (purchase.card_number) purchase.card = number_hash(*purchase.card_number, vault_);
    take_out(purchase.card_number);
    return {};
  }

  Result<void> operator()(model::AddDestination& addition) {
    std::optional<Destination> destination =
        parse_destination(addition.method, addition.value.text);
    if (destination) {
      // The same number may be a phone and a wallet: they are two destinations.
      Bytes hashed(1, static_cast<char>(addition.method));
      hashed += destination->value;
      const model::LookupHash hash = vault_.lookup_hash(HashPurpose::destination, hashed);
      Result<model::Sealed> boxed = vault_.seal_for_processor(destination->value);
      wipe(hashed);
      wipe(destination->value);
      KOPILKA_TRY_ASSIGN(model::Sealed value, std::move(boxed));
      addition.sealed =
          model::SealedDestination{std::move(destination->mask), hash, std::move(value)};
    }
    take_out(addition.value);
    return {};
  }

 private:
  ports::KeyVault& vault_;
};

// Looks at every field by the command's own description, so a field that is added later is seen.
class ClearTextFinder {
 public:
  void required(std::string_view name, const auto& value, const auto&...) { look(name, value); }
  void optional(std::string_view name, const auto& value, const auto&...) { look(name, value); }
  void defaulted(std::string_view name, const auto& value, const auto&...) { look(name, value); }
  void signed_money(std::string_view, const auto&) {}
  void texts(std::string_view, const auto&, const auto&...) {}
  void dates(std::string_view, const auto&, const auto&...) {}
  template <class Item>
  void items(std::string_view, const std::vector<Item>& items, const auto&...) {
    for (const Item& item : items)
      Item::describe(item, *this);
  }
  [[nodiscard]] bool has_found() const { return has_found_; }

 private:
  void look(std::string_view, const auto&) {}
  void look(std::string_view, const ClearText& clear) { has_found_ |= !clear.text.empty(); }
  void look(std::string_view, const std::optional<ClearText>& clear) {
    has_found_ |= clear.has_value();
  }
  // A day of birth names a person; that a command is dated does not.
  void look(std::string_view name, const std::optional<model::Date>& date) {
    has_found_ |= name == "birth_date" && date.has_value();
  }

  bool has_found_{false};
};

}  // namespace

Result<void> seal_personal(model::Command& command, ports::KeyVault& vault) {
  KOPILKA_TRY(std::visit(Sealer(vault), command));
  KOPILKA_CHECK(!holds_clear_text(command));
  return {};
}

bool holds_clear_text(const model::Command& command) {
  ClearTextFinder finder;
  std::visit([&]<class Kind>(const Kind& kind) { Kind::describe(kind, finder); }, command);
  return finder.has_found();
}

Result<PersonalRecord> open_personal(model::MemberId member, const model::Sealed& sealed,
                                     ports::KeyVault& vault) {
  KOPILKA_TRY_ASSIGN(Bytes clear, vault.open(member, sealed));
  Result<PersonalRecord> record = decode_record(clear);
  wipe(clear);
  return record;
}

}  // namespace kopilka::vault

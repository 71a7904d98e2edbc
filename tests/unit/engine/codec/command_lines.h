#pragma once

#include <string>
#include <string_view>

// A good line of every command, without `at`, for tests that read or spoil it.
namespace kopilka::codec::test {

struct GoodLine {
  std::string_view command;
  std::string_view line;  // every field named
};

inline constexpr GoodLine kGoodLines[] = {
    {"register_organization", R"({"command":"register_organization","key":"k","organization_id":3,)"
                              R"("kind":"primary","parent_id":2,"name":"Школа 5","district":"ЦФО",)"
                              R"("city":"Тверь","inn":"6950000000","pilot":true})"},
    {"admit_member", R"({"command":"admit_member","key":"k","member_id":42,)"
                     R"("organization_id":3,"category":"working","admitted_on":"2019-01-10",)"
                     R"("tenure_from":"2018-01-10","sex":"f","birth_date":"1980-02-03",)"
                     R"("pedagogue":true,"name":"Анна","phone":"+79991234567",)"
                     R"("email":"a@b.ru"})"},
    {"transfer_member", R"({"command":"transfer_member","key":"k","member_id":42,)"
                        R"("to_organization_id":4,"effective_on":"2019-02-01"})"},
    {"change_member_category", R"({"command":"change_member_category","key":"k","member_id":42,)"
                               R"("category":"student","effective_on":"2019-02-01"})"},
    {"suspend_membership", R"({"command":"suspend_membership","key":"k","member_id":42,)"
                           R"("effective_on":"2019-02-01","reason":"leave"})"},
    {"reinstate_membership", R"({"command":"reinstate_membership","key":"k","member_id":42,)"
                             R"("effective_on":"2019-03-01","reason":"back"})"},
    {"terminate_membership", R"({"command":"terminate_membership","key":"k","member_id":42,)"
                             R"("reason":"left_industry","effective_on":"2019-04-01"})"},
    {"elect_officer", R"({"command":"elect_officer","key":"k","organization_id":3,"member_id":42,)"
                      R"("role":"deputy","from":"2019-02-01","to":"2024-01-31","full_time":true})"},
    {"end_officer_term", R"({"command":"end_officer_term","key":"k","organization_id":3,)"
                         R"("member_id":42,"role":"deputy","effective_on":"2020-02-01"})"},
    {"report_headcount", R"({"command":"report_headcount","key":"k","organization_id":3,)"
                         R"("as_of":"2019-01-01","employees":120,"pedagogues":80,)"
                         R"("students":900})"},
    {"pay_dues", R"({"command":"pay_dues","key":"k","member_id":42,"period":"2019-02",)"
                 R"("base":"30000.00","percent":"1","amount":"300.00","paid_on":"2019-03-05"})"},
    {"issue_card", R"({"command":"issue_card","key":"k","member_id":42,)"
                   R"("number":"1234567890","form":"virtual","valid_to":"2025-01-01"})"},
    {"block_card", R"({"command":"block_card","key":"k","number":"1234567890","reason":"lost"})"},
    {"open_account", R"({"command":"open_account","key":"k","member_id":42,)"
                     R"("number":"1234567890","name":"Анна"})"},
    {"register_partner", R"({"command":"register_partner","key":"k","partner_id":7,)"
                         R"("name":"Лабиринт","network":"admitad","currency":"RUB",)"
                         R"("categories":["books"],"cities":["Тверь","Москва"]})"},
    {"publish_terms", R"({"command":"publish_terms","key":"k","partner_id":7,)"
                      R"("channel":"online","tariffs":[{"code":"base","percent":"8.5",)"
                      R"("commission_percent":"10"},{"code":"lead","fixed":"100.00",)"
                      R"("commission_fixed":"120.00"}],"freeze_days":30,"window_days":45,)"
                      R"("cap_per_order":"500.00","cap_per_month":"1000.00",)"
                      R"("release_policy":"require_approval","valid_from":"2019-01-01",)"
                      R"("valid_to":"2019-12-31"})"},
    {"suspend_partner", R"({"command":"suspend_partner","key":"k","partner_id":7,)"
                        R"("effective_on":"2019-05-01","reason":"late"})"},
    {"resume_partner", R"({"command":"resume_partner","key":"k","partner_id":7,)"
                       R"("effective_on":"2019-06-01","reason":"paid"})"},
    {"register_click", R"({"command":"register_click","key":"k","member_id":42,"partner_id":7,)"
                       R"("channel":"lead","click_id":"c-1_A"})"},
    {"report_purchase", R"({"command":"report_purchase","key":"k","partner_id":7,)"
                        R"("action_id":"A-1","order_id":"O-1","status":"new",)"
                        R"("status_at":"2019-03-01T12:20:00+03:00",)"
                        R"("purchase_at":"2019-03-01T12:15:00.5+03:00","click_id":"c1",)"
                        R"("currency":"USD","fx_rate":"66.1234","lines":[{"line":1,)"
                        R"("amount":"10.10","tariff":"base"},{"line":2,"amount":"0.00"}],)"
                        R"("delivery":"3.00","reason":"r"})"},
    {"open_business_day", R"({"command":"open_business_day","key":"k","date":"2019-04-01"})"},
    {"publish_calendar", R"({"command":"publish_calendar","key":"k","year":2019,)"
                         R"("days_off":["2019-05-09"],"working_weekends":["2019-05-04"]})"},
    {"add_destination", R"({"command":"add_destination","key":"k","member_id":42,)"
                        R"("method":"phone","value":"+79991234567","destination_id":"d1"})"},
    {"request_withdrawal", R"({"command":"request_withdrawal","key":"k","member_id":42,)"
                           R"("method":"card","amount":"1000.00","destination_id":"d1"})"},
    {"cancel_withdrawal", R"({"command":"cancel_withdrawal","key":"k","withdrawal_id":77})"},
    {"send_withdrawal", R"({"command":"send_withdrawal","key":"k","ext_ref":"abcdefgh12345678",)"
                        R"("processor":"bank"})"},
    {"mark_withdrawal_unknown",
     R"({"command":"mark_withdrawal_unknown","key":"k","member_id":42,"request_key":"w1"})"},
    {"settle_withdrawal", R"({"command":"settle_withdrawal","key":"k","withdrawal_id":77,)"
                          R"("processor_ref":"r1","processor_fee":"40.50"})"},
    {"reject_withdrawal", R"({"command":"reject_withdrawal","key":"k","withdrawal_id":77,)"
                          R"("processor_ref":"r1","code":"no such card"})"},
    {"return_withdrawal", R"({"command":"return_withdrawal","key":"k","withdrawal_id":77,)"
                          R"("processor_ref":"r1","code":"closed"})"},
    {"place_hold", R"({"command":"place_hold","key":"k","scope":"purchase","partner_id":7,)"
                   R"("action_id":"A-1","rule":"fraud"})"},
    {"lift_hold", R"({"command":"lift_hold","key":"k","scope":"destination",)"
                  R"("member_id":42,"destination_id":"d1","rule":"fraud"})"},
    {"adjust_balance", R"({"command":"adjust_balance","key":"k","member_id":42,)"
                       R"("amount":"-5.00","reason":"error","approvers":["a","b"]})"},
};

// The same line with one piece of it replaced; the piece must be there.
inline std::string spoiled(std::string_view line, std::string_view piece, std::string_view with) {
  std::string text(line);
  const auto at = text.find(piece);
  if (at == std::string::npos) return "no such piece: " + std::string(piece);
  return text.replace(at, piece.size(), with);
}

inline std::string_view good_line(std::string_view command) {
  for (const auto& good : kGoodLines)
    if (good.command == command) return good.line;
  return {};
}

}  // namespace kopilka::codec::test

#include "tools/kopilka/demo_story.h"

namespace kopilka::tools {
namespace {

constexpr std::string_view kUnion =
    R"({"command":"register_organization","key":"org-1","at":"2019-01-09T10:00:00+03:00",)"
    R"("organization_id":1,"kind":"central","name":"Union of Education Workers"})"
    "\n"
    R"({"command":"register_organization","key":"org-10","at":"2019-01-09T10:01:00+03:00",)"
    R"("organization_id":10,"kind":"regional","parent_id":1,"name":"Example Region"})"
    "\n"
    R"({"command":"register_organization","key":"org-101","at":"2019-01-09T10:02:00+03:00",)"
    R"("organization_id":101,"kind":"primary","parent_id":10,"name":"School No. 7",)"
    R"("city":"Exampleville"})"
    "\n"
    R"({"command":"admit_member","key":"member-42","at":"2019-01-10T11:00:00+03:00",)"
    R"("member_id":42,"organization_id":101,"category":"working",)"
    R"("admitted_on":"2015-09-01","name":"Anna Example","phone":"+7 916 000-00-42",)"
    R"("pedagogue":true})"
    "\n"
    R"({"command":"issue_card","key":"card-42","at":"2019-01-10T11:05:00+03:00",)"
    R"("member_id":42,"number":"7700000042","form":"plastic"})"
    "\n"
    R"({"command":"open_account","key":"account-42","at":"2019-01-10T11:06:00+03:00",)"
    R"("member_id":42,"number":"7700000042","name":"anna example"})"
    "\n"
    R"({"command":"register_partner","key":"partner-7","at":"2019-01-15T12:00:00+03:00",)"
    R"("partner_id":7,"name":"Example Shop","network":"example-network"})"
    "\n"
    R"({"command":"publish_terms","key":"terms-7","at":"2019-01-15T12:01:00+03:00",)"
    R"("partner_id":7,"channel":"online","tariffs":[{"code":"goods","percent":"30",)"
    R"("commission_percent":"33"}],"freeze_days":30,"valid_from":"2019-01-16"})"
    "\n";

constexpr std::string_view kPurchase =
    R"({"command":"register_click","key":"click-1","at":"2019-03-01T12:00:00+03:00",)"
    R"("member_id":42,"partner_id":7,"click_id":"demo-click-1"})"
    "\n"
    R"({"command":"report_purchase","key":"purchase-1","at":"2019-03-01T12:20:00+03:00",)"
    R"("partner_id":7,"action_id":"A-1","status":"new",)"
    R"("status_at":"2019-03-01T12:20:00+03:00","purchase_at":"2019-03-01T12:15:00+03:00",)"
    R"("click_id":"demo-click-1","lines":[{"line":1,"amount":"14500.00"}]})"
    "\n"
    R"({"command":"report_purchase","key":"purchase-1-approved",)"
    R"("at":"2019-03-10T09:00:00+03:00","partner_id":7,"action_id":"A-1",)"
    R"("status":"approved","status_at":"2019-03-10T09:00:00+03:00",)"
    R"("purchase_at":"2019-03-01T12:15:00+03:00","click_id":"demo-click-1",)"
    R"("lines":[{"line":1,"amount":"13500.00"}]})"
    "\n"
    R"({"command":"report_purchase","key":"purchase-1-again",)"
    R"("at":"2019-03-10T09:05:00+03:00","partner_id":7,"action_id":"A-1",)"
    R"("status":"approved","status_at":"2019-03-10T09:00:00+03:00",)"
    R"("purchase_at":"2019-03-01T12:15:00+03:00","click_id":"demo-click-1",)"
    R"("lines":[{"line":1,"amount":"13500.00"}]})"
    "\n"
    R"({"command":"report_purchase","key":"purchase-1-late",)"
    R"("at":"2019-03-10T09:06:00+03:00","partner_id":7,"action_id":"A-1","status":"new",)"
    R"("status_at":"2019-03-01T12:20:00+03:00","purchase_at":"2019-03-01T12:15:00+03:00",)"
    R"("click_id":"demo-click-1","lines":[{"line":1,"amount":"14500.00"}]})"
    "\n"
    R"({"command":"report_purchase","key":"purchase-2","at":"2019-03-11T10:00:00+03:00",)"
    R"("partner_id":7,"action_id":"A-2","status":"new",)"
    R"("status_at":"2019-03-11T10:00:00+03:00","purchase_at":"2019-03-11T09:58:00+03:00",)"
    R"("click_id":"nobody-knows","lines":[{"line":1,"amount":"990.00"}]})"
    "\n";

constexpr std::string_view kPayout =
    R"({"command":"add_destination","key":"destination-1","at":"2019-03-31T20:00:00+03:00",)"
    R"("member_id":42,"method":"card","value":"4111111111111111"})"
    "\n"
    R"({"command":"request_withdrawal","key":"withdrawal-0",)"
    R"("at":"2019-03-31T20:01:00+03:00","member_id":42,"method":"card","amount":"4050.00"})"
    "\n"
    R"({"command":"request_withdrawal","key":"withdrawal-1",)"
    R"("at":"2019-04-01T09:00:00+03:00","member_id":42,"method":"card","amount":"4050.00"})"
    "\n"
    R"({"command":"send_withdrawal","key":"send-1","at":"2019-04-01T09:01:00+03:00",)"
    R"("member_id":42,"request_key":"withdrawal-1","processor":"example-bank"})"
    "\n"
    R"({"command":"settle_withdrawal","key":"settle-1","at":"2019-04-01T09:03:00+03:00",)"
    R"("member_id":42,"request_key":"withdrawal-1","processor_ref":"EB-1",)"
    R"("processor_fee":"40.50"})"
    "\n";

}  // namespace

std::vector<Scene> story() {
  return {
      {"A union, a shop, and a card",
       "Anna joins School No. 7, gets a card and opens an account. A shop promises its buyers\n"
       "30 % of the price and pays us 33 %; money is frozen for 30 days.",
       "demo-1.ndjson",
       kUnion,
       true,
       {{"member", "show", "42"}}},
      {"A purchase",
       "She clicks through to the shop and buys for 14 500,00. The shop takes one thing back and\n"
       "approves 13 500,00, says so twice (a duplicate), and its first message comes once more,\n"
       "late (stale). Another message names a click that nobody knows: it is kept, and holds no "
       "money.",
       "demo-2.ndjson",
       kPurchase,
       true,
       {{"member", "balance", "42"},
        {"purchase", "show", "7", "A-1"},
        {"purchase", "show", "7", "A-2"}}},
      {"The freeze ends, and the money goes out",
       "On 31 March nothing is available yet: her first request is refused. At midnight the "
       "freeze\n"
       "ends; the second request goes to the bank and is paid.",
       "demo-3.ndjson",
       kPayout,
       false,
       {{"member", "balance", "42"},
        {"member", "statement", "42"},
        {"member", "balance", "42", "--as-known", "2019-03-31T23:59:59+03:00"},
        {"withdrawal", "list"}}},
      {"The books, and the log",
       "Debits equal credits, and every event is in the chain.",
       "",
       "",
       true,
       {{"partner", "balance", "7"}, {"books", "trial-balance"}, {"log", "verify"}}},
  };
}

}  // namespace kopilka::tools

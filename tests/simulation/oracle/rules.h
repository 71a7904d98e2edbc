#pragma once

// How each command is judged, and what a day that opens brings. Every judge takes what is known,
// the typed fields, and the moment when the line was received; it changes the world only when it
// accepts.

#include "tests/simulation/oracle/verdict.h"
#include "tests/simulation/oracle/world.h"

namespace kopilka::simulation {

using Judge = Verdict (*)(World&, const Fields&, Instant);

/// Whether a day may be opened that is not the next one.
enum class Gaps { are_filled, are_refused };

// registry_rules.cc
Verdict register_organization(World& world, const Fields& fields, Instant at);
Verdict admit_member(World& world, const Fields& fields, Instant at);
Verdict transfer_member(World& world, const Fields& fields, Instant at);
Verdict change_member_category(World& world, const Fields& fields, Instant at);
Verdict suspend_membership(World& world, const Fields& fields, Instant at);
Verdict reinstate_membership(World& world, const Fields& fields, Instant at);
Verdict terminate_membership(World& world, const Fields& fields, Instant at);
Verdict report_headcount(World& world, const Fields& fields, Instant at);
Verdict elect_officer(World& world, const Fields& fields, Instant at);
Verdict end_officer_term(World& world, const Fields& fields, Instant at);
Verdict pay_dues(World& world, const Fields& fields, Instant at);

// card_rules.cc
Verdict issue_card(World& world, const Fields& fields, Instant at);
Verdict block_card(World& world, const Fields& fields, Instant at);
Verdict open_account(World& world, const Fields& fields, Instant at);

// partner_rules.cc
Verdict register_partner(World& world, const Fields& fields, Instant at);
Verdict publish_terms(World& world, const Fields& fields, Instant at);
Verdict suspend_partner(World& world, const Fields& fields, Instant at);
Verdict resume_partner(World& world, const Fields& fields, Instant at);
Verdict register_click(World& world, const Fields& fields, Instant at);

// purchase_rules.cc
Verdict report_purchase(World& world, const Fields& fields, Instant at);

// hold_rules.cc
Verdict place_hold(World& world, const Fields& fields, Instant at);
Verdict lift_hold(World& world, const Fields& fields, Instant at);

// withdrawal_rules.cc
Verdict add_destination(World& world, const Fields& fields, Instant at);
Verdict request_withdrawal(World& world, const Fields& fields, Instant at);
Verdict cancel_withdrawal(World& world, const Fields& fields, Instant at);
Verdict send_withdrawal(World& world, const Fields& fields, Instant at);
Verdict mark_withdrawal_unknown(World& world, const Fields& fields, Instant at);
Verdict settle_withdrawal(World& world, const Fields& fields, Instant at);
Verdict reject_withdrawal(World& world, const Fields& fields, Instant at);
Verdict return_withdrawal(World& world, const Fields& fields, Instant at);
Verdict adjust_balance(World& world, const Fields& fields, Instant at);

// day_rules.cc
Verdict publish_calendar(World& world, const Fields& fields, Instant at);
Verdict open_business_day(World& world, const Fields& fields, Instant at, Gaps gaps);
/// Opens one day: releases what is due, then expires what stayed parked for too long.
void open_day(World& world, Day day);
/// Opens every day up to `day`; only that one when none is open yet.
void open_days_to(World& world, Day day);
/// Whether the third working day and the like count `day`.
bool is_working_day(const World& world, Day day);

}  // namespace kopilka::simulation

#pragma once

#include "engine/model/events_registry.h"
#include "engine/model/ids.h"
#include "engine/model/time.h"
#include "engine/registry/tables.h"

// Makes the rows say what an event says. Cannot fail, judges nothing, and depends on nothing but
// the rows, the event, its seq and its recorded_at.
namespace kopilka::registry {

void fold(Tables& tables, const model::OrganizationRegistered& event, model::Seq seq,
          model::Instant recorded_at);
// A readmission begins anew with its own organisation, category and tenure; what it does not say
// about the person (sex, month of birth, name, personal data) stands as it was known.
void fold(Tables& tables, const model::MemberAdmitted& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::MemberCategoryChanged& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::MemberTransferred& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::MembershipSuspended& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::MembershipReinstated& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::MembershipTerminated& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::CardIssued& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::CardBlocked& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::AccountOpened& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::PartnerRegistered& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::TermsPublished& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::PartnerSuspended& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::PartnerResumed& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::CalendarPublished& event, model::Seq seq,
          model::Instant recorded_at);
// Takes the place of what was reported for the same date.
void fold(Tables& tables, const model::HeadcountReported& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::OfficerElected& event, model::Seq seq,
          model::Instant recorded_at);
// A term that is over before it began is forgotten.
void fold(Tables& tables, const model::OfficerTermEnded& event, model::Seq seq,
          model::Instant recorded_at);
void fold(Tables& tables, const model::DuesPaid& event, model::Seq seq, model::Instant recorded_at);

}  // namespace kopilka::registry

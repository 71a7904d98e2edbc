#pragma once

#include "engine/model/ids.h"
#include "engine/model/personal.h"
#include "engine/registry/rows.h"
#include "engine/state/table.h"

namespace kopilka::registry {

// The register. Tags of its tables are capital letters. Not shared between threads.
struct Tables {
  state::Table<model::OrganizationId, Organization> organizations{'O'};
  state::Table<model::MemberId, Member> members{'M'};
  state::Table<model::MemberId, Personal> personal{'P'};
  state::Table<model::LookupHash, Card> cards{'C'};  // by the hash of the number
  state::Table<model::PartnerId, Partner> partners{'N'};
  state::Table<model::TermsId, Terms> terms{'T'};
  state::Table<Year, Calendar> calendars{'Y'};
  state::Table<model::OrganizationId, Headcounts> headcounts{'H'};
  state::Table<model::OrganizationId, Officers> officers{'E'};  // elected
  state::Table<model::MemberId, Dues> dues{'D'};

  void for_each_table(auto&& visit) { visit_all(*this, visit); }
  void for_each_table(auto&& visit) const { visit_all(*this, visit); }

 private:
  static void visit_all(auto& self, auto& visit) {
    visit(self.organizations);
    visit(self.members);
    visit(self.personal);
    visit(self.cards);
    visit(self.partners);
    visit(self.terms);
    visit(self.calendars);
    visit(self.headcounts);
    visit(self.officers);
    visit(self.dues);
  }
};

}  // namespace kopilka::registry

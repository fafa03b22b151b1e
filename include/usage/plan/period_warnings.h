#pragma once

#include <string>
#include <vector>

#include "usage/ledger/records.h"
#include "usage/model/warning.h"
#include "usage/plan/meeting.h"

namespace usage {

// What a person should know of other periods before this one is billed: "same-content-earlier" and "same-total-earlier"
// (the file may be last month's), "unknown-left-earlier" and "unbilled-left-earlier". `runs`: all of the ledger, oldest
// first; `totals`: every row of the new files, as planned; a total is compared without the rows that are left out.
std::vector<Warning> warnings_of_other_periods(const Scope& scope, const std::string& content_digest,
                                               const std::vector<Total>& totals, const std::vector<RunInfo>& runs,
                                               const std::vector<OpenCharges>& open);

// Whether it is another account, or another endpoint, whose charges could be meant by a mistake; a rehearsal on
// loopback is no other endpoint's business.
bool is_elsewhere(const Scope& known, const Scope& here);

// "installations-elsewhere": an installation belongs to one account, so that what other accounts were charged for is
// perhaps uploaded once more, under a wrong account SID. `known`: for each installation that is to be billed, the
// scopes in which it was charged, if any; where this one is among them it is at home here, too.
std::vector<Warning> warnings_of_other_accounts(const Scope& scope, const std::vector<std::vector<Scope>>& known);

// "met-without-reference".
std::vector<Warning> warnings_of_meeting(const UsageInput& input, const Meeting& meeting);

}  // namespace usage

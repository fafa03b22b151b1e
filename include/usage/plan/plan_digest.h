// The digest of a plan: what a person approves, and an upload must be, to the last row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "usage/plan/plan.h"

namespace usage {

// Each part is SHA-256, cut to what is enough to tell one plan of a file from another; `all` is over the whole of the
// others and proves the rest.
struct PlanDigest {
  std::string scope;    // ledger, endpoint, account and period
  std::string content;  // the files' rows, as digest_of_content has them
  std::string sent;     // each row that is sent, in which request and place, for which charge, additional to what
  std::string unsent;   // each other row, and why it is not sent, by status
  std::string all;
  friend bool operator==(const PlanDigest&, const PlanDigest&) = default;
};

// What the upload may send once more although the endpoint did not promise that it was not processed; none as a rule.
struct SendingWaivers {
  bool retry_503 = false;
  unsigned reposts = 0;  // of items that were not submitted
};

PlanDigest digest_of_plan(const std::string& ledger_id, const Scope& scope, const UsageInput& input, const Plan& plan,
                          SendingWaivers waivers = {});

// Five groups of hex digits with hyphens between them; nothing where the text has another form.
std::string text_of(const PlanDigest& digest);
std::optional<PlanDigest> read_plan_digest(std::string_view text);

// In what two digests differ, in words: "the rows of the files", ...; empty where they are equal.
std::vector<std::string> differences(const PlanDigest& approved, const PlanDigest& now);

// A plan that has something to send, other than the one that was approved.
std::optional<Refusal> refuse_other_plan(const PlanDigest& approved, const PlanDigest& now);

}  // namespace usage

#include "usage/plan/plan_facts.h"

#include <algorithm>

#include "usage/base/text.h"

namespace usage {

std::string agreed_control_totals(const Plan& plan) {
  const ControlTotals& given = plan.control_totals;
  const bool differs = std::ranges::any_of(plan.refusals, [](const Refusal& refusal) {
    return refusal.name == "control-total" || refusal.name == "control-rows";
  });
  if (differs) return "";
  std::string totals = given.rows ? count_of(*given.rows, "row", "rows") : "";
  for (const auto& [currency, amount] : given.amounts)
    totals += (totals.empty() ? "" : ", ") + money_text(amount, currency);
  return totals;
}

std::vector<Warning> facts_to_record(const Plan& plan) {
  std::vector<Warning> facts;
  if (const std::string totals = agreed_control_totals(plan); !totals.empty())
    facts.push_back({std::string(kControlTotalsAgreed), totals});
  for (const auto& [currency, sum] : plan.additional)
    facts.push_back({std::string(kAdditionalAllowed),
                     count_of(sum.rows, "row", "rows") + ", " + money_text(sum.amount, currency) +
                         ", on top of what the period had of the same items (--allow-additional)"});
  return facts;
}

}  // namespace usage

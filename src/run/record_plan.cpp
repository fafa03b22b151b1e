#include "usage/run/record_plan.h"

#include "usage/marketplace/usage_api.h"
#include "usage/plan/plan_facts.h"

namespace usage {
namespace {

std::vector<BillableItem> items_of(const UsageInput& input, const InstallationUsage& request) {
  std::vector<BillableItem> items;
  items.reserve(request.rows.size());
  for (const std::uint32_t i : request.rows)
    items.push_back({input.billing_sids[input.rows[i].billing_sid], input.rows[i].quantity});
  return items;
}

}  // namespace

RunInfo record_plan(Ledger& ledger, const UsageInput& input, const Plan& plan, NewRun run) {
  run.content_digest = plan.meeting.content_digest;
  run.files = input.files;
  run.input_totals = plan.totals;
  run.warnings = input.warnings;
  for (Warning& fact : facts_to_record(plan)) run.warnings.push_back(std::move(fact));
  ledger.begin_run(run);
  std::uint32_t number = 0;
  for (const InstallationUsage& request : plan.requests)
    ledger.add_request(++number, input.installations[request.installation], usage_body(items_of(input, request)));
  each_planned_row(input, plan, [&](const NewRow& row) { ledger.add_row(row); });
  return ledger.commit_run();
}

}  // namespace usage

#include "unsettled_rows.h"

#include <optional>
#include <string>
#include <string_view>

#include "charge_rules.h"
#include "charge_words.h"
#include "input_rows.h"
#include "usage/base/error.h"
#include "usage/base/text.h"
#include "usage/intake/row_name.h"

namespace usage {
namespace {

// A name that is no charge's of the period is refused by itself.
void require_settled(const std::string& place, std::string_view usage_row, const LedgerView& ledger) {
  if (usage_row.empty() || ledger.find_uncorrected(usage_row))
    throw RefusedError("usage-settle-unsettled",
                       place + ": usage_settle is filled in, and the row is no charge yet that could be settled",
                       "take the row out where it is not to be sent, or empty the cell");
  const std::optional<ScopedCharge> found = ledger.find_charge(usage_row);
  if (!found || !is_same_period(found->scope, ledger.scope)) return;
  const KnownCharge& charge = found->charge;
  if (charge_state(charge.status) != ChargeState::kUnbilled) return;
  throw RefusedError(
      "usage-settle-unsettled",
      place + ": usage_settle is filled in, and the charge is still to be sent (" + described(charge) + ")",
      "settle it first, with submitted or left-out as is true: usage-uploader settle " + shell_word(charge.run_name) +
          " --as left-out --row " + shell_word(usage_row) +
          " --by NAME --note TEXT; or empty the cell, also where that was decided otherwise since");
}

}  // namespace

void require_settled(const UsageInput& input, const LedgerView& ledger) {
  if (input.not_to_send.empty()) return;
  for (std::uint32_t i = 0; i < input.rows.size(); ++i)
    if (is_among(input.not_to_send, input.rows[i]))
      require_settled(row_name(input, input.rows[i]), usage_row_of(input, i), ledger);
  for (const InvalidRow& row : input.invalid)
    if (is_among(input.not_to_send, row))
      require_settled(place_name(input, row.file, row.place.line), row.usage_row, ledger);
}

}  // namespace usage

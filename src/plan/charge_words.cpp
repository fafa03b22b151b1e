#include "charge_words.h"

#include "charge_rules.h"
#include "usage/base/text.h"
#include "usage/model/reason_words.h"

namespace usage {

std::string described(const KnownCharge& charge) {
  std::string text = std::string(kRunWords) + charge.run_name + ", " + charge.place;
  if (charge.sent_at) text += ", sent " + rfc3339(*charge.sent_at);
  return text;
}

std::string content_of(const KnownCharge& charge) {
  return money_text(charge.quantity, charge.currency) + " for " + charge.billing_sid + " of " + charge.installation;
}

std::string worded_state(const KnownCharge& charge) {
  switch (charge_state(charge.status)) {
    case ChargeState::kBilled:
      return "submitted";
    case ChargeState::kInDoubt:
      return "in doubt";
    case ChargeState::kLeftOut:
      return "left out";
    case ChargeState::kUnbilled:
      break;
  }
  return charge.status == RowStatus::kNotSent ? "planned and not sent" : "not billed";
}

namespace {

std::string stands_by(const KnownCharge& charge) {
  const bool is_left_out = charge_state(charge.status) == ChargeState::kLeftOut;
  return worded_state(charge) + (is_left_out ? " of " : " by ") + described(charge);
}

}  // namespace

std::string described_beside(const KnownCharge& charge) {
  std::string text = money_text(charge.quantity, charge.currency);
  if (!charge.reference.empty()) text += " with the reference " + clean_text(charge.reference, 60);
  text += ", ";
  if (!charge.moved_from.empty())
    text += "which a correction moved to " + charge.billing_sid + " of " + charge.installation + ", ";
  return text + stands_by(charge);
}

std::string described_by_reference(const KnownCharge& charge) {
  return money_text(charge.quantity, charge.currency) + " with the reference " + clean_text(charge.reference, 60) +
         ", for " + charge.billing_sid + " of " + charge.installation + ", " + stands_by(charge);
}

std::string described_by_reference(const ScopedCharge& known, const Scope& here) {
  const bool is_here = ascii_equal_ignoring_case(known.scope.period, here.period);
  return described_by_reference(known.charge) + (is_here ? "" : ", in period " + known.scope.period);
}

}  // namespace usage

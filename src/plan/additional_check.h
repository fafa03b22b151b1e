// What a row that would be sent may be once more: a charge that is billed, in doubt or left out, or that another row
// of the upload corrects.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "charge_rules.h"
#include "other_lines.h"
#include "usage/plan/meeting.h"

namespace usage {

// An installation's charges, as its rows of one origin meet them.
struct ChargesHere {
  const std::vector<KnownCharge>& charges;
  GuardedItems items;
  ItemCharges named_unbilled;  // that rows of this upload name, to correct them, and that stand on an item or go there
};

// A row that would be sent, in place of `taken` where there is one.
struct RowToSend {
  RuleRow row;
  const std::string& installation;
  const std::string& billing_sid;
  const KnownCharge* taken = nullptr;
  std::vector<ChargePlace> places;      // where `taken` stood, or the invalid row that it corrects
  std::vector<std::string> references;  // the row's, and all that rows had which stood for `taken`
  Origin origin;
};

class AdditionalCheck {
 public:
  // All outlive this.
  AdditionalCheck(const LedgerView& ledger, const OtherLines& others) : ledger_(ledger), others_(others) {}

  // In words; nothing where the row is not additional.
  std::optional<std::string> words_beside(const RowToSend& row, const ChargesHere& here) const;

 private:
  std::optional<KnownCharge> beside_what(const RowToSend& row, const ChargesHere& here) const;
  std::optional<KnownCharge> billed_on_left_item(const RowToSend& row) const;
  std::optional<ScopedCharge> billed_elsewhere(const RowToSend& row) const;
  const GuardedItems& items_left(const std::string& installation, const Origin& origin) const;

  // The charges of an installation that rows of an origin leave.
  struct Left {
    std::string installation;
    Origin origin;
    std::vector<KnownCharge> charges;
    GuardedItems items;  // of these
  };
  const LedgerView& ledger_;
  const OtherLines& others_;
  mutable std::unique_ptr<Left> left_;  // asked for last: often many rows leave one
};

}  // namespace usage

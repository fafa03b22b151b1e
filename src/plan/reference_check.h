// One charge under two names: what failed, or was invalid, under wrong SIDs and was billed since, with the right ones,
// by a whole new export. Only its reference tells.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "charge_rules.h"
#include "other_lines.h"
#include "usage/plan/meeting.h"

namespace usage {

class BilledLines;

class ReferenceCheck {
 public:
  // A row that would be sent in the charge's place.
  struct Taker {
    std::uint32_t row = 0;
    std::vector<std::string> references;  // the row's, and all that rows had which stood for the charge
    KnownCharge taken;
    bool is_named = false;  // by its usage_row
  };
  // `billing_keys`: the sid_key of each of input.billing_sids. All outlive this.
  ReferenceCheck(const UsageInput& input, const std::vector<std::string>& billing_keys, const OtherLines& others)
      : input_(input), billing_keys_(billing_keys), others_(others) {}

  void takes(Taker taker);
  // A row makes the charge of the invalid row that it corrects: with the references of both.
  void corrects(std::vector<std::string> references, KnownCharge charge);
  void is_new(std::uint32_t row, const Origin& origin);  // it would be sent as a charge that was not made before

  // Rows that take the place of a charge of which a later run billed a reference (or has it in doubt, or is to send
  // it), anywhere in any period; unnamed rows of our own files whose reference was billed, in another period with the
  // row's installation or amount; new rows with a reference of a charge that a row beside them names, to correct it;
  // and new rows with reference and amount of a charge that no row of the upload meets (those are in `met`), billed on
  // other SIDs in the period, or in another on one of the row's two: an export in which the line's SIDs were corrected,
  // or its add-on was installed anew. Left out by a decision is as billed.
  std::vector<AdditionalRow> find(const LedgerView& ledger, const std::unordered_set<RowId>& met) const;

 private:
  using Rows = std::vector<std::uint32_t>;
  std::vector<std::string> references_to_ask_for() const;
  void find_billed(const LedgerView& ledger, const std::unordered_set<RowId>& met,
                   std::vector<AdditionalRow>& found) const;
  void find_new_as_billed(const Rows& rows, const BilledLines& billed, const LedgerView& ledger,
                          std::vector<AdditionalRow>& found) const;
  void find_beside_corrections(const Origin& origin, const Rows& rows, std::vector<AdditionalRow>& found) const;

  const UsageInput& input_;
  const std::vector<std::string>& billing_keys_;
  const OtherLines& others_;
  std::vector<Taker> takers_;
  std::vector<std::pair<std::vector<std::string>, KnownCharge>> corrections_;
  std::map<Origin, Rows> new_rows_;  // with a reference
};

}  // namespace usage

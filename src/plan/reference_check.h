// One charge under two names: what failed under wrong SIDs and was billed since, with the right ones, by a whole new
// export. Only its reference tells.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "usage/plan/meeting.h"

namespace usage {

class ReferenceCheck {
 public:
  // A row that would be sent in the charge's place.
  struct Taker {
    std::uint32_t row = 0;
    std::vector<std::string> references;  // the row's, and all that rows had which stood for the charge
    KnownCharge taken;
    bool is_named = false;  // by its usage_row
    bool is_asked = false;  // it is additional already
  };
  void takes(Taker taker);
  // The row would be sent as a charge of its own. The text outlives this.
  void is_new(std::uint32_t row, std::string_view reference);

  // Rows that take the place of a charge of which a later run billed a reference (or has it in doubt) anywhere in the
  // period; and new rows with a reference of a charge that a row beside them names, to correct it.
  std::vector<AdditionalRow> find(const LedgerView& ledger) const;

 private:
  struct NewRow {
    std::uint32_t row = 0;
    std::string_view reference;
  };

  void find_billed_since(const LedgerView& ledger, std::vector<AdditionalRow>& found) const;
  void find_beside_corrections(std::vector<AdditionalRow>& found) const;

  std::vector<Taker> takers_;
  std::vector<NewRow> new_rows_;
};

}  // namespace usage

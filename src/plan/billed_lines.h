// Lines of an accounting system that the ledger has billed, by their references.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "charge_rules.h"
#include "usage/ledger/records.h"

namespace usage {

// Lines are billed, in doubt, planned in an open run, or left out by a decision. Each question costs the same however
// many lines have one reference.
class BilledLines {
 public:
  // `met`: charges that rows of the upload meet, or take the place of.
  BilledLines(std::vector<ScopedCharge> lines, const Scope& here, const std::unordered_set<RowId>& met);
  BilledLines(const BilledLines&) = delete;
  BilledLines& operator=(const BilledLines&) = delete;

  // One with any of these references that a run after the charge's was the last to have; not the charge itself.
  const ScopedCharge* billed_after(const KnownCharge& charge, const std::vector<std::string>& references) const;
  // The one that an export's new row may be, with other SIDs: it has the row's reference, and has or had its amount; in
  // another period it also has the row's installation or billing SID. Nothing where several installations have such
  // lines: their reference is a text then, or a month's number.
  const ScopedCharge* may_be(const RuleRow& row, std::string_view installation_key) const;
  // The one that a row may be which names no charge in a file of ours: in another period with its installation or
  // amount.
  const ScopedCharge* may_be_unnamed(const RuleRow& row, std::string_view installation_key) const;

 private:
  // Lines that are alike: of those that are left out, and of the others, at most one of each of two installations a
  // currency, which is all that is asked for.
  class Alike {
   public:
    void add(const ScopedCharge& line);
    const ScopedCharge* of_one_installation(std::string_view currency) const;

   private:
    static void add_to(std::vector<const ScopedCharge*>& lines, const ScopedCharge& line);
    std::vector<const ScopedCharge*> billed_;
    std::vector<const ScopedCharge*> left_out_;
  };
  void add(const ScopedCharge& line, const Scope& here, const std::unordered_set<RowId>& met);
  const ScopedCharge* only_line(const std::string& mark, std::string_view currency) const;

  std::vector<ScopedCharge> lines_;
  std::unordered_map<std::string_view, std::vector<const ScopedCharge*>> by_reference_;  // billed last first
  std::unordered_map<std::string, Alike> alike_;                                         // by what they have in common
  std::unordered_map<std::string, const ScopedCharge*> first_;                           // likewise, met or not
};

}  // namespace usage

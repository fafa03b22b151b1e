// Lines of an accounting system that the ledger has billed, by their references.
#pragma once

#include <functional>
#include <map>
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
  // Of `lines`, which outlive this, those that a row may be. `met`: charges that rows of the upload meet, or take the
  // place of.
  BilledLines(const std::vector<ScopedCharge>& lines, const Scope& here, const std::unordered_set<RowId>& met,
              const std::function<bool(RowId)>& may_be);
  BilledLines(const BilledLines&) = delete;
  BilledLines& operator=(const BilledLines&) = delete;

  // One with any of these references that a run after the charge's was the last to have; not the charge itself.
  const ScopedCharge* billed_after(const KnownCharge& charge, const std::vector<std::string>& references) const;
  // The one that an export's new row may be, with other SIDs: it has the row's reference, and has or had its amount; in
  // another period it also has the row's installation or billing SID. Nothing where one run had such lines of several
  // installations: their reference is a text then, or a month's number.
  const ScopedCharge* may_be(const RuleRow& row, std::string_view installation_key) const;
  // The one that a row may be which names no charge in a file of ours: in another period with its installation or
  // amount.
  const ScopedCharge* may_be_unnamed(const RuleRow& row, std::string_view installation_key) const;

 private:
  // Lines that are alike, with one currency. Where one run made such charges of several installations, their reference
  // is a text; where several runs did, it is a line that moved.
  struct Alike {
    bool is_text = false;
    const ScopedCharge* youngest = nullptr;
    std::unordered_map<RunId, std::string> installation_in;  // by the run that made the charge; a sid_key
    void add(const ScopedCharge& line);
  };
  struct AlikeByCurrency {
    std::map<std::string, Alike> billed;
    std::map<std::string, Alike> left_out;
  };
  void add(const ScopedCharge& line, const Scope& here, const std::unordered_set<RowId>& met);
  void add_alike(const std::string& common, const ScopedCharge& line);
  const ScopedCharge* only_line(const std::string& mark, std::string_view currency) const;

  std::unordered_map<std::string_view, std::vector<const ScopedCharge*>> by_reference_;  // billed last first
  std::unordered_map<std::string, AlikeByCurrency> alike_;                               // by what they have in common
  std::unordered_map<std::string, const ScopedCharge*> first_;                           // likewise, met or not
};

}  // namespace usage

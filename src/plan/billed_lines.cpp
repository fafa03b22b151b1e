#include "billed_lines.h"

#include <algorithm>
#include <utility>

#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// What lines have in common: no reference, SID or amount has a line break.
template <class... Parts>
std::string mark(const Parts&... parts) {
  std::string text;
  ((text.append(parts) += '\n'), ...);
  return text;
}

std::string here_with_amount(std::string_view reference, const Quantity& amount) {
  return mark("here", reference, Amount(amount).text());
}

std::string elsewhere_with_amount(std::string_view reference, const Quantity& amount, std::string_view sid) {
  return mark("elsewhere", reference, Amount(amount).text(), sid);
}

std::vector<Quantity> amounts_of(const ScopedCharge& line) {
  if (line.had == line.charge.quantity) return {line.had};
  return {line.had, line.charge.quantity};
}

}  // namespace

BilledLines::BilledLines(const std::vector<ScopedCharge>& lines, const Scope& here,
                         const std::unordered_set<RowId>& met, const std::function<bool(RowId)>& may_be) {
  for (const ScopedCharge& line : lines)
    if (may_be(line.charge.charge)) add(line, here, met);
  for (auto& [reference, known] : by_reference_)
    std::ranges::stable_sort(known, std::ranges::greater(),
                             [](const ScopedCharge* line) { return billed_in(line->charge); });
}

void BilledLines::add(const ScopedCharge& line, const Scope& here, const std::unordered_set<RowId>& met) {
  const KnownCharge& charge = line.charge;
  const std::string installation = sid_key(charge.installation);
  const bool is_here = ascii_equal_ignoring_case(line.scope.period, here.period);
  const bool is_met = met.contains(charge.charge);
  by_reference_[charge.reference].push_back(&line);
  if (is_here) first_.try_emplace(mark("here", charge.reference), &line);
  first_.try_emplace(mark("installation", charge.reference, installation), &line);
  for (const Quantity& amount : amounts_of(line)) {
    first_.try_emplace(mark("amount", charge.reference, Amount(amount).text()), &line);
    if (is_met) continue;
    if (is_here) {
      add_alike(here_with_amount(charge.reference, amount), line);
    } else {
      add_alike(elsewhere_with_amount(charge.reference, amount, installation), line);
      add_alike(elsewhere_with_amount(charge.reference, amount, sid_key(charge.billing_sid)), line);
    }
  }
}

void BilledLines::add_alike(const std::string& common, const ScopedCharge& line) {
  AlikeByCurrency& alike = alike_[common];
  const bool is_left_out = charge_state(line.charge.status) == ChargeState::kLeftOut;
  (is_left_out ? alike.left_out : alike.billed)[line.charge.currency].add(line);
}

const ScopedCharge* BilledLines::billed_after(const KnownCharge& charge,
                                              const std::vector<std::string>& references) const {
  for (const std::string& reference : references) {
    const auto known = by_reference_.find(reference);
    if (known == by_reference_.end()) continue;
    for (const ScopedCharge* line : known->second) {
      if (billed_in(line->charge) <= charge.run) break;
      if (line->charge.charge != charge.charge) return line;
    }
  }
  return nullptr;
}

const ScopedCharge* BilledLines::may_be(const RuleRow& row, std::string_view installation_key) const {
  if (const auto* line = only_line(here_with_amount(row.reference, row.quantity), row.currency)) return line;
  for (const std::string_view sid : {installation_key, row.billing_key})
    if (const auto* line = only_line(elsewhere_with_amount(row.reference, row.quantity, sid), row.currency))
      return line;
  return nullptr;
}

const ScopedCharge* BilledLines::may_be_unnamed(const RuleRow& row, std::string_view installation_key) const {
  for (const std::string& common :
       {mark("amount", row.reference, Amount(row.quantity).text()), mark("here", row.reference),
        mark("installation", row.reference, installation_key)}) {
    const auto found = first_.find(common);
    if (found != first_.end()) return found->second;
  }
  return nullptr;
}

// What is left out tells nothing where one was billed: it may be that very line, billed under other SIDs since.
const ScopedCharge* BilledLines::only_line(const std::string& common, std::string_view currency) const {
  const auto found = alike_.find(common);
  if (found == alike_.end()) return nullptr;
  for (const auto* by_currency : {&found->second.billed, &found->second.left_out}) {
    const Alike* youngest = nullptr;
    for (const auto& [name, alike] : *by_currency) {
      if (!may_be_same(name, currency)) continue;
      if (alike.is_text) return nullptr;
      if (youngest == nullptr || billed_in(alike.youngest->charge) > billed_in(youngest->youngest->charge))
        youngest = &alike;
    }
    if (youngest != nullptr) return youngest->youngest;
  }
  return nullptr;
}

void BilledLines::Alike::add(const ScopedCharge& line) {
  const std::string installation = sid_key(line.charge.installation);
  const auto [known, is_new] = installation_in.try_emplace(line.charge.made_in, installation);
  if (!is_new && known->second != installation) is_text = true;
  if (youngest == nullptr || billed_in(line.charge) > billed_in(youngest->charge)) youngest = &line;
}

}  // namespace usage

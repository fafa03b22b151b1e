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

bool may_be_currency(std::string_view a, std::string_view b) {
  return a.empty() || b.empty() || a == b;
}

}  // namespace

BilledLines::BilledLines(std::vector<ScopedCharge> lines, const Scope& here, const std::unordered_set<RowId>& met)
    : lines_(std::move(lines)) {
  for (const ScopedCharge& line : lines_) add(line, here, met);
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
      alike_[here_with_amount(charge.reference, amount)].add(line);
    } else {
      alike_[elsewhere_with_amount(charge.reference, amount, installation)].add(line);
      alike_[elsewhere_with_amount(charge.reference, amount, sid_key(charge.billing_sid))].add(line);
    }
  }
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
       {mark("here", row.reference), mark("amount", row.reference, Amount(row.quantity).text()),
        mark("installation", row.reference, installation_key)}) {
    const auto found = first_.find(common);
    if (found != first_.end()) return found->second;
  }
  return nullptr;
}

const ScopedCharge* BilledLines::only_line(const std::string& common, std::string_view currency) const {
  const auto found = alike_.find(common);
  return found == alike_.end() ? nullptr : found->second.of_one_installation(currency);
}

void BilledLines::Alike::add(const ScopedCharge& line) {
  add_to(charge_state(line.charge.status) == ChargeState::kLeftOut ? left_out_ : billed_, line);
}

void BilledLines::Alike::add_to(std::vector<const ScopedCharge*>& lines, const ScopedCharge& line) {
  std::size_t of_currency = 0;
  for (const ScopedCharge* known : lines) {
    if (known->charge.currency != line.charge.currency) continue;
    if (++of_currency == 2 || sid_key(known->charge.installation) == sid_key(line.charge.installation)) return;
  }
  lines.push_back(&line);
}

// What is left out tells nothing where one was billed: it may be that very line, billed under other SIDs since.
const ScopedCharge* BilledLines::Alike::of_one_installation(std::string_view currency) const {
  const ScopedCharge* found = nullptr;
  for (const auto* lines : {&billed_, &left_out_}) {
    for (const ScopedCharge* line : *lines) {
      if (!may_be_currency(line->charge.currency, currency)) continue;
      if (found != nullptr && sid_key(found->charge.installation) != sid_key(line->charge.installation)) return nullptr;
      found = line;
    }
    if (found != nullptr) return found;
  }
  return nullptr;
}

}  // namespace usage

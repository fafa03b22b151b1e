#include "role_finding.h"

#include <algorithm>

#include "column_mapping.h"
#include "header_names.h"
#include "name_hints.h"
#include "usage/base/text.h"

namespace usage {
namespace {

using Columns = std::vector<std::size_t>;

// Nine of ten filled cells: an export may have a stray title or total among its rows.
bool are_most(std::uint64_t cells, const ColumnFindings& column) {
  return cells > 0 && cells * 10 >= column.filled * 9;
}

bool is_known(const ColumnFindings& column, Field field) {
  return is_known_name(column.name, field, Layout::kExport);
}

bool is_amount(const ColumnFindings& column) {
  return are_most(column.number.numbers, column);
}

template <typename Predicate>
Columns columns_where(const Inspection& inspection, Predicate fits) {
  Columns found;
  for (std::size_t i = 0; i < inspection.columns.size(); ++i) {
    if (inspection.columns[i].filled > 0 && fits(inspection.columns[i])) found.push_back(i);
  }
  return found;
}

// Whether --column can name it: no other column has the name, and nothing in it that a line could not hold.
bool can_be_named(const Inspection& inspection, std::size_t column) {
  const std::string& name = inspection.columns[column].name;
  const auto same = [&](const ColumnFindings& other) { return other.name == name; };
  return !name.empty() && clean_text(name) == name &&
         std::count_if(inspection.columns.begin(), inspection.columns.end(), same) == 1;
}

RoleFinding settle(const Inspection& inspection, const Columns& columns) {
  if (columns.size() == 1 && can_be_named(inspection, columns.front())) return {columns.front(), {}};
  return {std::nullopt, columns};
}

RoleFinding find_installation(const Inspection& inspection) {
  const auto holds_sids = [](const ColumnFindings& c) { return are_most(c.installation_sids, c); };
  const Columns by_value = columns_where(inspection, holds_sids);
  if (!by_value.empty()) return settle(inspection, by_value);
  return {std::nullopt, columns_where(inspection, [](const auto& c) { return is_known(c, Field::kInstallation); })};
}

// A billing SID has no documented form: a column of the known name may hold any.
RoleFinding find_billing_sid(const Inspection& inspection) {
  const auto holds_sids = [](const ColumnFindings& c) { return are_most(c.billing_sids, c); };
  const Columns by_value = columns_where(inspection, holds_sids);
  if (!by_value.empty()) return settle(inspection, by_value);
  return settle(inspection, columns_where(inspection, [](const auto& c) { return is_known(c, Field::kBillingSid); }));
}

// Where no column speaks of money at all, a known name (Quantity) is what the program itself would take.
Columns plain_quantity(const Inspection& inspection) {
  const bool money = std::any_of(inspection.columns.begin(), inspection.columns.end(),
                                 [](const ColumnFindings& c) { return speaks_of_money(c.name); });
  if (money) return {};
  return columns_where(inspection, [](const auto& c) { return is_amount(c) && is_known(c, Field::kQuantity); });
}

RoleFinding find_quantity(const Inspection& inspection) {
  Columns best;
  int best_score = 2;  // "Total" alone is as often an invoice's as a line's
  for (std::size_t i : columns_where(inspection, is_amount)) {
    const int score = line_amount_score(inspection.columns[i].name);
    if (score > best_score) best.clear();
    if (score >= best_score) best.push_back(i);
    best_score = std::max(best_score, score);
  }
  if (best.empty()) best = plain_quantity(inspection);
  RoleFinding found = settle(inspection, best);
  if (best.empty()) found.candidates = columns_where(inspection, is_amount);
  return found;
}

// Only what differs in every row can name a line; small counters (1, 2, 3 in each invoice) come again next month.
RoleFinding find_reference(const Inspection& inspection) {
  const auto is_complete = [&](const ColumnFindings& c) {
    return c.all_different && c.filled + inspection.misshapen_rows >= inspection.sampled_rows;
  };
  const Columns lines = columns_where(inspection, [&](const ColumnFindings& c) {
    return is_complete(c) && (is_known(c, Field::kReference) || speaks_of_invoice_line(c.name));
  });
  if (lines.size() == 1) return settle(inspection, lines);
  return {std::nullopt, columns_where(inspection, [&](const ColumnFindings& c) {
            return is_complete(c) && speaks_of_identifier(c.name) && !is_amount(c);
          })};
}

RoleFinding find_currency(const Inspection& inspection) {
  const auto holds_codes = [](const ColumnFindings& c) {
    return are_most(c.currency_codes, c) && !c.few_values.empty();
  };
  const Columns both =
      columns_where(inspection, [&](const ColumnFindings& c) { return holds_codes(c) && speaks_of_currency(c.name); });
  if (!both.empty()) return settle(inspection, both);
  return {std::nullopt, columns_where(inspection, holds_codes)};
}

bool is_text(const ColumnFindings& column) {
  return column.number.numbers * 2 < column.filled && column.dates == 0 && column.installation_sids == 0 &&
         column.billing_sids == 0;
}

// Few values that come again and again; a name that speaks of a state needs less of a proof.
bool is_status(const ColumnFindings& column) {
  const std::size_t values = column.few_values.size();
  if (values < 2 || !is_text(column)) return false;
  return state_score(column.name) > 0 ? column.filled > values : column.filled >= 3 * values;
}

// Those whose name speaks most of a state first.
Columns find_statuses(const Inspection& inspection) {
  Columns found = columns_where(inspection, is_status);
  if (inspection.currency.column) std::erase(found, *inspection.currency.column);
  const auto score = [&](std::size_t i) { return state_score(inspection.columns[i].name); };
  std::stable_sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) { return score(a) > score(b); });
  return found;
}

bool may_be_key(const ColumnFindings& column) {
  return column.dates == 0 && !(is_amount(column) && line_amount_score(column.name) > 0) &&
         column.number.decimal_sign == std::nullopt;
}

}  // namespace

void find_roles(Inspection& inspection) {
  inspection.installation = find_installation(inspection);
  inspection.billing_sid = find_billing_sid(inspection);
  inspection.quantity = find_quantity(inspection);
  inspection.reference = find_reference(inspection);
  inspection.currency = find_currency(inspection);
  inspection.statuses = find_statuses(inspection);
  if (!inspection.installation.column) {
    inspection.installation_keys =
        columns_where(inspection, [](const ColumnFindings& c) { return may_be_key(c) && speaks_of_customer(c.name); });
  }
  if (!inspection.billing_sid.column) {
    inspection.billing_sid_keys =
        columns_where(inspection, [](const ColumnFindings& c) { return may_be_key(c) && speaks_of_product(c.name); });
  }
}

}  // namespace usage

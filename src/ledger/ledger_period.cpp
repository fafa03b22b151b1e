// A period as a whole: its totals, and what other periods left.
#include <map>
#include <tuple>
#include <unordered_map>

#include "ledger_state.h"
#include "row_sql.h"
#include "usage/base/readable.h"
#include "usage/base/sid.h"
#include "usage/base/text.h"

namespace usage {
namespace {

// Rows of charges in the periods opened before one, but for those whose request was billed and that have no outcome of
// their own: so it costs what is left, not what was ever billed.
constexpr std::string_view kLeftRows = R"sql(
FROM scope CROSS JOIN period ON period.scope = scope.id AND period.id < coalesce(
  (SELECT id FROM period p WHERE p.scope = scope.id AND p.name = ?3), 9223372036854775807)
CROSS JOIN run ON run.period = period.id
CROSS JOIN usage_row r ON r.id IN (
  SELECT own.id FROM usage_row own
  WHERE own.run = run.id AND own.installation IS NOT NULL AND own.status IS NOT NULL
  UNION ALL
  SELECT item.id FROM request JOIN usage_row item
    ON item.installation = request.installation AND item.request = request.id AND item.status IS NULL
  WHERE request.run = run.id AND request.status <> 'submitted')
JOIN charge c ON c.id = r.charge AND c.row = r.id)sql";

// Whether the text was an amount, and so was added.
bool add_quantity(Amount& amount, std::string_view text) {
  const auto quantity = readable(Quantity::parse(text));
  if (quantity) amount += *quantity;
  return quantity.has_value();
}

}  // namespace

bool is_same_period(const Scope& a, const Scope& b) {
  return a.endpoint == b.endpoint && a.account == b.account && ascii_equal_ignoring_case(a.period, b.period);
}

bool is_other_period(const Scope& a, const Scope& b) {
  return a.endpoint == b.endpoint && a.account == b.account && !is_same_period(a, b);
}

std::vector<Total> Ledger::period_totals(const Scope& scope) const {
  static const std::string sql =
      joined("SELECT ", kLatestStatus, ", r.currency, r.quantity", kChargesOfPeriod, kOutcomeJoins, kInOrderOfMaking);
  state_->require_usable();
  std::map<std::pair<RowStatus, std::string>, Total> table;
  Rows rows = state_->statement(sql.c_str()).query(scope.endpoint, scope.account, scope.period);
  while (rows.next()) {
    const RowStatus status = status_in(rows, 0);
    Total& total = table.try_emplace({status, rows.text(1)}, Total{status, rows.text(1), 0, 0, {}}).first->second;
    ++total.rows;
    if (!add_quantity(total.amount, rows.view(2))) ++total.rows_without_amount;
  }
  std::vector<Total> totals;
  for (auto& [key, total] : table) totals.push_back(std::move(total));
  return totals;
}

std::vector<InstallationSum> Ledger::installation_sums(const Scope& scope) const {
  static const std::string sql = joined("SELECT ", kLatestStatus, ", ", kSid, ", r.currency, r.quantity",
                                        kChargesOfPeriod, kOutcomeJoins, kInOrderOfMaking);
  state_->require_usable();
  std::vector<InstallationSum> sums;
  std::unordered_map<std::string, std::size_t> index;
  Rows rows = state_->statement(sql.c_str()).query(scope.endpoint, scope.account, scope.period);
  while (rows.next()) {
    const RowStatus status = status_in(rows, 0);
    if (status != RowStatus::kSubmitted && status != RowStatus::kUnknown) continue;
    const auto [place, is_new] = index.try_emplace(sid_key(rows.view(1)) + rows.text(2), sums.size());
    if (is_new) sums.push_back({rows.text(1), rows.text(2), {}});
    add_quantity(sums[place->second].amount, rows.view(3));
  }
  return sums;
}

std::vector<Scope> Ledger::scopes_of_period(std::string_view period) const {
  state_->require_usable();
  Rows rows = state_
                  ->statement(
                      "SELECT scope.endpoint, scope.account, period.name FROM period "
                      "JOIN scope ON scope.id = period.scope WHERE period.name = ? ORDER BY period.id")
                  .query(period);
  std::vector<Scope> scopes;
  while (rows.next()) scopes.push_back({rows.text(0), rows.text(1), rows.text(2)});
  return scopes;
}

std::vector<Scope> Ledger::scopes_that_charged(std::string_view installation) const {
  static const std::string sql = joined(
      "SELECT scope.endpoint, scope.account, period.name, max(period.id) FROM installation i "
      "JOIN period ON period.id = i.period JOIN scope ON scope.id = period.scope "
      "JOIN usage_row r ON r.installation = i.id JOIN charge c ON c.row = r.id AND c.id = r.charge "
      "JOIN run ON run.id = r.run",
      kOutcomeJoins, " WHERE i.sid_key = ? AND ", counts_as_billed(), " GROUP BY scope.id ORDER BY scope.id");
  state_->require_usable();
  Rows rows = state_->statement(sql.c_str()).query(sid_key(installation));
  std::vector<Scope> scopes;
  while (rows.next()) scopes.push_back({rows.text(0), rows.text(1), rows.text(2)});
  return scopes;
}

std::vector<OpenCharges> Ledger::left_in_other_periods(const Scope& scope) const {
  static const std::string sql = joined(
      "SELECT period.id, period.name, ", kLatestStatus, " AS latest, r.currency, r.quantity", kLeftRows, kOutcomeJoins,
      " WHERE scope.endpoint = ?1 AND scope.account = ?2 AND latest NOT IN ('submitted', 'left_out')");
  state_->require_usable();
  // By period in order of opening, what is in doubt first.
  std::map<std::tuple<std::int64_t, bool, std::string>, OpenCharges> table;
  Rows rows = state_->statement(sql.c_str()).query(scope.endpoint, scope.account, scope.period);
  while (rows.next()) {
    const bool is_unbilled = status_in(rows, 2) != RowStatus::kUnknown;
    OpenCharges& charges = table[{rows.integer(0), is_unbilled, rows.text(3)}];
    charges.period = rows.view(1);
    charges.status = is_unbilled ? RowStatus::kFailed : RowStatus::kUnknown;
    charges.currency = rows.view(3);
    ++charges.rows;
    add_quantity(charges.amount, rows.view(4));
  }
  std::vector<OpenCharges> left;
  for (auto& [key, charges] : table) left.push_back(std::move(charges));
  return left;
}

}  // namespace usage

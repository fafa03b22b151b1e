// What a new upload meets: charges, found by installation, by name and by reference.
#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>
#include <utility>

#include "ledger_state.h"
#include "row_sql.h"
#include "usage/base/readable.h"
#include "usage/base/sid.h"

namespace usage {
namespace {

// A charge `c` with the row `r` that stands for it. Of a seed only the last decision is known.
const std::string& charge_columns() {
  static const std::string columns = joined("SELECT c.id, r.run, run.name, ", place_sql("r"), ", ", kSid,
                                            ", r.billing_sid, r.quantity, r.currency, r.reference, ", kLatestStatus,
                                            ", a.sent_at, scope.endpoint, scope.account, period.name, "
                                            "(SELECT made.run FROM usage_row made WHERE made.id = c.id), "
                                            "s.status = 'submitted' AND (run.stop_name = 'seeded' "
                                            "OR coalesce(r.status, q.status) <> 'unknown' OR EXISTS ("
                                            "SELECT 1 FROM settlement earlier WHERE earlier.row = r.id "
                                            "AND earlier.status = 'not_submitted')) ");
  return columns;
}

constexpr int kFurther = 16;  // the first column behind those

// Found by every row that ever stood for it there.
constexpr std::string_view kThatStoodAtInstallation = R"sql(
FROM scope JOIN period ON period.scope = scope.id JOIN installation i ON i.period = period.id AND i.sid_key = ?4
JOIN usage_row stood ON stood.installation = i.id JOIN charge c ON c.id = stood.charge
JOIN usage_row r ON r.id = c.row JOIN run ON run.id = r.run)sql";

Quantity quantity_in(const Rows& row, int column) {
  const auto quantity = readable(Quantity::parse(row.view(column)));
  if (!quantity) fail_unreadable("quantity of a charge");
  return *quantity;
}

KnownCharge read_charge(const Rows& row) {
  return {.charge = row.integer(0),
          .run = row.integer(1),
          .made_in = row.integer(14),
          .run_name = row.text(2),
          .place = row.text(3),
          .installation = row.text(4),
          .billing_sid = row.text(5),
          .quantity = quantity_in(row, 6),
          .currency = row.text(7),
          .reference = row.text(8),
          .status = status_in(row, 9),
          .sent_at = row.optional_time(10),
          .is_billed_late = row.integer(15) != 0,
          .moved_from = ""};
}

KnownCharge read_charge_of_installation(const Rows& row) {
  KnownCharge charge = read_charge(row);
  charge.moved_from = row.text(kFurther);
  return charge;
}

// Under the reference that it was found by, which the row that stands for it may have no more.
KnownCharge read_charge_by_reference(const Rows& row, int reference) {
  KnownCharge charge = read_charge(row);
  charge.reference = row.text(reference);
  return charge;
}

Scope read_scope(const Rows& row) {
  return {row.text(11), row.text(12), row.text(13)};
}

// The charge's id in a usage_row: the text that this ledger writes, and no other.
std::optional<RowId> charge_named(std::string_view usage_row, std::string_view prefix) {
  if (!usage_row.starts_with(prefix)) return std::nullopt;
  const std::string_view digits = usage_row.substr(prefix.size());
  RowId charge = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), charge);
  if (std::to_string(charge) != digits) return std::nullopt;
  return charge;
}

}  // namespace

std::vector<KnownCharge> Ledger::charges_of(const Scope& scope, std::string_view installation) const {
  static const std::string sql =
      joined(charge_columns(), ", iif(stood.id = r.id, '', stood.billing_sid), stood.installation = r.installation ",
             kThatStoodAtInstallation, kOutcomeJoins,
             " WHERE scope.endpoint = ?1 AND scope.account = ?2 AND period.name = ?3 AND (stood.id = r.id OR "
             "stood.installation <> r.installation OR stood.billing_sid <> r.billing_sid) "
             "ORDER BY c.id, stood.id");
  state_->require_usable();
  Rows rows = state_->statement(sql.c_str()).query(scope.endpoint, scope.account, scope.period, sid_key(installation));
  std::vector<KnownCharge> charges;
  while (rows.next()) {
    KnownCharge charge = read_charge_of_installation(rows);
    const bool is_other_spelling =
        rows.integer(kFurther + 1) != 0 && sid_key(charge.moved_from) == sid_key(charge.billing_sid);
    if (!is_other_spelling) charges.push_back(std::move(charge));
  }
  return charges;
}

std::vector<ChargePlace> Ledger::places_of(RowId charge) const {
  static const std::string sql = joined(
      "SELECT ", kSid,
      ", r.billing_sid, r.run, r.reference FROM usage_row r LEFT JOIN request q ON q.id = r.request WHERE r.id IN "
      "(SELECT ?1 UNION ALL SELECT id FROM usage_row WHERE charge = ?1 AND charge <> id AND met IS NULL) "
      "ORDER BY r.id");
  state_->require_usable();
  Rows rows = state_->statement(sql.c_str()).query(charge);
  std::vector<ChargePlace> places;
  while (rows.next()) {
    auto place = std::ranges::find_if(places, [&](const ChargePlace& known) {
      return known.installation == rows.view(0) && known.billing_sid == rows.view(1);
    });
    if (place == places.end()) place = places.insert(places.end(), {rows.text(0), rows.text(1), 0});
    place->run = rows.integer(2);
    const std::string reference = rows.text(3);
    if (!reference.empty() && std::ranges::count(place->references, reference) == 0)
      place->references.push_back(reference);
  }
  std::ranges::stable_sort(places, {}, &ChargePlace::run);
  return places;
}

std::optional<ScopedCharge> Ledger::find_charge(std::string_view usage_row) const {
  const std::optional<RowId> charge = charge_named(usage_row, state_->usage_row_prefix());
  return charge ? charge_with_id(*charge) : std::nullopt;
}

std::optional<ScopedCharge> Ledger::charge_with_id(RowId charge) const {
  static const std::string sql = joined(charge_columns(),
                                        "FROM charge c JOIN usage_row r ON r.id = c.row JOIN run ON run.id = r.run "
                                        "JOIN period ON period.id = run.period JOIN scope ON scope.id = period.scope",
                                        kOutcomeJoins, " WHERE c.id = ?");
  state_->require_usable();
  Rows rows = state_->statement(sql.c_str()).query(charge);
  if (!rows.next()) return std::nullopt;
  return ScopedCharge{read_scope(rows), read_charge(rows)};
}

std::optional<ScopedCharge> Ledger::billed_elsewhere(const Scope& scope, std::string_view installation,
                                                     std::string_view billing_sid, std::string_view reference) const {
  static const std::string sql =
      joined(charge_columns(), ", stood.billing_sid, stood.reference ", kThatStoodAtInstallation, kOutcomeJoins,
             " WHERE scope.endpoint = ?1 AND scope.account = ?2 AND period.name <> ?3 AND stood.reference = ?5 "
             "AND stood.reference <> '' AND ",
             counts_as_decided(), " ORDER BY ", kLatestStatus, " = 'left_out', c.id, stood.id");
  state_->require_usable();
  Rows rows = state_->statement(sql.c_str())
                  .query(scope.endpoint, scope.account, scope.period, sid_key(installation), reference);
  const std::string billing_key = sid_key(billing_sid);
  while (rows.next())
    if (sid_key(rows.view(5)) == billing_key || sid_key(rows.view(kFurther)) == billing_key)
      return ScopedCharge{read_scope(rows), read_charge_by_reference(rows, kFurther + 1)};
  return std::nullopt;
}

std::vector<ScopedCharge> Ledger::billed_with_reference(const Scope& scope,
                                                        const std::vector<std::string>& references) const {
  static const std::string charge_of_row =
      joined(charge_columns(),
             ", stood.reference, stood.quantity FROM usage_row stood JOIN charge c ON c.id = stood.charge "
             "JOIN usage_row r ON r.id = c.row JOIN run ON run.id = r.run "
             "JOIN period ON period.id = run.period JOIN scope ON scope.id = period.scope",
             kOutcomeJoins, " WHERE stood.id = ? AND ", counts_as_decided());
  state_->require_usable();
  std::vector<RowId> ids;
  {
    Rows rows = state_
                    ->statement(
                        "SELECT r.id, r.reference FROM scope JOIN period ON period.scope = scope.id "
                        "CROSS JOIN installation i ON i.period = period.id "
                        "CROSS JOIN usage_row r INDEXED BY row_of_reference "
                        "ON r.installation = i.id AND r.reference <> '' "
                        "WHERE scope.endpoint = ?1 AND scope.account = ?2")
                    .query(scope.endpoint, scope.account);
    while (rows.next())
      if (std::binary_search(references.begin(), references.end(), rows.view(1))) ids.push_back(rows.integer(0));
  }
  std::vector<ScopedCharge> charges;
  std::set<std::tuple<RowId, std::string, Quantity>> found;
  for (const RowId id : ids) {
    Rows rows = state_->statement(charge_of_row.c_str()).query(id);
    if (!rows.next()) continue;
    const Quantity had = quantity_in(rows, kFurther + 1);
    if (found.emplace(rows.integer(0), rows.text(kFurther), had).second)
      charges.push_back({read_scope(rows), read_charge_by_reference(rows, kFurther), had});
  }
  return charges;
}

std::multimap<std::string, RowId, std::less<>> Ledger::references_met(const Scope& scope) const {
  state_->require_usable();
  Rows rows =
      state_
          ->statement(
              "SELECT DISTINCT r.reference, r.charge FROM scope JOIN period ON period.scope = scope.id "
              "JOIN run ON run.period = period.id "
              "JOIN usage_row r ON r.id >= run.first_row AND r.id < run.first_row + run.row_count "
              "JOIN usage_row stood ON stood.id = r.met "
              "WHERE scope.endpoint = ?1 AND scope.account = ?2 AND (run.stop_name = 'seeded' OR run.id IN ("
              "SELECT run FROM input_total WHERE status IN ('duplicate', 'unknown', 'left_out'))) AND r.status IN "
              "('duplicate', 'unknown', 'left_out') "
              "AND r.reference <> '' AND r.reference <> stood.reference")
          .query(scope.endpoint, scope.account);
  std::multimap<std::string, RowId, std::less<>> references;
  while (rows.next()) references.emplace(rows.text(0), rows.integer(1));
  return references;
}

std::optional<UncorrectedRow> Ledger::find_uncorrected(std::string_view usage_row) const {
  static const std::string sql =
      joined("SELECT r.id, r.run, r.file, scope.endpoint, scope.account, period.name, run.name, ", place_sql("r"),
             ", r.sid, r.billing_sid, r.currency, r.reference, iif(r.has_amount, r.quantity, '') "
             "FROM usage_row r JOIN run ON run.id = r.run JOIN period ON period.id = run.period "
             "JOIN scope ON scope.id = period.scope WHERE r.id = ? AND ",
             kCanBeCorrected, " AND NOT EXISTS (SELECT 1 FROM charge WHERE id = r.id)");
  const std::optional<RowId> id = charge_named(usage_row, state_->usage_row_prefix());
  if (!id) return std::nullopt;
  Rows rows = state_->statement(sql.c_str()).query(*id);
  if (!rows.next()) return std::nullopt;
  return UncorrectedRow{.row = rows.integer(0),
                        .run = rows.integer(1),
                        .file = rows.integer_as<std::uint16_t>(2),
                        .scope = {rows.text(3), rows.text(4), rows.text(5)},
                        .run_name = rows.text(6),
                        .place = rows.text(7),
                        .installation = rows.text(8),
                        .billing_sid = rows.text(9),
                        .currency = rows.text(10),
                        .reference = rows.text(11),
                        .quantity = readable(Quantity::parse(rows.view(12)))};
}

std::vector<LineOfFile> Ledger::lines_of_file(RunId run, std::uint16_t file) const {
  state_->require_usable();
  Rows rows = state_
                  ->statement(
                      "SELECT coalesce(r.charge, r.id), r.met IS NOT NULL AND r.status <> 'invalid' FROM run "
                      "JOIN usage_row r ON r.id >= run.first_row AND r.id < run.first_row + run.row_count "
                      "LEFT JOIN usage_row first ON r.status = 'invalid' AND first.id = r.charge "
                      "WHERE run.id = ?1 AND r.file = ?2 AND CASE WHEN r.charge IS NULL THEN r.status = 'invalid' "
                      "ELSE (r.met IS NULL OR r.status IN ('duplicate', 'unknown', 'left_out') "
                      "OR (first.status = 'invalid' AND first.reference = r.reference AND first.quantity = r.quantity "
                      "AND first.sid = r.sid AND first.billing_sid = r.billing_sid)) AND EXISTS ("
                      "SELECT 1 FROM input_file WHERE run = ?1 AND position = ?2 AND usage_row = '') END")
                  .query(run, file);
  std::vector<LineOfFile> lines;
  while (rows.next()) lines.push_back({rows.integer(0), rows.integer(1) != 0});
  std::ranges::sort(lines);
  return lines;
}

std::vector<InvalidLine> Ledger::invalid_lines(const Scope& scope) const {
  static const std::string sql = joined(
      "SELECT r.id, r.sid, r.billing_sid, r.quantity, r.currency, r.reference FROM scope "
      "JOIN period ON period.scope = scope.id JOIN run ON run.period = period.id "
      "JOIN usage_row r ON r.id >= run.first_row AND r.id < run.first_row + run.row_count "
      "WHERE scope.endpoint = ? AND scope.account = ? AND period.name = ? "
      "AND run.id IN (SELECT run FROM input_total WHERE status = 'invalid') AND ",
      kCanBeCorrected, " ORDER BY r.id");
  state_->require_usable();
  const std::string prefix = state_->usage_row_prefix();
  Rows rows = state_->statement(sql.c_str()).query(scope.endpoint, scope.account, scope.period);
  std::vector<InvalidLine> lines;
  while (rows.next())
    lines.push_back({prefix + rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5)});
  return lines;
}

std::vector<FormerLine> Ledger::former_lines(const Scope& scope) const {
  state_->require_usable();
  Rows rows = state_
                  ->statement(
                      "SELECT DISTINCT first.id, period.name, first.sid, first.billing_sid, first.reference "
                      "FROM usage_row taker INDEXED BY row_that_took JOIN usage_row first ON first.id = taker.charge "
                      "JOIN run ON run.id = first.run JOIN period ON period.id = run.period "
                      "JOIN scope ON scope.id = period.scope WHERE taker.charge <> taker.id AND taker.met IS NULL "
                      "AND first.status = 'invalid' AND scope.endpoint = ? AND scope.account = ?")
                  .query(scope.endpoint, scope.account);
  std::vector<FormerLine> lines;
  while (rows.next())
    lines.push_back(
        {rows.integer(0), {scope.endpoint, scope.account, rows.text(1)}, rows.text(2), rows.text(3), rows.text(4)});
  return lines;
}

std::vector<std::string> Ledger::references_elsewhere(const Scope& scope, std::string_view installation) const {
  state_->require_usable();
  Rows rows = state_
                  ->statement(
                      "SELECT DISTINCT r.reference FROM scope JOIN period ON period.scope = scope.id "
                      "JOIN installation i ON i.period = period.id AND i.sid_key = ?4 "
                      "JOIN usage_row r ON r.installation = i.id AND r.reference <> '' "
                      "WHERE scope.endpoint = ?1 AND scope.account = ?2 AND period.name <> ?3")
                  .query(scope.endpoint, scope.account, scope.period, sid_key(installation));
  std::vector<std::string> references;
  while (rows.next()) references.push_back(rows.text(0));
  return references;
}

}  // namespace usage

// Pieces of SQL that say how a usage_row `r` of `run` stands.
#pragma once

#include <string>
#include <string_view>

#include "usage/base/text.h"

namespace usage {

// Its request, that request's last attempt, and the settlement that counts: a row that only met a charge in doubt has
// the one of the row that it met. `w` is an attempt under way, or left so by a program that ended.
inline constexpr std::string_view kOutcomeJoins = R"sql(
LEFT JOIN request q ON q.id = r.request
LEFT JOIN attempt w ON w.request = q.id AND w.number = q.attempts + 1 AND w.verdict = 'sending'
LEFT JOIN attempt a ON a.id = coalesce(w.id, q.last_attempt)
LEFT JOIN settlement s ON s.id = (
  SELECT max(id) FROM settlement WHERE row = iif(r.met IS NOT NULL AND r.status = 'unknown', r.met, r.id)))sql";

inline constexpr std::string_view kLatestStatus =
    "coalesce(s.status, r.status, iif(w.id IS NULL, q.status, 'unknown'))";
inline constexpr std::string_view kSid = "coalesce(r.sid, q.sid)";

// An invalid row that met no charge, of an input that is no file of ours, whose rows have names already. (A seed's is
// one, of rows as their ledger named them.)
inline constexpr std::string_view kCanBeCorrected =
    "(r.status = 'invalid' AND r.charge IS NULL AND (run.stop_name = 'seeded' OR EXISTS (SELECT 1 FROM input_file "
    "WHERE run = r.run AND position = r.file AND usage_row = '')))";

// "line 7", or "FILE:7" where the run had several files. Of the usage_row of that name.
inline std::string place_sql(const std::string& row) {
  return "iif(EXISTS (SELECT 1 FROM input_file WHERE run = " + row +
         ".run AND position = 1), (SELECT iif(name = '-', '" + std::string(kStandardInput) +
         "', name) FROM input_file WHERE run = " + row + ".run AND position = " + row + ".file) || ':', 'line ') || " +
         row + ".line";
}

// Each charge that the runs of a period made, with the row that stands for it now. CROSS JOIN: in just this order, as
// SQLite would rather read all charges of the ledger.
inline constexpr std::string_view kChargesOfPeriod = R"sql(
FROM scope CROSS JOIN period ON period.scope = scope.id CROSS JOIN run first ON first.period = period.id
CROSS JOIN charge c ON c.id >= first.first_row AND c.id < first.first_row + first.row_count
JOIN usage_row r ON r.id = c.row JOIN run ON run.id = r.run)sql";
inline constexpr std::string_view kInOrderOfMaking =
    " WHERE scope.endpoint = ? AND scope.account = ? AND period.name = ? ORDER BY first.id, c.id";

template <class... Parts>
std::string joined(const Parts&... parts) {
  std::string sql;
  (sql.append(parts), ...);
  return sql;
}

// Billed, or it may still be: submitted, in doubt, or planned in an open run.
inline const std::string& counts_as_billed() {
  static const std::string condition = joined("(", kLatestStatus, " IN ('submitted', 'unknown') OR (", kLatestStatus,
                                              " = 'not_sent' AND r.request IS NOT NULL AND run.state = 'open'))");
  return condition;
}

// Nor may another row be the same line where a person decided that it is not to be billed.
inline const std::string& counts_as_decided() {
  static const std::string condition = joined("(", kLatestStatus, " = 'left_out' OR ", counts_as_billed(), ")");
  return condition;
}

}  // namespace usage

// A ledger of a test's own, with a run of three installations and a row of every kind.
#pragma once

#include <sqlite3.h>

#include <optional>
#include <string>
#include <vector>

#include "support/temp_folder.h"
#include "usage/base/error.h"
#include "usage/ledger/ledger.h"

namespace usage::test::ledger_room {

inline const Scope kScope{"https://example.test", "AC00000000000000000000000000000001", "2026-10"};
inline const WallTime kStart{std::chrono::microseconds(1793487600123456)};  // 2026-10-31T23:00:00.123456Z
inline WallTime after(int seconds) {
  return kStart + std::chrono::seconds(seconds);
}

inline const std::string kFirst = "XE" + std::string(32, 'a');
inline const std::string kSecond = "XE" + std::string(32, 'B');
inline const std::string kThird = "XE" + std::string(32, 'c');
inline const std::string kHeld = "XE" + std::string(32, 'd');
inline const std::string kFee = "BI" + std::string(32, '1');
inline const std::string kSeat = "BI" + std::string(32, '2');

// SQL on the file itself, past the program: for damage, and for what another program would see.
inline std::string raw_sql(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  std::string result;
  const int opened = sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
  char* message = nullptr;
  const auto first_cell = [](void* out, int columns, char** cells, char**) {
    if (columns > 0 && cells[0] != nullptr) *static_cast<std::string*>(out) = cells[0];
    return 0;
  };
  if (opened != SQLITE_OK || sqlite3_exec(database, sql.c_str(), first_cell, &result, &message) != SQLITE_OK)
    result = "error: " + std::string(message != nullptr ? message : sqlite3_errmsg(database));
  sqlite3_free(message);
  sqlite3_close(database);
  return result;
}

// The name of the LedgerError that `act` ends with; empty where it ends with none.
template <class Act>
std::string error_of(const Act& act) {
  try {
    act();
  } catch (const LedgerError& error) {
    return error.name();
  }
  return "";
}

inline NewRun new_run(const Scope& scope = kScope) {
  NewRun run;
  run.scope = scope;
  run.content_digest = "d1";
  run.program_version = "1.2.3";
  run.out_folder = "/results/here";
  run.started_at = kStart;
  return run;
}

inline NewRow new_row(std::string_view installation, std::string_view billing_sid, std::string_view quantity,
                      std::uint32_t request, std::uint32_t position) {
  NewRow row;
  row.installation = installation;
  row.billing_sid = billing_sid;
  row.quantity = quantity;
  row.has_amount = true;
  row.request = request;
  row.position = position;
  row.role = ChargeRole::kNew;
  return row;
}

class LedgerFixture {
 public:
  LedgerFixture() { Ledger::create(path(), kStart); }
  std::filesystem::path path() const { return folder.path() / "state" / "ledger.db"; }
  Ledger open(LedgerAccess access = LedgerAccess::kWrite) const { return Ledger::open(path(), access); }

  // Request 1: two rows of kFirst, of which the second is the file's fourth row; 2: one of kSecond; 3: one of kThird.
  // Between them an invalid row and one that is held back.
  RunInfo record_run(Ledger& ledger, const Scope& scope = kScope) const {
    ledger.open_period(scope, kStart);
    ledger.begin_run(new_run(scope));
    ledger.add_request(1, kFirst, "body one");
    ledger.add_request(2, kSecond, "body two");
    ledger.add_request(3, kThird, "body three");
    ledger.add_row(new_row(kFirst, kFee, "12.50", 1, 0));
    ledger.add_row(new_row(kSecond, kFee, "7", 2, 0));
    NewRow invalid = new_row("XE?", kSeat, "$5", 0, 0);
    invalid.has_amount = false;
    invalid.role = ChargeRole::kNone;
    invalid.status = RowStatus::kInvalid;
    invalid.reason = "Quantity: a currency sign";
    ledger.add_row(invalid);
    ledger.add_row(new_row(kFirst, kSeat, "0.001", 1, 1));
    NewRow held = new_row(kHeld, kFee, "3.00", 0, 0);
    held.reason = "held back";
    ledger.add_row(held);
    ledger.add_row(new_row(kThird, kFee, "99.99", 3, 0));
    return ledger.commit_run();
  }

  TempFolder folder;
};

inline std::vector<RowRecord> rows_of(const Ledger& ledger, RunId run) {
  std::vector<RowRecord> rows;
  ledger.each_row(run, [&](const RowRecord& row) { rows.push_back(row); });
  return rows;
}

inline RequestId request_id(const Ledger& ledger, RunId run, std::uint32_t number) {
  const std::vector<StoredRequest> found = ledger.planned_requests(run, number - 1, 1);
  return found.empty() || found[0].number != number ? 0 : found[0].id;
}

inline Delivery delivery(int http_status) {
  Delivery delivery;
  delivery.times_issued = 1;
  delivery.headers_complete = delivery.body_complete = true;
  delivery.http_status = http_status;
  delivery.headers = "HTTP/1.1 " + std::to_string(http_status) + " X\r\n";
  delivery.body = std::string("{\0}", 3);
  delivery.started_at = after(10);
  delivery.ended_at = after(11);
  return delivery;
}

inline AttemptOutcome outcome(Verdict verdict, std::vector<bool> submitted = {}) {
  AttemptOutcome outcome;
  outcome.verdict = verdict;
  outcome.submitted = std::move(submitted);
  outcome.name = "some-name";
  outcome.reason = "some reason";
  outcome.error_code = "20429";
  outcome.twilio_request_id = "RQ7";
  return outcome;
}

// One attempt from its claim to its end.
inline void attempt(Ledger& ledger, RequestId request, Verdict verdict, std::vector<bool> submitted = {},
                    int http_status = 202) {
  const AttemptId id = ledger.start_attempt(request, after(9));
  AttemptOutcome end = outcome(verdict, std::move(submitted));
  end.http_status = http_status;
  ledger.end_attempt(id, delivery(http_status), end);
}

}  // namespace usage::test::ledger_room

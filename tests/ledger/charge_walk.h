// A ledger through which a test walks charges, run by run.
#pragma once

#include <doctest/doctest.h>

#include "ledger/ledger_fixture.h"

namespace usage::test::ledger_room {

inline NewRow charge_row(std::string_view installation, std::string_view billing_sid, std::string_view quantity,
                         std::string_view reference = "") {
  NewRow row = new_row(installation, billing_sid, quantity, 0, 0);
  row.currency = "EUR";
  row.reference = reference;
  return row;
}

inline NewRow taking(NewRow row, RowId charge) {
  row.role = ChargeRole::kTakes;
  row.charge = charge;
  return row;
}

inline NewRow meeting(NewRow row, RowId charge, RowStatus status) {
  row.role = ChargeRole::kMeets;
  row.charge = charge;
  row.status = status;
  row.reason = "met it";
  return row;
}

// Not sent, for a reason of its own.
inline NewRow held_back(NewRow row) {
  row.reason = "held back";
  return row;
}

inline Settlement decision(RowId row, RowStatus status, std::string by = "Ann") {
  return {row, status, std::move(by), "asked Twilio", after(70)};
}

struct ChargeWalk {
  ChargeWalk() : ledger(at.open()) {}

  // An open run of these rows on the lines 2, 3, ...: each that is to be sent in a request of its own.
  RunInfo begin(std::vector<NewRow> rows, const NewRun& run = new_run()) {
    ledger.open_period(run.scope, kStart);
    ledger.begin_run(run);
    std::uint32_t line = 2;
    std::uint32_t requests = 0;
    for (NewRow& row : rows) {
      row.place.line = line++;
      const bool sent = row.status == RowStatus::kNotSent && row.reason.empty() && row.role != ChargeRole::kNone;
      if (sent) ledger.add_request(row.request = ++requests, row.installation, "body");
      ledger.add_row(row);
    }
    const RunInfo recorded = ledger.commit_run();
    CHECK(raw_sql(at.path(), "PRAGMA foreign_key_check").empty());  // SQLite did not look while it was recorded
    return recorded;
  }

  void send(const RunInfo& run, std::uint32_t number, RowStatus status) {
    const RequestId request = request_id(ledger, run.id, number);
    switch (status) {
      case RowStatus::kSubmitted:
        attempt(ledger, request, Verdict::kAnswered, {true});
        break;
      case RowStatus::kNotSubmitted:
        attempt(ledger, request, Verdict::kAnswered, {false});
        break;
      case RowStatus::kFailed:
        attempt(ledger, request, Verdict::kRefused);
        break;
      default:
        attempt(ledger, request, Verdict::kUnknown);
    }
    ledger.finish_request(request, {status, "outcome", {}});
  }

  void end(const RunInfo& run, RunState state = RunState::kFinished) {
    ledger.end_run(run.id, state, "over", "it is over", after(60));
  }

  // A run of its own, sent with these outcomes (kNotSent: left so) and ended.
  RunInfo run_through(std::vector<NewRow> rows, const std::vector<RowStatus>& outcomes, const NewRun& run = new_run()) {
    const RunInfo begun = begin(std::move(rows), run);
    for (std::uint32_t i = 0; i < outcomes.size(); ++i)
      if (outcomes[i] != RowStatus::kNotSent) send(begun, i + 1, outcomes[i]);
    end(begun);
    return begun;
  }

  std::string error_of_run(const std::vector<NewRow>& rows, const NewRun& run = new_run()) {
    const std::string error = error_of([&] { begin(rows, run); });
    ledger = at.open();  // what was refused made the object useless
    return error;
  }
  std::string error_of_settling(std::vector<Settlement> settlements) {
    const std::string error = error_of([&] { ledger.settle(settlements); });
    ledger = at.open();
    return error;
  }

  RowRecord row(const RunInfo& run, std::size_t ordinal) const { return rows_of(ledger, run.id).at(ordinal); }
  KnownCharge only_charge(const std::string& installation, const Scope& scope = kScope) const {
    const std::vector<KnownCharge> found = ledger.charges_of(scope, installation);
    REQUIRE(found.size() == 1);
    return found.front();
  }

  LedgerFixture at;
  Ledger ledger;
};

inline Scope in_period(const std::string& period) {
  return {kScope.endpoint, kScope.account, period};
}

inline NewRun seed(const std::string& name, const Scope& scope = kScope) {
  NewRun run = new_run(scope);
  run.name = name;
  return run;
}

inline NewRow with_status(NewRow row, RowStatus status) {
  row.status = status;
  return row;
}

}  // namespace usage::test::ledger_room

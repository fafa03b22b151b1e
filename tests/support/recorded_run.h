// A ledger in a folder of its own, with runs recorded in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "support/fake_clock.h"
#include "support/temp_folder.h"
#include "usage/base/decimal.h"
#include "usage/base/error.h"
#include "usage/ledger/ledger.h"

namespace usage::test {

inline const Scope kScope{"https://example.test", "AC00000000000000000000000000000007", "2026-10"};

// XE000..N, an installation SID of its own for each number.
inline std::string installation_sid(unsigned number) {
  const std::string digits = std::to_string(number);
  return "XE" + std::string(32 - digits.size(), '0') + digits;
}

inline Quantity quantity(std::string_view text) {
  return std::get<Quantity>(Quantity::parse(text));
}

struct LedgerFolder {
  LedgerFolder() { Ledger::create(path(), clock.wall_now()); }
  std::filesystem::path path() const { return folder.path() / "ledger.db"; }
  Ledger open(LedgerAccess access = LedgerAccess::kWrite) const { return Ledger::open(path(), access); }
  TempFolder folder;
  FakeClock clock;
};

inline NewRun new_run(const Scope& scope = kScope) {
  NewRun run;
  run.scope = scope;
  run.content_digest = "d1gest";
  run.program_version = "9.8.7";
  run.out_folder = "/somewhere/out";
  return run;
}

inline void record_request(Ledger& ledger, std::uint32_t number, const std::vector<BillableItem>& items) {
  const std::string installation = installation_sid(number);
  ledger.add_request(number, installation, "body of " + installation);
  std::uint32_t position = 0;
  for (const BillableItem& item : items) {
    const std::string digits = item.quantity.text();
    NewRow row;
    row.place = {number * 1000ULL + position, 61, number * 10 + position};
    row.installation = installation;
    row.billing_sid = item.billing_sid;
    row.quantity = digits;
    row.has_amount = true;
    row.currency = "EUR";
    row.reference = "reference";
    row.request = number;
    row.position = position++;
    row.role = ChargeRole::kNew;
    ledger.add_row(row);
  }
}

// A run of so many requests, each with so many items: request N is of installation N, item I costs N.0I.
inline RunInfo record_run(Ledger& ledger, unsigned requests, unsigned items = 1, const Scope& scope = kScope) {
  ledger.open_period(scope, WallTime{});
  ledger.begin_run(new_run(scope));
  for (std::uint32_t number = 1; number <= requests; ++number) {
    std::vector<BillableItem> list;
    for (unsigned i = 1; i <= items; ++i)
      list.push_back({"BI" + std::to_string(i), quantity(std::to_string(number) + ".0" + std::to_string(i))});
    record_request(ledger, number, list);
  }
  return ledger.commit_run();
}

inline std::vector<RowRecord> rows_of(const Ledger& ledger, RunId run) {
  std::vector<RowRecord> rows;
  ledger.each_row(run, [&](const RowRecord& row) { rows.push_back(row); });
  return rows;
}

// The name of the LedgerError that `act` throws; empty where it throws none.
template <class Act>
std::string ledger_error(const Act& act) {
  try {
    act();
  } catch (const LedgerError& error) {
    return error.name();
  }
  return {};
}

}  // namespace usage::test

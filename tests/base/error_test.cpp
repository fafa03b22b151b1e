#include "usage/base/error.h"

#include <doctest/doctest.h>

#include <vector>

using usage::ExitStatus;
using usage::worst_of;

TEST_CASE("of two exit statuses the one earlier in 4, 6, 5, 130/143, 7, 1, 0 is reported") {
  const std::vector<std::vector<ExitStatus>> ranks = {
      {ExitStatus::kLedger},      {ExitStatus::kUnknown},
      {ExitStatus::kCredentials}, {ExitStatus::kInterrupted, ExitStatus::kTerminated},
      {ExitStatus::kStopped},     {ExitStatus::kSomeNotBilled},
      {ExitStatus::kOk}};
  for (std::size_t worse = 0; worse < ranks.size(); ++worse) {
    for (std::size_t better = worse + 1; better < ranks.size(); ++better) {
      for (ExitStatus a : ranks[worse]) {
        for (ExitStatus b : ranks[better]) {
          CHECK(worst_of(a, b) == a);
          CHECK(worst_of(b, a) == a);
        }
      }
    }
  }
}

TEST_CASE("an exit status is no worse than itself, and no status is hidden by success") {
  for (ExitStatus status : {ExitStatus::kOk, ExitStatus::kSomeNotBilled, ExitStatus::kUsage, ExitStatus::kRefused,
                            ExitStatus::kLedger, ExitStatus::kCredentials, ExitStatus::kUnknown, ExitStatus::kStopped,
                            ExitStatus::kInterrupted, ExitStatus::kTerminated}) {
    CHECK(worst_of(status, status) == status);
    CHECK(worst_of(status, ExitStatus::kOk) == status);
    CHECK(worst_of(ExitStatus::kOk, status) == status);
  }
}

TEST_CASE("each kind of error carries its exit status, its stable name and what to do") {
  const usage::LedgerError ledger("ledger-missing", "the ledger is missing", "make one");
  CHECK(ledger.status() == ExitStatus::kLedger);
  CHECK(ledger.name() == "ledger-missing");
  CHECK(std::string(ledger.what()) == "the ledger is missing");
  CHECK(ledger.remedy() == "make one");
  CHECK(usage::UsageError("a", "b", "c").status() == ExitStatus::kUsage);
  CHECK(usage::RefusedError("d", "e", "f").status() == ExitStatus::kRefused);
}

// What a run tells of itself while it sends.
#include "life_case.h"

namespace usage {
namespace {

using namespace test;

using Amounts = std::vector<std::pair<std::string, std::string>>;

Amounts amounts(const RowSum& sum) {
  Amounts texts;
  for (const auto& [currency, amount] : sum.amounts) texts.emplace_back(currency, amount.text());
  return texts;
}

}  // namespace

TEST_CASE("progress ends with everything done") {
  LifeCase t(6, 2);
  RunProgress last;
  t.observer.progress = [&](const RunProgress& progress) { last = progress; };
  t.live(other_for(4, reply(404)));
  CHECK(last.requests_total == 6);
  CHECK(last.requests_done == 6);
  CHECK(last.installations_total == 6);
  CHECK(last.installations_done == 6);
  CHECK(last.requests_failed == 1);
  CHECK(last.in_flight == 0);
  CHECK(last.concurrency == t.options.schedule.concurrency);
  CHECK(last.submitted.rows == 10);
  CHECK(amounts(last.submitted) == Amounts{{"EUR", "34.15"}});  // twice 1 + 2 + 3 + 5 + 6, and five times 0.03
  CHECK(last.failed.rows == 2);
  CHECK(amounts(last.failed) == Amounts{{"EUR", "8.03"}});
}

TEST_CASE("progress tells rows and amounts by outcome, and how often 429 was answered") {
  LifeCase t(4, 2);
  RunProgress last;
  t.observer.progress = [&](const RunProgress& progress) { last = progress; };
  int limited = 0;
  t.live([&](const Posted& posted) {
    if (posted.installation == installation_sid(2)) return accepted(posted, 0);
    if (posted.installation == installation_sid(3)) return reply(500);
    return limited++ < 3 ? reply(429) : accepted(posted);
  });
  CHECK(last.submitted.rows == 5);
  CHECK(amounts(last.submitted) == Amounts{{"EUR", "12.08"}});  // 1.01, 1.02, 2.02, 4.01 and 4.02
  CHECK(last.not_submitted.rows == 1);
  CHECK(amounts(last.not_submitted) == Amounts{{"EUR", "2.01"}});
  CHECK(last.unknown.rows == 2);
  CHECK(amounts(last.unknown) == Amounts{{"EUR", "6.03"}});
  CHECK(last.failed.rows == 0);
  CHECK(last.rate_limited == 3);
  CHECK(last.retries == 3);
}

TEST_CASE("progress of a run in several currencies tells the amounts of each") {
  LifeCase t(4, 2);  // EUR, EUR and so on
  change_ledger(t.at.path(), "UPDATE usage_row SET currency = 'USD' WHERE position = 1");
  t.run.input_totals = {{kNotSent, "EUR", 4, 0, {}}, {kNotSent, "USD", 4, 0, {}}};
  RunProgress last;
  t.observer.progress = [&](const RunProgress& progress) { last = progress; };
  t.live([&](const Posted& posted) {
    if (posted.installation == installation_sid(2)) return accepted(posted, 0);  // its EUR row is not submitted
    if (posted.installation == installation_sid(3)) return reply(500);
    return accepted(posted);
  });
  CHECK(amounts(last.submitted) == Amounts{{"EUR", "5.02"}, {"USD", "7.06"}});
  CHECK(amounts(last.not_submitted) == Amounts{{"EUR", "2.01"}});
  CHECK(amounts(last.unknown) == Amounts{{"EUR", "3.01"}, {"USD", "3.02"}});
  CHECK(last.not_submitted.rows == 1);
}

}  // namespace usage

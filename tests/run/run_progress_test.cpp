// What a run tells of itself while it sends.
#include <csignal>

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

TEST_CASE("amounts stand in the order of their currencies' names, whichever came first") {
  RowSum sum;
  for (const char* currency : {"USD", "", "EUR", "USD", "CHF"})
    sum.add(std::get<Quantity>(Quantity::parse("1.5")), currency);
  CHECK(amounts(sum) == Amounts{{"", "1.50"}, {"CHF", "1.50"}, {"EUR", "1.50"}, {"USD", "3.00"}});
  CHECK(sum.rows == 5);
}

TEST_CASE("progress tells when nothing is left to start, and only replies are awaited") {
  for (const unsigned total : {1U, 4U, 9U, 20U}) {
    LifeCase t(total);
    t.options.schedule.concurrency = 3;
    FakeTransport transport(t.at.clock, accept_all);
    int told_last = 0;
    t.observer.progress = [&](const RunProgress& progress) {
      const bool all_started = transport.posted.size() == total;
      CHECK((progress.starts_more || all_started));
      if (all_started && progress.in_flight > 0) {
        CHECK(!progress.starts_more);
        ++told_last;
      }
    };
    t.live(transport);
    CHECK(told_last > 0);
  }
}

TEST_CASE("progress tells after a signal that only replies are awaited; while a retry is to come, it does not") {
  LifeCase t(20);
  t.options.schedule.concurrency = 3;
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) {
    transport.transfer_time += std::chrono::milliseconds(10);  // so that they end one after the other
    if (transport.posted.size() == 10) t.signal = SIGINT;
  };
  bool told = false;
  t.observer.progress = [&](const RunProgress& progress) {
    if (!progress.starts_more && progress.in_flight > 0) told = true;
    if (told) CHECK(!progress.starts_more);
  };
  t.live(transport);
  CHECK(told);
  CHECK(t.statuses().at(kNotSent) > 0);

  LifeCase retried(1);
  bool waited = false;
  retried.observer.progress = [&](const RunProgress& progress) {
    if (progress.backing_off == 0) return;
    waited = true;
    CHECK(progress.starts_more);
  };
  int limited = 0;
  retried.live([&](const Posted& posted) { return limited++ < 3 ? reply(429) : accepted(posted); });
  CHECK(waited);
}

}  // namespace usage

#include "usage/run/billing_run.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <csignal>
#include <map>
#include <optional>

#include "support/fake_transport.h"
#include "support/recorded_run.h"
#include "usage/base/error.h"

namespace usage {
namespace {

using namespace test;

Delivery accept_all(const Posted& posted) {
  return accepted(posted);
}

// Something else than acceptance for one installation.
FakeTransport::Script other_for(unsigned number, Delivery other) {
  return [sid = installation_sid(number), other](const Posted& posted) {
    return posted.installation == sid ? other : accepted(posted);
  };
}

// A recorded run of so many requests, and lives of it over a scripted wire.
struct LifeCase {
  explicit LifeCase(unsigned requests, unsigned items = 1)
      : ledger(at.open()), run(record_run(*ledger, requests, items)) {
    options.base_url = kScope.endpoint;
    options.seed = 7;
    observer.unrecorded = [this](std::uint32_t request, const AttemptOutcome&) { unrecorded.push_back(request); };
  }
  RunEnd live(FakeTransport& transport) {
    return send_run(
        *ledger, run, transport, at.clock, options, [this] { return signal; }, observer);
  }
  RunEnd live(const FakeTransport::Script& script) {
    FakeTransport transport(at.clock, script);
    const RunEnd end = live(transport);
    CHECK(transport.in_flight() == 0);
    posted = transport.posted;
    return end;
  }
  // The installations' statuses, as the ledger on the disk has them.
  std::map<RowStatus, int> statuses() const {
    std::map<RowStatus, int> found;
    const Ledger reader = at.open(LedgerAccess::kRead);
    for (const RowRecord& row : rows_of(reader, run.id)) ++found[row.status];
    return found;
  }
  int posts_of(unsigned number) const {
    int count = 0;
    for (const Posted& post : posted) count += post.installation == installation_sid(number) ? 1 : 0;
    return count;
  }
  // A crash at this point: the next life opens the ledger anew.
  void reopen() {
    ledger.reset();
    ledger.emplace(at.open());
    ledger->recover(run.id, at.clock.wall_now());
  }
  LedgerFolder at;
  std::optional<Ledger> ledger;
  RunInfo run;
  RunOptions options;
  RunObserver observer;
  int signal = 0;
  std::vector<Posted> posted;
  std::vector<std::uint32_t> unrecorded;
};

using enum RowStatus;
using Statuses = std::map<RowStatus, int>;

// One number of the ledger on the disk, through a connection of its own.
int number_in(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  const int number = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return number;
}

void change_ledger(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
  CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

using Amounts = std::vector<std::pair<std::string, std::string>>;

Amounts amounts(const RowSum& sum) {
  Amounts texts;
  for (const auto& [currency, amount] : sum.amounts) texts.emplace_back(currency, amount.text());
  return texts;
}

// From now on the ledger refuses changes of this kind.
void break_ledger(const std::filesystem::path& path, const std::string& event) {
  change_ledger(path, "CREATE TRIGGER broken AFTER " + event + " BEGIN SELECT RAISE(ABORT, 'broken'); END");
}

}  // namespace

TEST_CASE("a whole run is submitted, each request once, with its own items") {
  LifeCase t(25, 2);
  const RunEnd end = t.live(accept_all);
  CHECK(end.state == RunState::kFinished);
  CHECK(end.name == "finished");
  CHECK(t.statuses() == Statuses{{kSubmitted, 50}});
  REQUIRE(t.posted.size() == 25);
  for (unsigned number = 1; number <= 25; ++number) CHECK(t.posts_of(number) == 1);
  CHECK(t.posted[2].url == "https://example.test/v1/InstalledAddOns/" + installation_sid(3) + "/Usage");
  CHECK(t.posted[2].body == R"({"billable_items":[{"sid":"BI1","quantity":3.01},{"sid":"BI2","quantity":3.02}]})");
  const RunInfo run = t.at.open(LedgerAccess::kRead).find_run("last").value();
  CHECK(run.state == RunState::kFinished);
  CHECK(run.stop_name == "finished");
  CHECK(run.ended_at);
}

TEST_CASE("before an attempt starts, the ledger on the disk has it as under way") {
  LifeCase t(12);
  FakeTransport transport(t.at.clock, accept_all);
  int seen = 0;
  transport.on_start = [&](const Posted& posted) {
    seen += number_in(t.at.path(), "SELECT count(*) FROM attempt WHERE verdict = 'sending' AND id = " +
                                       std::to_string(posted.attempt));
  };
  t.live(transport);
  CHECK(seen == 12);
}

TEST_CASE("the first request goes alone, the others beside each other up to the concurrency") {
  LifeCase t(20);
  t.options.schedule.concurrency = 4;
  FakeTransport transport(t.at.clock, accept_all);
  std::size_t most_at_first = 0;
  transport.on_poll = [&] {
    if (t.at.open(LedgerAccess::kRead).planned_counts(t.run.id).requests == 20)
      most_at_first = std::max(most_at_first, transport.in_flight());
  };
  t.live(transport);
  CHECK(most_at_first == 1);
  CHECK(transport.most_in_flight == 4);
}

TEST_CASE("claims run ahead of the wire, as many again as may be in flight, and all are durable") {
  LifeCase t(60);
  t.options.schedule.concurrency = 4;
  t.options.schedule.claims_ahead = ClaimsAhead::kAsManyAgain;
  int most_claimed = 0;
  bool is_each_durable = true;
  bool is_any_before_the_commit = false;
  int come_back = 0;
  FakeTransport transport(t.at.clock, [&](const Posted& posted) {
    ++come_back;
    return accepted(posted);
  });
  transport.on_start = [&](const Posted& posted) {
    const std::string sending = "SELECT count(*) FROM attempt WHERE verdict = 'sending'";
    most_claimed = std::max(most_claimed, number_in(t.at.path(), sending));
    is_each_durable =
        is_each_durable && number_in(t.at.path(), sending + " AND id = " + std::to_string(posted.attempt)) == 1;
    const int recorded = number_in(t.at.path(), "SELECT count(*) FROM attempt WHERE verdict = 'answered'");
    is_any_before_the_commit = is_any_before_the_commit || recorded < come_back;
  };
  CHECK(t.live(transport).name == "finished");
  CHECK(transport.most_in_flight == 4);
  CHECK(most_claimed == 8);
  CHECK(is_each_durable);
  CHECK(is_any_before_the_commit);
  CHECK(transport.posted.size() == 60);
  CHECK(t.statuses() == Statuses{{kSubmitted, 60}});
}

TEST_CASE("a run that stops withdraws what it had claimed ahead, and the next life sends that") {
  LifeCase t(40);
  t.options.schedule.concurrency = 4;
  t.options.schedule.claims_ahead = ClaimsAhead::kAsManyAgain;
  FakeTransport transport(t.at.clock, accept_all);
  int claimed_at_the_signal = 0;
  transport.on_poll = [&] {
    if (t.signal != 0 || transport.posted.size() < 15) return;
    t.signal = SIGTERM;
    claimed_at_the_signal = number_in(t.at.path(), "SELECT count(*) FROM attempt WHERE verdict = 'sending'");
  };
  CHECK(t.live(transport).name == "SIGTERM");
  const int posted = static_cast<int>(transport.posted.size());
  CHECK(claimed_at_the_signal > static_cast<int>(transport.most_in_flight));
  CHECK(number_in(t.at.path(), "SELECT count(*) FROM attempt") == posted);
  CHECK(t.statuses() == Statuses{{kSubmitted, posted}, {kNotSent, 40 - posted}});
  t.signal = 0;
  CHECK(t.live(accept_all).name == "finished");
  CHECK(t.posted.size() == 40 - static_cast<std::size_t>(posted));
  CHECK(t.statuses() == Statuses{{kSubmitted, 40}});
}

TEST_CASE("what may stop the run is recorded before another request starts, though some are claimed") {
  for (const int status : {401, 500, 404}) {
    CAPTURE(status);
    LifeCase t(40);
    t.options.schedule.concurrency = 4;
    t.options.schedule.claims_ahead = ClaimsAhead::kAsManyAgain;
    t.options.stops.max_unknown = 1;
    t.options.stops.max_failures = 1;
    bool has_come = false;
    FakeTransport transport(t.at.clock, [&](const Posted& posted) {
      if (posted.installation != installation_sid(9)) return accepted(posted);
      has_come = true;
      return reply(status);
    });
    bool is_started_after = false;
    transport.on_start = [&](const Posted&) { is_started_after = is_started_after || has_come; };
    CHECK(t.live(transport).state == RunState::kOpen);
    CHECK(has_come);
    CHECK_FALSE(is_started_after);
    CHECK(number_in(t.at.path(), "SELECT count(*) FROM attempt WHERE verdict = 'sending'") == 0);
  }
}

TEST_CASE("a request answered 429 is sent again, and that is all it costs") {
  LifeCase t(3);
  int left = 2;
  const RunEnd end = t.live([&](const Posted& posted) {
    return posted.installation == installation_sid(2) && left-- > 0 ? reply(429) : accepted(posted);
  });
  CHECK(end.name == "finished");
  CHECK(t.statuses() == Statuses{{kSubmitted, 3}});
  CHECK(t.posts_of(2) == 3);
  CHECK(t.ledger->counts(t.run.id).retries == 2);
}

TEST_CASE("a request answered 500 is in doubt and never sent again, in no life of the run") {
  LifeCase t(3);
  t.options.stops.max_unknown = 1;
  const RunEnd end = t.live(other_for(1, reply(500)));
  CHECK(end.state == RunState::kOpen);
  CHECK(end.name == "max-unknown");
  CHECK(t.posted.size() == 1);
  CHECK(t.statuses() == Statuses{{kUnknown, 1}, {kNotSent, 2}});
  t.reopen();
  CHECK(t.live(accept_all).name == "finished");
  CHECK(t.posts_of(1) == 0);
  CHECK(t.statuses() == Statuses{{kUnknown, 1}, {kSubmitted, 2}});
}

TEST_CASE("refused credentials stop the run and leave the rest to a later life") {
  LifeCase t(5);
  const RunEnd end = t.live([](const Posted&) { return reply(401); });
  CHECK(end.state == RunState::kOpen);
  CHECK(end.name == "credentials");
  CHECK(t.posted.size() == 1);
  CHECK(t.statuses() == Statuses{{kNotSent, 5}});
  t.reopen();
  CHECK(t.live(accept_all).name == "finished");
  CHECK(t.posted.size() == 5);
  CHECK(t.statuses() == Statuses{{kSubmitted, 5}});
}

TEST_CASE("a certificate that does not hold stops the run") {
  LifeCase t(2);
  CHECK(t.live([](const Posted&) { return never_sent(TransportFault::kBadCertificate); }).name == "certificate");
  CHECK(t.statuses() == Statuses{{kNotSent, 2}});
}

TEST_CASE("too many in doubt stop the run, what is in flight is still recorded") {
  LifeCase t(30);
  t.options.schedule.concurrency = 3;
  t.options.stops.max_unknown = 2;
  const RunEnd end = t.live(
      [](const Posted& posted) { return posted.installation == installation_sid(1) ? accepted(posted) : reply(500); });
  CHECK(end.name == "max-unknown");
  CHECK(t.posted.size() == 4);
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 3}, {kNotSent, 26}});
}

TEST_CASE("too many failures stop the run where a limit is set") {
  LifeCase t(30);
  t.options.schedule.concurrency = 1;
  t.options.stops.max_failures = 3;
  const RunEnd end = t.live(
      [](const Posted& posted) { return posted.installation == installation_sid(1) ? accepted(posted) : reply(404); });
  CHECK(end.name == "max-failures");
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kFailed, 3}, {kNotSent, 26}});
}

TEST_CASE("a run whose first requests all fail stops, one with a success among them does not") {
  LifeCase t(8);
  t.options.schedule.concurrency = 1;
  t.options.stops.first_requests = 3;
  SUBCASE("all fail") {
    CHECK(t.live([](const Posted&) { return reply(404); }).name == "first-requests-failed");
    CHECK(t.statuses() == Statuses{{kFailed, 3}, {kNotSent, 5}});
  }
  SUBCASE("one does not") {
    const auto script = [](const Posted& posted) {
      return posted.installation == installation_sid(2) ? accepted(posted) : reply(404);
    };
    CHECK(t.live(script).name == "finished");
    CHECK(t.statuses() == Statuses{{kFailed, 7}, {kSubmitted, 1}});
  }
}

TEST_CASE("an endpoint out of reach stops the run, and no request is given up") {
  LifeCase t(4);
  const RunEnd end = t.live([](const Posted&) { return never_sent(); });
  CHECK(end.name == "out-of-reach");
  CHECK(t.posted.size() == 5);  // the first request's attempts
  CHECK(t.posts_of(1) == 5);
  CHECK(t.statuses() == Statuses{{kNotSent, 4}});
}

TEST_CASE("after a signal nothing starts, what is in flight is recorded") {
  LifeCase t(10);
  t.options.schedule.concurrency = 2;
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) {
    if (transport.posted.size() == 3) t.signal = SIGTERM;
  };
  const RunEnd end = t.live(transport);
  CHECK(end.state == RunState::kOpen);
  CHECK(end.name == "SIGTERM");
  CHECK(transport.posted.size() == 3);
  CHECK(t.statuses() == Statuses{{kSubmitted, 3}, {kNotSent, 7}});
}

TEST_CASE("a signal that comes before the first request sends nothing") {
  LifeCase t(2);
  t.signal = SIGINT;
  CHECK(t.live(accept_all).name == "SIGINT");
  CHECK(t.posted.empty());
}

TEST_CASE("an item not submitted is posted again once, alone, where that is wanted") {
  LifeCase t(2, 3);
  t.options.repost_unsubmitted = 1;
  bool again_refused = false;
  SUBCASE("and then accepted") {}
  SUBCASE("and refused again") {
    again_refused = true;
  }
  CHECK(t.live([&](const Posted& posted) {
           if (posted.installation != installation_sid(1)) return accepted(posted);
           const bool first = posted.body.find("BI1") != std::string::npos;
           return accepted(posted, first ? 1 : again_refused ? 0 : -1);
         }).name == "finished");
  CHECK(t.posts_of(1) == 2);
  CHECK(t.posted.size() == 3);
  const Statuses expected = again_refused ? Statuses{{kSubmitted, 5}, {kNotSubmitted, 1}} : Statuses{{kSubmitted, 6}};
  CHECK(t.statuses() == expected);
  for (const Posted& posted : t.posted)
    if (posted.body.find("BI1") == std::string::npos)
      CHECK(posted.body == R"({"billable_items":[{"sid":"BI2","quantity":1.02}]})");
}

TEST_CASE("without the wish to post again, an item not submitted stays so") {
  LifeCase t(1, 3);
  t.live([](const Posted& posted) { return accepted(posted, 2); });
  CHECK(t.posted.size() == 1);
  CHECK(t.statuses() == Statuses{{kSubmitted, 2}, {kNotSubmitted, 1}});
}

TEST_CASE("a re-post that gets no reply is in doubt, for its item alone") {
  LifeCase t(1, 3);
  t.options.repost_unsubmitted = 5;
  int posts = 0;
  t.live([&](const Posted& posted) { return posts++ == 0 ? accepted(posted, 0) : reply(500); });
  CHECK(t.posted.size() == 2);
  CHECK(t.statuses() == Statuses{{kSubmitted, 2}, {kUnknown, 1}});
}

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

TEST_CASE(
    "a ledger that cannot record an outcome ends the life; what was in flight is handed out, and in doubt later") {
  LifeCase t(10);
  t.options.schedule.concurrency = 3;
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) {
    if (transport.posted.size() == 4) break_ledger(t.at.path(), "UPDATE OF verdict ON attempt");
  };
  CHECK(ledger_error([&] { t.live(transport); }) == "ledger-conflict");
  CHECK(transport.posted.size() == 4);
  CHECK(transport.in_flight() == 0);
  CHECK(t.unrecorded == std::vector<std::uint32_t>{2, 3, 4});
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 3}, {kNotSent, 6}});
  CHECK(number_in(t.at.path(), "SELECT count(*) FROM attempt WHERE verdict = 'sending'") == 3);
}

TEST_CASE("a ledger that fails while requests are claimed ahead: those never left, and are told of") {
  LifeCase t(10);
  t.options.schedule.concurrency = 3;
  t.options.schedule.claims_ahead = ClaimsAhead::kAsManyAgain;
  std::vector<std::uint32_t> never_left;
  t.observer.never_left = [&](std::uint32_t request) { never_left.push_back(request); };
  FakeTransport transport(t.at.clock, accept_all);
  transport.on_start = [&](const Posted&) {
    transport.transfer_time += std::chrono::milliseconds(10);  // so that one place after the other is free again
    if (transport.posted.size() == 5) break_ledger(t.at.path(), "UPDATE OF verdict ON attempt");
  };
  CHECK(ledger_error([&] { t.live(transport); }) == "ledger-conflict");
  CHECK(t.unrecorded == std::vector<std::uint32_t>{2, 3, 4, 5, 6});
  CHECK(never_left == std::vector<std::uint32_t>{7});
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 6}, {kNotSent, 3}});
}

TEST_CASE("a ledger that cannot record a claim: nothing is sent without one") {
  LifeCase t(10);
  break_ledger(t.at.path(), "INSERT ON attempt WHEN new.id > 1");
  FakeTransport transport(t.at.clock, accept_all);
  CHECK_FALSE(ledger_error([&] { t.live(transport); }).empty());
  CHECK(transport.posted.size() == 1);
  CHECK(t.unrecorded == std::vector<std::uint32_t>{1});
  t.reopen();
  CHECK(t.statuses() == Statuses{{kUnknown, 1}, {kNotSent, 9}});
}

TEST_CASE("a life that ended in the middle leaves in doubt what was under way, and only that is never sent") {
  LifeCase t(9);
  struct Crash {};
  FakeTransport transport(t.at.clock, accept_all);
  t.options.schedule.concurrency = 3;
  transport.on_start = [&](const Posted&) {
    if (transport.posted.size() == 4) throw Crash();
  };
  CHECK_THROWS_AS(t.live(transport), Crash);
  t.reopen();
  CHECK(t.statuses() == Statuses{{kSubmitted, 1}, {kUnknown, 3}, {kNotSent, 5}});
  CHECK(t.live(accept_all).name == "finished");
  CHECK(t.posted.size() == 5);
  CHECK(t.statuses() == Statuses{{kSubmitted, 6}, {kUnknown, 3}});
}

}  // namespace usage

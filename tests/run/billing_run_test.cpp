// What a run sends, and what becomes of each request.
#include "life_case.h"

namespace usage {

using namespace test;

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

TEST_CASE("a life that is given --retry-503 is recorded with its run, whatever the lives before and after have") {
  LifeCase t(2);
  const auto is_waived = [&] { return t.at.open(LedgerAccess::kRead).find_run("last").value().retry_503; };
  t.live(other_for(1, reply(401)));
  CHECK_FALSE(is_waived());
  t.options.on_503 = On503::kRetry;
  t.live(other_for(1, reply(401)));
  CHECK(is_waived());
  t.options.on_503 = On503::kUnknown;
  t.run = t.ledger->find_run("last").value();
  CHECK(t.live(accept_all).name == "finished");
  CHECK(is_waived());
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

TEST_CASE("a connection is left whose reply could not be the request's; one that brought an answer is used again") {
  LifeCase t(6);
  t.options.schedule.concurrency = 1;
  FakeTransport transport(t.at.clock, [](const Posted& posted) {
    if (posted.attempt == 3) return reply(202, R"({"billable_items":[]})");
    return posted.attempt == 5 ? reply(403) : accepted(posted);
  });
  t.live(transport);
  CHECK(transport.left == std::vector<int>{3});
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

}  // namespace usage

// Charges walked through a month: uploads, replies, settlements and abandoned runs over the real ledger, plan and run.
#include <doctest/doctest.h>

#include <algorithm>

#include "plan/plan_case.h"
#include "support/fake_transport.h"
#include "support/recorded_run.h"
#include "usage/run/billing_run.h"
#include "usage/run/ledger_view.h"
#include "usage/run/record_plan.h"

namespace usage {
namespace {

using namespace test;
using Texts = std::vector<std::string>;

Delivery accept_all(const Posted& posted) {
  return accepted(posted);
}
Delivery lose_reply(const Posted&) {
  Delivery lost;
  lost.times_issued = 1;
  lost.fault = TransportFault::kConnectionLost;
  return lost;
}
Delivery not_found(const Posted&) {
  return reply(404);
}

class Month {
 public:
  Month() : ledger_(at_.open()) {}

  // What became of each row in input order: "submitted", "duplicate" ...; the refusals' names where nothing was sent.
  Texts upload(const FileCase& file, const FakeTransport::Script& script, const PlanOptions& options = {}) {
    posts.clear();
    UsageInput input = file.input;
    Meeting meeting = meet_ledger(input, view_of(ledger_, scope));
    const Plan plan = make_plan(input, std::move(meeting), options);
    if (!plan.refusals.empty()) return names_of(plan.refusals);
    NewRun run;
    run.scope = scope;
    ledger_.open_period(scope, at_.clock.wall_now());
    last = record_plan(ledger_, input, plan, run);
    send(script);
    return statuses(last.id);
  }

  void send(const FakeTransport::Script& script) {
    FakeTransport transport(at_.clock, script);
    send_run(ledger_, last, transport, at_.clock, run_options, [this] { return signal; }, {});
    for (const Posted& post : transport.posted) posts.push_back(post.body);
    std::sort(posts.begin(), posts.end());
  }

  void abandon() {
    ledger_.recover(last.id, at_.clock.wall_now());
    ledger_.end_run(last.id, RunState::kAbandoned, "abandoned", "", at_.clock.wall_now());
  }

  void settle(RunId run, std::size_t row, RowStatus status) {
    const Settlement settlement{rows_of(ledger_, run).at(row).id, status, "Ada", "asked Twilio", at_.clock.wall_now()};
    ledger_.settle({&settlement, 1});
  }

  Texts statuses(RunId run) const {
    Texts list;
    for (const RowRecord& row : rows_of(ledger_, run)) list.emplace_back(name_of(row.status));
    return list;
  }

  // Each charge of the period once: "amount status".
  Texts charges() const {
    Texts list;
    ledger_.each_charge(scope, [&](const ChargeRecord& charge) {
      list.push_back(charge.row.quantity + " " + std::string(name_of(charge.row.status)));
    });
    return list;
  }

  std::string usage_row(RunId run, std::size_t row) const { return rows_of(ledger_, run).at(row).usage_row; }

  Scope scope = kOctober;
  RunOptions run_options = [] {
    RunOptions options;
    options.schedule.retry.max_attempts = 2;
    return options;
  }();
  int signal = 0;
  RunInfo last;
  Texts posts;  // bodies of the last upload, sorted

 private:
  LedgerFolder at_;
  Ledger ledger_;
};

std::string body(std::string_view items) {
  return "{\"billable_items\":[" + std::string(items) + "]}";
}
std::string item(unsigned billing, std::string_view amount) {
  return "{\"sid\":\"" + bi(billing) + "\",\"quantity\":" + std::string(amount) + "}";
}

}  // namespace

TEST_CASE("walk: the same file again bills nothing, whatever became of it") {
  Month month;
  const FileCase file = FileCase().row(1, 1, "5.00").row(1, 1, "5.00").row(2, 1, "6.00");
  CHECK(month.upload(file, accept_all) == Texts{"submitted", "submitted", "submitted"});
  CHECK(month.upload(file, accept_all) == Texts{"duplicate", "duplicate", "duplicate"});
  CHECK(month.posts.empty());
  CHECK(month.charges() == Texts{"5.00 submitted", "5.00 submitted", "6.00 submitted"});
}

TEST_CASE("walk: split requests of which one fails and one is lost; only the failed one is sent again") {
  Month month;
  PlanOptions split;
  split.max_items = 1;
  const FileCase file = FileCase().row(1, 1, "1.00").row(1, 2, "2.00").row(1, 3, "3.00");
  const auto by_item = [](const Posted& posted) {
    if (posted.body.find("2.00") != std::string::npos) return reply(404);
    return posted.body.find("3.00") != std::string::npos ? lose_reply(posted) : accepted(posted);
  };
  CHECK(month.upload(file, by_item, split) == Texts{"submitted", "failed", "unknown"});
  CHECK(month.upload(file, accept_all) == Texts{"duplicate", "submitted", "unknown"});
  CHECK(month.posts == Texts{body(item(2, "2.00"))});
  CHECK(month.charges() == Texts{"1.00 submitted", "2.00 submitted", "3.00 unknown"});
}

TEST_CASE("walk: of two of three items billed, the rest is settled row by row and sent again alone") {
  Month month;
  const FileCase file = FileCase().row(1, 1, "1.00").row(1, 2, "2.00").row(1, 3, "3.00");
  CHECK(month.upload(file, lose_reply) == Texts{"unknown", "unknown", "unknown"});
  const RunId first = month.last.id;
  month.settle(first, 0, RowStatus::kSubmitted);
  month.settle(first, 1, RowStatus::kNotSubmitted);
  CHECK(month.upload(file, accept_all) == Texts{"duplicate", "submitted", "unknown"});
  CHECK(month.posts == Texts{body(item(2, "2.00"))});
  CHECK(ledger_error([&] { month.settle(first, 1, RowStatus::kSubmitted); }) == "ledger-conflict");
}

TEST_CASE("walk: a row that met a charge in doubt is settled through either, once for both") {
  Month month;
  const FileCase file = FileCase().row(1, 1, "1.00");
  month.upload(file, lose_reply);
  const RunId first = month.last.id;
  CHECK(month.upload(file, accept_all) == Texts{"unknown"});
  month.settle(month.last.id, 0, RowStatus::kSubmitted);
  CHECK(month.statuses(first) == Texts{"submitted"});
  CHECK(month.statuses(month.last.id) == Texts{"duplicate"});  // so that the runs' totals add up
  CHECK(month.upload(file, accept_all) == Texts{"duplicate"});
}

TEST_CASE("walk: a re-post that is lost leaves its item in doubt, and a refused one is sent again by the next upload") {
  Month month;
  month.run_options.repost_unsubmitted = 1;
  const FileCase file = FileCase().row(1, 1, "1.00").row(1, 2, "2.00");
  int posts = 0;
  const auto lost_repost = [&](const Posted& posted) {
    return ++posts == 1 ? accepted(posted, 1) : lose_reply(posted);
  };
  CHECK(month.upload(file, lost_repost) == Texts{"submitted", "unknown"});
  CHECK(month.upload(file, accept_all) == Texts{"duplicate", "unknown"});

  Month other;
  other.run_options.repost_unsubmitted = 1;
  posts = 0;
  const auto refused_repost = [&](const Posted& posted) { return accepted(posted, ++posts == 1 ? 1 : 0); };
  CHECK(other.upload(file, refused_repost) == Texts{"submitted", "not_submitted"});
  CHECK(other.upload(file, accept_all) == Texts{"duplicate", "submitted"});
  CHECK(other.posts == Texts{body(item(2, "2.00"))});
}

TEST_CASE("walk: failed rows are sent in their place, corrected or not, once, however often their file is uploaded") {
  Month month;
  month.upload(FileCase().row(1, 1, "1.00").row(2, 1, "2.00"), not_found);
  const std::string first = month.usage_row(month.last.id, 0);
  const std::string second = month.usage_row(month.last.id, 1);
  const FileCase failed = FileCase().row(3, 1, "1.00", "", first).row(2, 1, "2.50", "", second);
  CHECK(month.upload(failed, accept_all) == Texts{"submitted", "submitted"});
  CHECK(month.upload(failed, accept_all) == Texts{"duplicate", "duplicate"});
  CHECK(month.posts.empty());
  CHECK(month.charges() == Texts{"1.00 submitted", "2.50 submitted"});
  // The uncorrected failed.csv, kept from before: what was billed otherwise is no duplicate.
  CHECK(month.upload(FileCase().row(1, 1, "1.00", "", first), accept_all) == Texts{"invalid-rows"});
}

TEST_CASE("walk: an old failed.csv after the charge went on is met by its latest state") {
  Month month;
  month.upload(FileCase().row(1, 1, "1.00"), not_found);
  const FileCase failed = FileCase().row(1, 1, "1.00", "", month.usage_row(month.last.id, 0));
  CHECK(month.upload(failed, lose_reply) == Texts{"unknown"});
  CHECK(month.upload(failed, accept_all) == Texts{"unknown"});
  CHECK(month.posts.empty());
  month.settle(month.last.id, 0, RowStatus::kNotSubmitted);
  CHECK(month.upload(failed, accept_all) == Texts{"submitted"});
  CHECK(month.charges() == Texts{"1.00 submitted"});
}

TEST_CASE("walk: an abandoned run's rows are sent by the next upload, what it had under way is in doubt") {
  Month month;
  month.signal = 15;
  const FileCase file = FileCase().row(1, 1, "1.00").row(2, 1, "2.00");
  CHECK(month.upload(file, accept_all) == Texts{"not_sent", "not_sent"});
  month.abandon();
  month.signal = 0;
  CHECK(month.upload(file, accept_all) == Texts{"submitted", "submitted"});
  CHECK(month.charges() == Texts{"1.00 submitted", "2.00 submitted"});
}

TEST_CASE("walk: an edited amount is additional until it is allowed, and asked again by every new file") {
  Month month;
  month.upload(FileCase().row(1, 1, "1.00"), accept_all);
  const FileCase edited = FileCase().row(1, 1, "1.50");
  CHECK(month.upload(edited, accept_all) == Texts{"additional-charges"});
  PlanOptions allow;
  allow.allow_additional[""] = {1, sum("1.50")};
  CHECK(month.upload(edited, accept_all, allow) == Texts{"submitted"});
  CHECK(month.upload(edited, accept_all, allow) == Texts{"additional-charges"});
  CHECK(month.upload(edited, accept_all) == Texts{"duplicate"});
  CHECK(month.charges() == Texts{"1.00 submitted", "1.50 submitted"});
}

TEST_CASE("walk: an unbilled charge around which an edited amount was billed is not sent by an old file") {
  Month month;
  month.upload(FileCase().row(1, 1, "1.00"), not_found);
  const std::string old_row = month.usage_row(month.last.id, 0);
  CHECK(month.upload(FileCase().row(1, 1, "1.50"), accept_all) == Texts{"submitted"});
  CHECK(month.upload(FileCase().row(1, 1, "1.00"), accept_all) == Texts{"additional-charges"});
  CHECK(month.upload(FileCase().row(1, 1, "1.00", "", old_row), accept_all) == Texts{"additional-charges"});
}

TEST_CASE("walk: a held-back row is sent once its installation is whole") {
  Month month;
  PlanOptions skip;
  skip.on_invalid = OnInvalid::kHoldBack;
  CHECK(month.upload(FileCase().row(1, 1, "1.00").invalid_row(1).row(2, 1, "2.00"), accept_all, skip) ==
        Texts{"not_sent", "invalid", "submitted"});
  CHECK(month.upload(FileCase().row(1, 1, "1.00").row(1, 2, "3.00").row(2, 1, "2.00"), accept_all) ==
        Texts{"submitted", "submitted", "duplicate"});
  CHECK(month.charges() == Texts{"1.00 submitted", "2.00 submitted", "3.00 submitted"});
}

TEST_CASE("walk: the next month's equal fee is no duplicate, its equal invoice line is refused") {
  Month month;
  const FileCase fee = FileCase().row(1, 1, "1.00").row(2, 1, "2.00", "L7");
  month.upload(fee, accept_all);
  month.scope.period = "2026-11";
  CHECK(month.upload(FileCase().row(1, 1, "1.00"), accept_all) == Texts{"submitted"});
  CHECK(month.upload(fee, accept_all) == Texts{"invalid-rows"});
  CHECK(month.upload(FileCase().row(2, 1, "2.00", "L8"), accept_all) == Texts{"submitted"});
}

// An export that has its column of references since: they belong to the charge that the rows met in doubt.
TEST_CASE("walk: a line that was met in doubt is asked about wherever its reference comes again") {
  const FileCase export_without = FileCase().row(1, 1, "10.00");
  const FileCase export_with = FileCase().row(1, 1, "10.00", "L1");
  const auto with_doubt = [&](Month& month) {
    CHECK(month.upload(export_without, lose_reply) == Texts{"unknown"});
    const RunId first = month.last.id;
    CHECK(month.upload(export_with, accept_all) == Texts{"unknown"});
    return first;
  };
  SUBCASE("in the next month, while it is in doubt and when it was billed") {
    Month month;
    const RunId first = with_doubt(month);
    month.scope.period = "2026-11";
    CHECK(month.upload(export_with, accept_all) == Texts{"additional-charges"});
    month.settle(first, 0, RowStatus::kSubmitted);
    CHECK(month.upload(export_with, accept_all) == Texts{"additional-charges"});
  }
  SUBCASE("when the next month has billed it, and its own month would send it again") {
    Month month;
    const RunId first = with_doubt(month);
    month.settle(first, 0, RowStatus::kNotSubmitted);
    month.scope.period = "2026-11";
    CHECK(month.upload(export_with, accept_all) == Texts{"submitted"});
    month.scope = kOctober;
    CHECK(month.upload(export_without, accept_all) == Texts{"additional-charges"});
  }
  SUBCASE("when it was billed under other SIDs") {
    Month month;
    const RunId first = with_doubt(month);
    month.settle(first, 0, RowStatus::kNotSubmitted);
    CHECK(month.upload(FileCase().row(2, 1, "10.00", "L1"), accept_all) == Texts{"submitted"});
    CHECK(month.upload(export_without, accept_all) == Texts{"additional-charges"});
  }
}

TEST_CASE("walk: a rehearsal elsewhere is no duplicate of the real run") {
  Month month;
  const FileCase file = FileCase().row(1, 1, "1.00", "L1");
  month.scope.endpoint = "http://127.0.0.1:9";
  CHECK(month.upload(file, accept_all) == Texts{"submitted"});
  month.scope = kOctober;
  CHECK(month.upload(file, accept_all) == Texts{"submitted"});
}

}  // namespace usage

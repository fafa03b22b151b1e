#include "usage/plan/plan_digest.h"

#include <doctest/doctest.h>

#include <functional>

#include "plan_case.h"

namespace usage {
namespace {

using namespace test;

const std::string kScopeDiffers = "the ledger, endpoint, account or period";
const std::string kContentDiffers = "the rows of the files";
const std::string kSentDiffers =
    "what is sent, how it is split into requests, for which charge, as additional to what, or what may be sent again";
const std::string kUnsentDiffers = "which rows are not sent";

struct Approved {
  FileCase file;
  KnownCase known;
  PlanOptions options;
  Scope scope = kOctober;
  std::string ledger = "0123456789abcdef";

  Approved() {
    file.row(1, 1, "5.00").row(1, 2, "6.00", "L1").row(2, 1, "7.00").row(3, 1, "8.00");
    known.charge(3, 1, "8.00", RowStatus::kSubmitted).charge(2, 1, "7.00", RowStatus::kFailed);
  }
  PlanDigest digest() const {
    UsageInput input = file.input;
    Meeting meeting = meet_ledger(input, known.view());
    return digest_of_plan(ledger, scope, input, make_plan(input, std::move(meeting), options));
  }
};

// In what an upload differs from the approved one after this change.
std::vector<std::string> after(const std::function<void(Approved&)>& change) {
  Approved changed;
  change(changed);
  return differences(Approved().digest(), changed.digest());
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the same plan has the same digest, and its text is read again") {
  const PlanDigest digest = Approved().digest();
  CHECK(digest == Approved().digest());
  const std::string text = text_of(digest);
  CHECK(text.size() == 68);
  CHECK(read_plan_digest(text) == digest);
  CHECK_FALSE(refuse_other_plan(digest, Approved().digest()));
}

TEST_CASE("whatever would be sent otherwise shows, and in what") {
  CHECK(after([](Approved& a) { a.ledger[0] = 'f'; }) == Words{kScopeDiffers});
  CHECK(after([](Approved& a) { a.scope.period = "2026-11"; }) == Words{kScopeDiffers});
  CHECK(after([](Approved& a) { a.scope.account = "AC8"; }) == Words{kScopeDiffers});
  CHECK(after([](Approved& a) { a.scope.endpoint = "http://localhost"; }) == Words{kScopeDiffers});
  CHECK(after([](Approved& a) { a.file.row(4, 1, "1.00"); }) == Words{kContentDiffers, kSentDiffers});
  CHECK(after([](Approved& a) { a.file.input.rows[0].quantity = money("5.01"); }) ==
        Words{kContentDiffers, kSentDiffers});
  CHECK(after([](Approved& a) { std::swap(a.file.input.rows[0].quantity, a.file.input.rows[2].quantity); }) ==
        Words{kContentDiffers, kSentDiffers});
  CHECK(after([](Approved& a) { a.options.max_items = 1; }) == Words{kSentDiffers});
  CHECK(after([](Approved& a) { a.known.charge(1, 1, "5.00", RowStatus::kSubmitted); }) ==
        Words{kSentDiffers, kUnsentDiffers});
  CHECK(after([](Approved& a) { a.known.charge(1, 1, "5.00", RowStatus::kFailed); }) == Words{kSentDiffers});
  CHECK(after([](Approved& a) {
          a.known = KnownCase().charge(3, 1, "8.00", RowStatus::kUnknown).charge(2, 1, "7.00", RowStatus::kFailed);
        }) == Words{kUnsentDiffers});
  CHECK(after([](Approved& a) { a.scope.period = "2026-10"; }).empty());
}

TEST_CASE("what is allowed as additional was approved as additional, beside just that charge") {
  const auto beside = [](const char* amount) {
    Approved plan;
    plan.known.charge(1, 1, amount, RowStatus::kSubmitted);
    plan.options.allow_additional[""] = {1, sum("5.00")};
    return plan.digest();
  };
  CHECK(differences(Approved().digest(), beside("4.00")) == Words{kSentDiffers});
  CHECK(differences(beside("3.00"), beside("4.00")) == Words{kSentDiffers});
  CHECK(differences(beside("4.00"), beside("4.00")).empty());
}

TEST_CASE("an approval is of what may be sent once more, too") {
  const auto with = [](SendingWaivers waivers) {
    const Approved plan;
    UsageInput input = plan.file.input;
    Meeting meeting = meet_ledger(input, plan.known.view());
    return digest_of_plan(plan.ledger, plan.scope, input, make_plan(input, std::move(meeting), plan.options), waivers);
  };
  CHECK(with({}) == Approved().digest());
  CHECK(differences(with({}), with({true, 0})) == Words{kSentDiffers});
  CHECK(differences(with({}), with({false, 1})) == Words{kSentDiffers});
  CHECK(differences(with({false, 2}), with({false, 1})) == Words{kSentDiffers});
}

TEST_CASE("an amount that is written otherwise is the same content, and is sent otherwise") {
  CHECK(after([](Approved& a) { a.file.input.rows[0].quantity = money("5"); }) == Words{kSentDiffers});
}

TEST_CASE("a reference or a currency that changes is content that changes") {
  CHECK(after([](Approved& a) { a.file.input.references[0] = "L2"; }) == Words{kContentDiffers});
  CHECK(after([](Approved& a) { a.file.input.currencies[0] = "EUR"; }) == Words{kContentDiffers});
}

TEST_CASE("the refusal says in what the plan is another one") {
  Approved other;
  other.options.max_items = 1;
  const auto refusal = refuse_other_plan(Approved().digest(), other.digest());
  REQUIRE(refusal);
  CHECK(refusal->name == "approval-differs");
  CHECK(refusal->text == "this is not the plan that was approved; other than approved: " + kSentDiffers);
}

TEST_CASE("digests whose short parts agree are still other digests") {
  PlanDigest other = Approved().digest();
  other.all.back() = other.all.back() == '0' ? '1' : '0';
  CHECK(refuse_other_plan(Approved().digest(), other));
}

TEST_CASE("no other text is a digest") {
  const std::string text = text_of(Approved().digest());
  for (std::size_t cut = 0; cut < text.size(); ++cut) CHECK_FALSE(read_plan_digest(text.substr(0, cut)));
  CHECK_FALSE(read_plan_digest(text + "0"));
  CHECK_FALSE(read_plan_digest(text + "-"));
  for (const char bad : {'G', 'A', ' ', '-', 'x'}) {
    std::string wrong = text;
    wrong[3] = bad;
    CHECK_FALSE(read_plan_digest(wrong));
  }
  std::string joined = text;
  joined[8] = '0';
  CHECK_FALSE(read_plan_digest(joined));
}

}  // namespace usage

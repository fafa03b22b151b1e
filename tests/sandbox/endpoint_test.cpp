#include "sandbox/endpoint.h"

#include <doctest/doctest.h>

#include <string>

#include "sandbox_folder.h"
#include "usage/base/error.h"

using namespace usage::sandbox;

namespace {

const std::string kInstallation = "XE00000000000000000000000000000abc";
const std::string kBody = R"({"billable_items":[{"sid":"BIa","quantity":12.50}]})";

class FixedClock final : public usage::Clock {
 public:
  usage::WallTime wall_now() const override { return usage::WallTime{std::chrono::seconds(1'700'000'000)}; }
  usage::SteadyTime steady_now() const override { return {}; }
};

RequestHead head_for(const std::string& installation) {
  return {"POST",
          "/v1/InstalledAddOns/" + installation + "/Usage",
          "HTTP/1.1",
          {{"Host", "localhost"},
           {"Authorization", "Basic QUMxOnNlY3JldA=="},  // AC1:secret
           {"Content-Type", "application/json"},
           {"Content-Length", "52"}}};
}

struct Fixture {
  explicit Fixture(const std::string& scenario, std::optional<BasicCredentials> credentials = std::nullopt)
      : endpoint({parse_scenario(scenario, "s.json"), 5, std::move(credentials)}, Journal(folder.file("j")), clock) {}

  Answer request() { return endpoint.finish(endpoint.begin(head_for(kInstallation), {1, ++requests}), kBody); }

  SandboxFolder folder;
  FixedClock clock;
  Endpoint endpoint;
  std::uint64_t requests = 0;
};

}  // namespace

TEST_CASE("the journal's line has every field, on disk before the answer is given") {
  Fixture fixture(R"({"default":{"faults":["ok","close_after_billing","503"]}})");
  const Answer answer = fixture.request();
  const std::string id = answer.reply.headers.at(0).second;
  CHECK(answer.reply.headers.at(0).first == "Twilio-Request-Id");
  CHECK(id.size() == 34);
  CHECK(fixture.folder.lines("j").at(0) ==
        R"({"n":1,"time":"2023-11-14T22:13:20.000Z","connection":1,"request_on_connection":1,"installation":")" +
            kInstallation + R"(","request_id":")" + id +
            R"(","fault":"ok","status":202,"billed":[{"sid":"BIa","quantity":"12.50"}],"violation":null})");
  fixture.request();
  CHECK(fixture.folder.lines("j").at(1).ends_with(
      R"("fault":"close_after_billing","status":null,"billed":[{"sid":"BIa","quantity":"12.50"}],"violation":null})"));
  fixture.request();
  CHECK(fixture.folder.lines("j").at(2).ends_with(R"("fault":"503","status":503,"billed":[],"violation":null})"));
}

TEST_CASE("a request that breaks the contract is answered, journaled and not billed, and its head takes no turn") {
  Fixture fixture(R"({"default":{"faults":["409"]}})");
  RequestHead head = head_for(kInstallation);
  head.headers.pop_back();
  CHECK(fixture.endpoint.finish(fixture.endpoint.begin(head, {1, 1}), kBody).reply.status == 411);
  CHECK(fixture.folder.lines("j").at(0).ends_with(
      R"("fault":"contract_violation","status":411,"billed":[],"violation":"Content-Length: one header is needed"})"));
  CHECK(fixture.request().reply.status == 409);
}

TEST_CASE("a wrong body is a violation whatever fault was due") {
  Fixture fixture(R"({"default":{"faults":["close_after_billing"]}})");
  const Answer answer = fixture.endpoint.finish(fixture.endpoint.begin(head_for(kInstallation), {1, 1}), "{}");
  CHECK(answer.reply.status == 400);
  CHECK(answer.fault.wire == WireFault::kNone);
  CHECK(fixture.folder.lines("j").at(0).find(R"("billed":[],"violation":"body: )") != std::string::npos);
}

TEST_CASE("one request too many at once is refused with 20429, takes no turn, and a seat can be taken again") {
  Fixture fixture(R"({"default":{"faults":["ok","409"]},"concurrency_limit":2})");
  Call first = fixture.endpoint.begin(head_for(kInstallation), {1, 1});
  Call second = fixture.endpoint.begin(head_for(kInstallation), {2, 1});
  const Answer refused = fixture.endpoint.finish(fixture.endpoint.begin(head_for(kInstallation), {3, 1}), kBody);
  CHECK(refused.reply.status == 429);
  CHECK(refused.reply.body.find("20429") != std::string::npos);
  CHECK(fixture.folder.lines("j").at(0).find(R"("over_concurrency_limit","status":429,"billed":[])") !=
        std::string::npos);
  CHECK(first.fault.name == "ok");
  CHECK(second.fault.name == "409");
  first.seat.leave();
  CHECK(fixture.request().reply.status == 202);
  CHECK(fixture.request().reply.status == 202);  // the seat of the answer before was given up with its end
}

TEST_CASE("wrong credentials get 401 without being a violation, right ones get in") {
  Fixture wrong("{}", BasicCredentials{"AC1", "other"});
  CHECK(wrong.request().reply.status == 401);
  CHECK(
      wrong.folder.lines("j").at(0).ends_with(R"("fault":"unauthorized","status":401,"billed":[],"violation":null})"));
  Fixture right("{}", BasicCredentials{"AC1", "secret"});
  CHECK(right.request().reply.status == 202);
}

TEST_CASE("a journal that cannot be opened or written stops the billing") {
  CHECK_THROWS_AS(Journal("/nonexistent/folder/j"), usage::UsageError);
  FixedClock clock;
  Endpoint endpoint({}, Journal("/dev/full"), clock);
  CHECK_THROWS_AS(endpoint.finish(endpoint.begin(head_for(kInstallation), {1, 1}), kBody), std::system_error);
}

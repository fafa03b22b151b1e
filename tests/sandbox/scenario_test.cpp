#include "sandbox/scenario.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "sandbox/fault_table.h"
#include "usage/base/error.h"

using namespace usage::sandbox;

namespace {

const std::string kNamed = "XE00000000000000000000000000000abc";
const std::string kNamedInCapitals = "XE00000000000000000000000000000ABC";
const std::string kOther = "XE00000000000000000000000000000def";

std::vector<std::string> names(const Scenario& scenario, const std::string& installation, std::uint64_t count) {
  std::vector<std::string> chosen;
  for (std::uint64_t nth = 0; nth < count; ++nth) {
    chosen.push_back(choose_fault(scenario, 7, installation, nth).name);
  }
  return chosen;
}

std::string refusal(const std::string& text) {
  try {
    parse_scenario(text, "s.json");
  } catch (const usage::UsageError& error) {
    CHECK(static_cast<int>(error.status()) == 2);
    return std::string(error.what()) + "; " + error.remedy();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a named installation gets its faults in turn, then ok for ever, in any letter case") {
  const Scenario scenario =
      parse_scenario(R"({"installations":{")" + kNamed + R"(":{"faults":["429",{"fault":"503"},"close_after_billing"]}},
          "chance":[{"fault":"404","probability":1}]})",
                     "s.json");
  const std::vector<std::string> expected{"429", "503", "close_after_billing", "ok", "ok"};
  CHECK(names(scenario, kNamed, 5) == expected);
  CHECK(names(scenario, kNamedInCapitals, 5) == expected);
  CHECK(names(scenario, kOther, 2) == std::vector<std::string>{"404", "404"});
}

TEST_CASE("the last fault can be repeated") {
  const Scenario scenario =
      parse_scenario(R"({"installations":{")" + kNamed + R"(":{"faults":["ok","429"],"repeat_last":true}}})", "s.json");
  CHECK(names(scenario, kNamed, 4) == std::vector<std::string>{"ok", "429", "429", "429"});
}

TEST_CASE("installations without a name get the default's faults, then those by chance") {
  const Scenario scenario =
      parse_scenario(R"({"default":{"faults":["slow","503"]},"chance":[{"fault":"409","probability":"1"}]})", "s.json");
  CHECK(names(scenario, kOther, 4) == std::vector<std::string>{"slow", "503", "409", "409"});
}

TEST_CASE("parameters reach the fault") {
  const Scenario scenario = parse_scenario(R"({"default":{"faults":[
      {"fault":"429","retry_after":"2","body":"html","message":"=1+1"},
      {"fault":"503","retry_after_date_s":30,"delay_ms":40},
      {"fault":"status","status":418,"billed":true},
      {"fault":"not_submitted","items":[0,2]},
      {"fault":"slow_body","byte_delay_ms":"3"},
      {"fault":"no_reply","hold_ms":9},
      {"fault":"huge_body","bytes":77}, "slow"]},"concurrency_limit":20,"latency_ms":5})",
                                           "s.json");
  const auto& faults = scenario.otherwise.faults;
  CHECK(faults[0].retry_after == "2");
  CHECK(faults[0].error_body == ErrorBody::kHtml);
  CHECK(faults[0].message == "=1+1");
  CHECK(faults[1].retry_after_date == std::chrono::seconds(30));
  CHECK(faults[1].delay == std::chrono::milliseconds(40));
  CHECK(faults[2].status == 418);
  CHECK(faults[2].billing == Billing::kBilled);
  CHECK(faults[3].items == std::vector<std::uint64_t>{0, 2});
  CHECK(faults[4].byte_delay == std::chrono::milliseconds(3));
  CHECK(faults[5].hold == std::chrono::milliseconds(9));
  CHECK(faults[6].amount == 77);
  CHECK(faults[7].delay == std::chrono::milliseconds(1000));
  CHECK(scenario.concurrency_limit == 20);
  CHECK(scenario.latency == std::chrono::milliseconds(5));
}

TEST_CASE("what a scenario may not say is refused with what it may") {
  CHECK(contains(refusal(R"({"default":{"faults":["quux"]}})"), "unknown fault \"quux\"; known: STATUS"));
  CHECK(contains(refusal(R"({"default":{"faults":["quux"]}})"), "close_after_billing"));
  CHECK(contains(refusal(R"({"defaults":{}})"), "unknown member \"defaults\"; known here: default, installations"));
  CHECK(contains(refusal(R"({"default":{"faults":[{"fault":"ok","retry_after":"2"}]}})"), "unknown member"));
  CHECK(contains(refusal(R"({"default":{"faults":[{"fault":"503","status":200}]}})"), "unknown member \"status\""));
  CHECK(contains(refusal(R"({"default":{"faults":[{"delay_ms":1}]}})"), "no fault is named"));
  CHECK(contains(refusal(R"({"default":{"faults":[{"fault":"slow","delay_ms":-1}]}})"), "not a whole number"));
  CHECK(contains(refusal(R"({"default":{"faults":[{"fault":"status"}]}})"), "no status is given"));
  CHECK(contains(refusal(R"({"installations":{"XE1":{"faults":[]}}})"), "no installation SID"));
  CHECK(contains(
      refusal(R"({"installations":{")" + kNamed + R"(":{"faults":[]},")" + kNamedInCapitals + R"(":{"faults":[]}}})"),
      "stands twice"));
  CHECK(contains(refusal(R"({"chance":[{"fault":"503","probability":"1.1"}]})"), "probability above 1"));
  CHECK(contains(refusal(R"({"chance":[{"fault":"503"}]})"), "no probability"));
  CHECK(contains(refusal(R"({"chance":[{"fault":"503","probability":0.6},{"fault":"404","probability":0.5}]})"),
                 "more than 1"));
  CHECK(contains(refusal("{"), "s.json: not JSON: byte 1"));
  CHECK(contains(refusal("[]"), "not an object"));
}

TEST_CASE("a status that promises that nothing was billed is never billed") {
  CHECK_FALSE(fault_named("429_after_billing"));
  CHECK_FALSE(fault_named("404_after_billing"));
  CHECK(contains(refusal(R"({"default":{"faults":[{"fault":"status","status":429,"billed":true}]}})"), "promises"));
  CHECK(fault_named("500_after_billing")->billing == Billing::kBilled);
  CHECK(fault_named("500_before_billing")->billing == Billing::kNotBilled);
  CHECK(fault_named("503")->billing == Billing::kNotBilled);
  for (const char* name : {"199", "600", "50", "5000", "500_after", "500 ", "", "-500"}) {
    CAPTURE(name);
    CHECK_FALSE(fault_named(name));
  }
}

TEST_CASE("every fault of the table stands in the list that people read, and is a fault by its name") {
  for (const FaultRow& row : fault_table()) {
    CAPTURE(row.name);
    CHECK(fault_named(row.name)->name == row.name);
    CHECK(contains(fault_list(), std::string(row.name) + " ("));
  }
}

TEST_CASE("chance depends on seed, installation and turn alone, and keeps to the probabilities") {
  const Scenario scenario = parse_scenario(
      R"({"chance":[{"fault":"503","probability":"0.2"},{"fault":"429","probability":"0.1"}]})", "s.json");
  std::map<std::string, int> counts;
  bool seeds_differ = false;
  bool installations_differ = false;
  for (std::uint64_t nth = 0; nth < 10'000; ++nth) {
    const std::string name = choose_fault(scenario, 1, kNamed, nth).name;
    ++counts[name];
    CHECK(name == choose_fault(scenario, 1, kNamedInCapitals, nth).name);
    seeds_differ |= name != choose_fault(scenario, 2, kNamed, nth).name;
    installations_differ |= name != choose_fault(scenario, 1, kOther, nth).name;
  }
  CHECK(seeds_differ);
  CHECK(installations_differ);
  // Five standard deviations on each side.
  CHECK(counts["503"] > 1800);
  CHECK(counts["503"] < 2200);
  CHECK(counts["429"] > 850);
  CHECK(counts["429"] < 1150);
  CHECK(counts["ok"] == 10'000 - counts["503"] - counts["429"]);
}

#include "sandbox/reply.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sandbox/error_reply.h"

using namespace usage::sandbox;

namespace {

const std::vector<UsageItem> kItems{{"BIa", "12.355"}, {"BIb", "0.10"}, {"BIa", "0.2"}};
const usage::WallTime kNow{std::chrono::seconds(1'700'000'000)};  // Tue, 14 Nov 2023 22:13:20 GMT

std::string body(const char* fault) {
  return compose_reply(*fault_named(fault), kItems, "/here", kNow).body;
}

std::string item(const char* sid, const char* quantity, const char* submitted) {
  return std::string(R"({"sid":")") + sid + R"(","quantity":)" + quantity + submitted + "}";
}

std::string reply_with(const std::string& total, const std::string& items) {
  return R"({"total_submitted":)" + total + R"(,"billable_items":[)" + items + "]}";
}

constexpr const char* kTrue = R"(,"submitted":true)";
const std::string kFirst = item("BIa", "12.355", kTrue);
const std::string kSecond = item("BIb", "0.10", kTrue);
const std::string kThird = item("BIa", "0.2", kTrue);
const std::string kAll = kFirst + "," + kSecond + "," + kThird;

}  // namespace

TEST_CASE("an ordinary reply names every item with its digits and the exact total") {
  CHECK(body("ok") == reply_with("12.655", kAll));
  CHECK(compose_reply(Fault{}, kItems, "/here", kNow).status == 202);
  CHECK(billed_items(Fault{}, kItems) == kItems);
}

TEST_CASE("distorted replies are distorted in the one way they are named for") {
  CHECK(body("items_reordered") == reply_with("12.655", kThird + "," + kSecond + "," + kFirst));
  CHECK(body("numbers_rounded") ==
        reply_with("12.66", item("BIa", "12.36", kTrue) + "," + item("BIb", "0.1", kTrue) + "," + kThird));
  CHECK(body("numbers_reformatted") ==
        reply_with("12.655", item("BIa", "12.355", kTrue) + "," + item("BIb", "0.100", kTrue) + "," +
                                 item("BIa", "0.20", kTrue)));
  CHECK(body("wrong_total") == reply_with("28.31", kAll));
  CHECK(body("no_total") == R"({"billable_items":[)" + kAll + "]}");
  CHECK(body("item_missing") == reply_with("12.655", kFirst + "," + kSecond));
  CHECK(body("item_extra") ==
        reply_with("12.655", kAll + "," + item("BIeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee", "1", kTrue)));
  CHECK(body("no_submitted_flag") == reply_with("12.655", kFirst + "," + kSecond + "," + item("BIa", "0.2", "")));
  CHECK(body("submitted_as_text") ==
        reply_with("12.655", kFirst + "," + kSecond + "," + item("BIa", "0.2", R"(,"submitted":"true")")));
  CHECK(body("other_quantity") == reply_with("12.655", item("BIa", "13.355", kTrue) + "," + kSecond + "," + kThird));
  CHECK(body("other_sid") == reply_with("12.655", item("BIffffffffffffffffffffffffffffffff", "12.355", kTrue) + "," +
                                                      kSecond + "," + kThird));
  const std::string whole = body("ok");
  CHECK(body("cut_json") == whole.substr(0, whole.size() / 2));
  CHECK(body("empty_body").empty());
  CHECK(body("nested_json") == std::string(100'000, '[') + std::string(100'000, ']'));
  CHECK(compose_reply(*fault_named("huge_body"), kItems, "/here", kNow).padding == 200'000'000);
  CHECK(compose_reply(*fault_named("many_headers"), kItems, "/here", kNow).headers.size() == 5'000);
}

TEST_CASE("numbers come back in other forms of the same value") {
  const Fault fault = *fault_named("numbers_reformatted");
  const std::string reply =
      compose_reply(fault, {{"BIa", "12.50"}, {"BIa", "12.50"}, {"BIa", "12.50"}}, "/here", kNow).body;
  CHECK(reply == reply_with("37.5", item("BIa", "12.500", kTrue) + "," + item("BIa", "12.5", kTrue) + "," +
                                        item("BIa", "1.25E1", kTrue)));
}

TEST_CASE("a total in doubles differs in the last digits as a double does") {
  const std::string reply =
      compose_reply(*fault_named("total_in_doubles"), {{"BIa", "0.1"}, {"BIa", "0.2"}}, "/here", kNow).body;
  CHECK(reply.starts_with(R"({"total_submitted":0.30000000000000004,)"));
}

TEST_CASE("items that are not submitted are neither billed nor in the total") {
  Fault fault = *fault_named("not_submitted");
  CHECK(billed_items(fault, kItems).empty());
  CHECK(compose_reply(fault, kItems, "/here", kNow).body.starts_with(R"({"total_submitted":0,)"));
  fault.items = {0, 2};
  CHECK(billed_items(fault, kItems) == std::vector<UsageItem>{{"BIb", "0.10"}});
  CHECK(compose_reply(fault, kItems, "/here", kNow).body ==
        reply_with("0.1", item("BIa", "12.355", R"(,"submitted":false)") + "," + kSecond + "," +
                              item("BIa", "0.2", R"(,"submitted":false)")));
}

TEST_CASE("a redirect points to the request itself") {
  const Reply reply = compose_reply(*fault_named("redirect"), kItems, "/v1/here", kNow);
  CHECK(reply.status == 307);
  CHECK(reply.headers.front() == std::pair<std::string, std::string>("Location", "/v1/here"));
  CHECK(billed_items(*fault_named("redirect"), kItems).empty());
  CHECK(billed_items(*fault_named("redirect_after_billing"), kItems) == kItems);
}

TEST_CASE("errors come in every form that is known of Twilio and of servers before it") {
  Fault fault = *fault_named("429");
  CHECK(
      compose_error(fault, kNow).body ==
      R"({"code":20429,"message":"Too Many Requests","more_info":"https://www.twilio.com/docs/errors/20429","status":429})");
  fault.message = "slow down";
  fault.error_body = ErrorBody::kHttpStatusCode;
  CHECK(compose_error(fault, kNow).body.ends_with(R"("httpStatusCode":429})"));
  fault.error_body = ErrorBody::kRfc9457;
  CHECK(compose_error(fault, kNow).content_type == "application/problem+json");
  CHECK(compose_error(fault, kNow).body.find(R"("title":"slow down","status":429)") != std::string::npos);
  fault.error_body = ErrorBody::kPlainText;
  CHECK(compose_error(fault, kNow).body == "slow down\n");
  fault.error_body = ErrorBody::kHtml;
  CHECK(compose_error(fault, kNow).body.starts_with("<html>"));
  fault.error_body = ErrorBody::kEmpty;
  CHECK(compose_error(fault, kNow).body.empty());
  CHECK(twilio_code(503) == 20503);
  CHECK(twilio_code(401) == 20003);
}

TEST_CASE("Retry-After comes in seconds or as a date") {
  Fault fault = *fault_named("429");
  CHECK(compose_error(fault, kNow).headers.empty());
  fault.retry_after = "2";
  CHECK(compose_error(fault, kNow).headers.front().second == "2");
  fault.retry_after.clear();
  fault.retry_after_date = std::chrono::seconds(40);
  CHECK(compose_error(fault, kNow).headers.front().second == "Tue, 14 Nov 2023 22:14:00 GMT");
}

#include "usage/marketplace/usage_api.h"

#include <doctest/doctest.h>

#include <random>
#include <stdexcept>

#include "support/seed.h"
#include "usage/base/text.h"

using namespace usage;

namespace {

BillableItem item(std::string sid, std::string_view quantity) {
  return {std::move(sid), std::get<Quantity>(Quantity::parse(quantity))};
}

// What the reader complains of; "none" where it does not.
std::string problem_of(std::string_view body) {
  const auto reply = parse_reply(body);
  const auto* problem = std::get_if<ReplyProblem>(&reply);
  return problem == nullptr ? "none" : problem->text;
}

bool is_json(std::string_view body) {
  const auto reply = parse_reply(body);
  const auto* problem = std::get_if<ReplyProblem>(&reply);
  return problem == nullptr || problem->kind == ReplyProblem::Kind::kOtherForm;
}

std::string with_items(std::string_view items) {
  return std::string(R"({"billable_items":[)").append(items).append("]}");
}

}  // namespace

TEST_CASE("the address names the installation as it first came") {
  CHECK(usage_url("https://h.example:8443/base", "XE0123456789ABCDEF0123456789abcdef") ==
        "https://h.example:8443/base/v1/InstalledAddOns/XE0123456789ABCDEF0123456789abcdef/Usage");
  CHECK(usage_url(kDefaultBaseUrl, "XE0123456789ABCDEF0123456789abcdef") ==
        "https://marketplace.twilio.com/v1/InstalledAddOns/XE0123456789ABCDEF0123456789abcdef/Usage");
}

TEST_CASE("no address is made of anything but an installation SID") {
  for (const std::string_view sid :
       {"", "..", "XE0123456789abcdef0123456789abcde/", "XE0123456789abcdef0123456789abcdef0"}) {
    CHECK_THROWS_AS(usage_url(kDefaultBaseUrl, sid), std::invalid_argument);
  }
}

TEST_CASE("the body has the file's digits as numbers, and equal items twice") {
  const std::vector<BillableItem> items = {item("BIa", "12.355"), item("BIb", "44.00"), item("BIb", "44.00"),
                                           item("BI\"\\c", "999999999999.999"), item("BId", "0.0000001")};
  CHECK(usage_body(items) == R"({"billable_items":[{"sid":"BIa","quantity":12.355},{"sid":"BIb","quantity":44.00},)"
                             R"({"sid":"BIb","quantity":44.00},{"sid":"BI\"\\c","quantity":999999999999.999},)"
                             R"({"sid":"BId","quantity":0.0000001}]})");
}

TEST_CASE("a body read back as a reply has the same SIDs and digits") {
  const std::vector<BillableItem> items = {item("BIa", "0.001"), item("BI\t\xC3\xA9", "7.10")};
  std::string body = usage_body(items);
  for (std::size_t at = 0; (at = body.find('}', at)) != std::string::npos && body[at + 1] != '\0'; at += 20) {
    if (body[at - 1] != ']') body.insert(at, R"(,"submitted":true)");
  }
  const auto reply = std::get<UsageReply>(parse_reply(body));
  REQUIRE(reply.items.size() == 2);
  CHECK(reply.items[0].sid == "BIa");
  CHECK(reply.items[0].quantity == "0.001");
  CHECK(reply.items[1].sid == "BI\t\xC3\xA9");
  CHECK(reply.items[1].quantity == "7.10");
}

TEST_CASE("the published example is read, blanks and unknown members included") {
  const auto reply = std::get<UsageReply>(parse_reply(R"(
    { "meta": {"billable_items": [1], "total_submitted": "x", "deep": [[{"sid": 1}]]},
      "total_submitted": 44.02,
      "billable_items": [
        {"sid": "BIaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "quantity": 12.355, "submitted": false, "note": {"sid": 3}},
        {"submitted": true, "quantity": 4.402E1, "extra": [{"quantity": null}], "sid": "BIbb"}
      ], "after": null } )"));
  CHECK(reply.total_submitted == "44.02");
  REQUIRE(reply.items.size() == 2);
  CHECK(reply.items[0].sid == "BIaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  CHECK(reply.items[0].quantity == "12.355");
  CHECK_FALSE(reply.items[0].submitted);
  CHECK(reply.items[1].sid == "BIbb");
  CHECK(reply.items[1].quantity == "4.402E1");
  CHECK(reply.items[1].submitted);
}

TEST_CASE("total_submitted may be missing or null, but not of another type") {
  CHECK(std::get<UsageReply>(parse_reply(R"({"billable_items":[]})")).total_submitted.empty());
  CHECK(std::get<UsageReply>(parse_reply(R"({"billable_items":[],"total_submitted":null})")).total_submitted.empty());
  for (const std::string_view total : {R"("44.02")", "true", "[]", "{}"}) {
    const auto body = std::string(R"({"billable_items":[],"total_submitted":)").append(total) + "}";
    CHECK(problem_of(body) == "total_submitted is not a number");
  }
  CHECK(problem_of(R"({"total_submitted":1,"billable_items":[],"total_submitted":2})") ==
        "total_submitted stands twice");
}

TEST_CASE("a member missing, doubled or of another type is a problem that says where") {
  const std::string good = R"({"sid":"BI1","quantity":1,"submitted":true})";
  CHECK(problem_of(with_items(good)) == "none");
  CHECK(problem_of("[]") == "the reply is not a JSON object");
  CHECK(problem_of("7") == "the reply is not a JSON object");
  CHECK(problem_of("{}") == "the reply has no billable_items");
  CHECK(problem_of(R"({"billable_items":{}})") == "billable_items is not a list");
  CHECK(problem_of(R"({"billable_items":null})") == "billable_items is not a list");
  CHECK(problem_of(R"({"billable_items":[)" + good + R"(],"billable_items":[]})") == "billable_items stands twice");
  CHECK(problem_of(with_items("1")) == "item 1 of the reply: it is not an object");
  CHECK(problem_of(with_items(good + ",[]")) == "item 2 of the reply: it is not an object");
  const auto second = [&](std::string_view members) {
    return problem_of(with_items(good + ",{" + std::string(members) + "}"));
  };
  CHECK(second(R"("quantity":1,"submitted":true)") == "item 2 of the reply: sid is missing");
  CHECK(second(R"("sid":"a","submitted":true)") == "item 2 of the reply: quantity is missing");
  CHECK(second(R"("sid":"a","quantity":1)") == "item 2 of the reply: submitted is missing");
  CHECK(second(R"("sid":1,"quantity":1,"submitted":true)") == "item 2 of the reply: sid is not a string");
  CHECK(second(R"("sid":"a","quantity":"1","submitted":true)") == "item 2 of the reply: quantity is not a number");
  CHECK(second(R"("sid":"a","quantity":null,"submitted":true)") == "item 2 of the reply: quantity is not a number");
  CHECK(second(R"("sid":"a","quantity":1,"submitted":null)") == "item 2 of the reply: submitted is not true or false");
  CHECK(second(R"("sid":"a","quantity":1,"submitted":"true")") ==
        "item 2 of the reply: submitted is not true or false");
  CHECK(second(R"("sid":"a","quantity":1,"submitted":1)") == "item 2 of the reply: submitted is not true or false");
  CHECK(second(R"("sid":"a","sid":"a","quantity":1,"submitted":true)") == "item 2 of the reply: sid stands twice");
  CHECK(second(R"("sid":"a","quantity":1,"submitted":false,"submitted":true)") ==
        "item 2 of the reply: submitted stands twice");
}

TEST_CASE("what is not JSON is told from JSON of another form") {
  const std::string good = with_items(R"({"sid":"BI1","quantity":1,"submitted":true})");
  CHECK(is_json(good));
  CHECK(is_json("[]"));
  for (const std::string_view tail : {"x", "{}", ",", "]"}) CHECK_FALSE(is_json(good + std::string(tail)));
  CHECK_FALSE(is_json(""));
  CHECK_FALSE(is_json("<html>"));
  CHECK_FALSE(is_json(with_items(R"({"sid":"BI1","quantity":01,"submitted":true})")));
  CHECK_FALSE(is_json(with_items(R"({"sid":"BI1","quantity":NaN,"submitted":true})")));
  CHECK_FALSE(is_json(with_items(R"({"sid":"BI1","quantity":1,"submitted":true},)")));
  CHECK_FALSE(is_json(with_items("{\"sid\":\"BI\xFF\",\"quantity\":1,\"submitted\":true}")));
  CHECK_FALSE(is_json(with_items("{\"sid\":\"\xC0\x80\",\"quantity\":1,\"submitted\":true}")));
  CHECK_FALSE(is_json("\xEF\xBB\xBF" + good));
}

TEST_CASE("nothing after a NUL byte is overlooked") {
  const std::string good = with_items("");
  CHECK(problem_of(good + '\0') != "none");
  CHECK(problem_of(good + std::string("\0 and more", 10)) != "none");
}

TEST_CASE("an escaped NUL in a SID does not shorten it") {
  const auto reply =
      std::get<UsageReply>(parse_reply(with_items(R"({"sid":"a\u0000b","quantity":1,"submitted":true})")));
  CHECK(reply.items.front().sid == std::string("a\0b", 3));
}

TEST_CASE("an escape for half of a surrogate pair is no text, in a value or a name, whichever half it is") {
  for (const char* text : {R"(\udddd)", R"(\uDC00x)", R"(a\uDFFF)", R"(\uD800)", R"(\uDBFF)", R"(\uDC00\uD800)"}) {
    CAPTURE(text);
    CHECK_FALSE(is_json(with_items(R"({"sid":"BI)" + std::string(text) + R"(","quantity":1,"submitted":true})")));
    CHECK_FALSE(is_json(with_items(R"({")" + std::string(text) + R"(":0,"sid":"BI","quantity":1,"submitted":true})")));
    CHECK(parse_error_reply(R"({"code":1,"message":")" + std::string(text) + R"("})").message.empty());
  }
  CHECK(problem_of(R"({"a":"\udddd"})") ==
        "the reply is not valid JSON: at byte 13: Half of a surrogate pair in string.");
  for (const char* text : {R"(\uD83D\uDE00)", "\xED\x9F\xBF", R"(\uD7FF)", R"(\uE000)"}) {
    CAPTURE(text);
    CHECK(is_json(with_items(R"({"sid":"BI)" + std::string(text) + R"(","quantity":1,"submitted":true})")));
  }
}

TEST_CASE("a body cut within a character is read no further than its end") {
  // Long enough for a buffer of its own, whose end the address sanitizer guards.
  const std::string begin = R"({"billable_items":[{"sid":"BI)";
  for (const char* cut : {"\xC3", "\xE2", "\xE2\x82", "\xF0", "\xF0\x9F", "\xF0\x9F\x98", "\xE7"}) {
    CAPTURE(begin + cut);
    CHECK_FALSE(is_json(begin + cut));
    CHECK(parse_error_reply(begin + cut).message.empty());
  }
}

TEST_CASE("a million nested brackets do no harm") {
  constexpr std::size_t kDeep = 1'000'000;
  CHECK_FALSE(is_json(R"({"billable_items":[],"x":)" + std::string(kDeep, '[')));
  CHECK(problem_of(std::string(kDeep, '[') + std::string(kDeep, ']')) == "the reply is not a JSON object");
  const std::string nested = std::string(kDeep, '[') + std::string(kDeep, ']');
  CHECK(problem_of(R"({"billable_items":[],"x":)" + nested + "}") == "none");
  CHECK(parse_error_reply(R"({"code":7,"x":)" + nested + "}").code == "7");
}

TEST_CASE("a reply of other numbers than amounts is read, or refused, but not misread") {
  for (const std::string_view number : {"1e5", "-3", "0", "1E-400", "123456789012345678901234567890.5"}) {
    const auto body = with_items(R"({"sid":"a","quantity":)" + std::string(number) + R"(,"submitted":true})");
    const auto reply = parse_reply(body);
    if (const auto* read = std::get_if<UsageReply>(&reply)) CHECK(read->items.front().quantity == number);
  }
}

TEST_CASE("Twilio's error bodies are read in all their shapes") {
  const auto check = [](std::string_view body, std::string_view code, std::string_view message) {
    const ErrorReply reply = parse_error_reply(body);
    CHECK(reply.code == code);
    CHECK(reply.message == message);
  };
  check(R"({"code":20404,"message":"m1","more_info":"https://x","status":404})", "20404", "m1");
  check(R"({"code":"70002","httpStatusCode":403,"message":"m2","userError":true})", "70002", "m2");
  check(R"({"type":"about:blank","title":"t","status":400,"detail":"d"})", "", "t: d");
  check(R"({"title":"t3"})", "", "t3");
  check(R"({"detail":"d3","code":5})", "5", "d3");
  check(R"({"message":"m4","title":"t","detail":"d"})", "", "m4");
  check(R"({"code":null,"message":{"text":1},"nested":{"code":1,"message":"n"}})", "", "");
  for (const std::string_view body : {"", "<html>busy</html>", "null", "[]", "\"x\"", "{", R"({"code":1)"})
    check(body, "", "");
}

TEST_CASE("an error's code and message are cleaned and short") {
  const ErrorReply reply = parse_error_reply(R"({"code":")" + std::string(1000, '7') + R"(","message":"a\nb\u001b)" +
                                             std::string(1000, 'x') + "\"}");
  CHECK(reply.code.size() <= 40);
  CHECK(reply.message.size() <= 200);
  CHECK(reply.message.starts_with("a?b?xx"));
}

TEST_CASE("no bytes make the readers throw or read past the end") {
  std::mt19937_64 random(test::test_seed("usage_api"));
  const std::string good = with_items(
      R"({"sid":"BI\u00e9\"1","quantity":-1.5e+3,"submitted":true},{"sid":"b","quantity":0,"submitted":false})");
  constexpr std::string_view kSigns = "{}[]\",:\\u0019.eE+-tfn \x00\xff\xc3";
  for (int round = 0; round < 30'000; ++round) {
    std::string body = good;
    for (auto edits = random() % 4 + 1; edits > 0; --edits) {
      const auto at = random() % body.size();
      const char c = kSigns[random() % kSigns.size()];
      if (random() % 3 == 0) {
        body.insert(at, 1, c);
      } else if (random() % 2 == 0) {
        body[at] = c;
      } else {
        body.erase(at, random() % 5 + 1);
      }
      if (body.empty()) body = good;
    }
    const auto reply = parse_reply(body);
    if (std::holds_alternative<UsageReply>(reply)) CHECK(is_valid_utf8(body));
    parse_error_reply(body);
  }
}

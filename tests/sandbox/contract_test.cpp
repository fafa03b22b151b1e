#include "sandbox/contract.h"

#include <doctest/doctest.h>

#include <string>

#include "sandbox/json_value.h"

using namespace usage::sandbox;

namespace {

const std::string kInstallation = "XE0123456789abcdefABCDEF0123456789";

RequestHead good_head() {
  return {"POST",
          "/v1/InstalledAddOns/" + kInstallation + "/Usage",
          "HTTP/1.1",
          {{"Host", "localhost"},
           {"Authorization", "Basic QUMxOnNlY3JldA=="},  // AC1:secret
           {"Content-Type", "application/json"},
           {"Content-Length", "2"}}};
}

RequestHead with(const std::string& name, const std::string& value) {
  RequestHead head = good_head();
  for (auto& [key, held] : head.headers) {
    if (key == name) held = value;
  }
  return head;
}

RequestHead with_also(const std::string& name, const std::string& value) {
  RequestHead head = good_head();
  head.headers.emplace_back(name, value);
  return head;
}

RequestHead without(const std::string& name) {
  RequestHead head = good_head();
  std::erase_if(head.headers, [&](const auto& header) { return header.first == name; });
  return head;
}

int status_of(const RequestHead& head) {
  const auto violation = check_head(head);
  return violation ? violation->status : 0;
}

std::string reason_of(const std::string& body) {
  const auto checked = check_body(body);
  const auto* violation = std::get_if<Violation>(&checked);
  return violation != nullptr ? violation->message : "";
}

}  // namespace

TEST_CASE("a request as documented is right") {
  CHECK(status_of(good_head()) == 0);
  CHECK(status_of(with("Content-Type", "application/json; charset=UTF-8")) == 0);
  CHECK(credentials_of(good_head()).user == "AC1");
  CHECK(credentials_of(good_head()).secret == "secret");
  CHECK(installation_of(good_head().target) == kInstallation);
}

TEST_CASE("a wrong head is found out, each kind with its status") {
  CHECK(status_of(without("Authorization")) == 401);
  CHECK(status_of(with("Authorization", "Bearer QUMxOnNlY3JldA==")) == 401);
  CHECK(status_of(with("Authorization", "Basic QUMxOnNlY3JldA=")) == 401);   // not base64
  CHECK(status_of(with("Authorization", "Basic QUMx")) == 401);              // no colon
  CHECK(status_of(with("Authorization", "Basic VVMxOnNlY3JldA==")) == 401);  // US1:secret
  CHECK(status_of(with("Authorization", "Basic QUMxOg==")) == 401);          // no secret
  CHECK(status_of(with_also("authorization", "Basic QUMxOnNlY3JldA==")) == 401);
  CHECK(status_of(without("Content-Type")) == 415);
  CHECK(status_of(with("Content-Type", "text/json")) == 415);
  CHECK(status_of(without("Content-Length")) == 411);
  CHECK(status_of(with_also("Content-Length", "2")) == 411);
  CHECK(status_of(with_also("Transfer-Encoding", "chunked")) == 411);
  CHECK(status_of(with_also("Content-Encoding", "gzip")) == 415);
  CHECK(status_of(with_also("Expect", "100-continue")) == 417);
  CHECK(status_of(without("Host")) == 400);
}

TEST_CASE("a wrong request line is found out") {
  RequestHead head = good_head();
  head.method = "PUT";
  CHECK(status_of(head) == 405);
  head = good_head();
  head.version = "HTTP/1.0";
  CHECK(status_of(head) == 400);
  for (const std::string& target : std::vector<std::string>{
           "/", "/v1/InstalledAddOns/" + kInstallation + "/Usage?x=1",
           "/v1/InstalledAddOns/" + kInstallation + "/Usage/", "/v2/InstalledAddOns/" + kInstallation + "/Usage",
           "/v1/InstalledAddOns/xe0123456789abcdefABCDEF0123456789/Usage",
           "/v1/InstalledAddOns/XE0123456789abcdefABCDEF012345678g/Usage",
           "/v1/InstalledAddOns/XE0123456789abcdefABCDEF012345678/Usage"}) {
    CAPTURE(target);
    head = good_head();
    head.target = target;
    CHECK(status_of(head) == 404);
  }
}

TEST_CASE("a right body gives its items with the digits as sent") {
  const auto checked =
      check_body(R"({"billable_items":[{"sid":"BI1","quantity":12.50},{"quantity":1e2,"sid":"BI1"}]})");
  const auto& items = std::get<std::vector<UsageItem>>(checked);
  CHECK(items == std::vector<UsageItem>{{"BI1", "12.50"}, {"BI1", "1e2"}});
}

TEST_CASE("a wrong body is found out with the reason") {
  CHECK(reason_of("") != "");
  CHECK(reason_of("{") != "");
  CHECK(reason_of("[]") == "body: not an object");
  CHECK(reason_of(R"({"billable_items":[]})") == "billable_items: not a list with items");
  CHECK(reason_of(R"({"billable_items":{}})") == "billable_items: not a list with items");
  CHECK(reason_of(R"({})") == "body: must have billable_items, once, and no other member");
  CHECK(reason_of(R"({"billable_items":[{"sid":"a","quantity":1}],"total_submitted":1})") != "");
  CHECK(reason_of(R"({"billable_items":[{"sid":"a","quantity":1}],"billable_items":[]})") != "");
  CHECK(reason_of(R"({"billable_items":[{"sid":"a","quantity":1}]} x)") != "");
  CHECK(reason_of(std::string(R"({"billable_items":[{"sid":"a","quantity":1}]})") + '\0' + "x") != "");
  CHECK(reason_of("{\"billable_items\":[{\"sid\":\"\xff\",\"quantity\":1}]}") != "");
  CHECK(reason_of("\xEF\xBB\xBF{\"billable_items\":[{\"sid\":\"a\",\"quantity\":1}]}") != "");
}

TEST_CASE("a body cut within a character is read no further than its end") {
  const std::string begin = R"({"billable_items":[{"sid":"BI)";
  for (const char* cut : {"\xC3", "\xE2", "\xF0", "\xF0\x9F\x98"}) {
    CHECK(std::holds_alternative<std::string>(parse_json(begin + cut)));
  }
}

TEST_CASE("a wrong item is found out with its index") {
  const auto reason = [](const std::string& item) {
    return reason_of(R"({"billable_items":[{"sid":"a","quantity":1},)" + item + "]}");
  };
  CHECK(reason(R"({"sid":"b","quantity":0})") == "billable_items[1]: quantity is not above 0");
  CHECK(reason(R"({"sid":"b","quantity":0.000})") == "billable_items[1]: quantity is not above 0");
  CHECK(reason(R"({"sid":"b","quantity":-3})") == "billable_items[1]: quantity is not above 0");
  CHECK(reason(R"({"sid":"b","quantity":"12.5"})") == "billable_items[1]: quantity is not a number");
  CHECK(reason(R"({"sid":"b","quantity":null})") == "billable_items[1]: quantity is not a number");
  CHECK(reason(R"({"sid":"b"})") == "billable_items[1]: quantity is not a number");
  CHECK(reason(R"({"sid":"","quantity":1})") == "billable_items[1]: sid is not a text of at least one character");
  CHECK(reason(R"({"sid":7,"quantity":1})") == "billable_items[1]: sid is not a text of at least one character");
  CHECK(reason(R"({"sid":"b","quantity":1,"quantity":2})") == "billable_items[1]: \"quantity\" stands twice");
  CHECK(reason(R"({"sid":"b","quantity":1,"submitted":true})") == "billable_items[1]: unknown member \"submitted\"");
  CHECK(reason("3") == "billable_items[1]: not an object");
  CHECK(reason(std::string(100'000, '[')) != "");
}

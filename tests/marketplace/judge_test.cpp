#include "usage/marketplace/judge.h"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>

#include "support/seed.h"
#include "usage/base/text.h"
#include "usage/marketplace/outcome_name.h"

using namespace usage;

namespace {

const std::string kSid = "BI0123456789abcdef0123456789abcdef";

BillableItem item(std::string_view quantity) {
  return {kSid, std::get<Quantity>(Quantity::parse(quantity))};
}

const std::vector<BillableItem> kItems = {item("12.355"), item("44.02")};
const std::string kWholeBody = R"({"total_submitted":44.02,"billable_items":[{"sid":")" + kSid +
                               R"(","quantity":12.355,"submitted":false},{"sid":")" + kSid +
                               R"(","quantity":44.02,"submitted":true}]})";

// One issue, whole headers, whole body: tests take away from it.
Delivery delivered(int status, std::string body = kWholeBody) {
  Delivery delivery;
  delivery.times_issued = 1;
  delivery.headers_complete = true;
  delivery.body_complete = true;
  delivery.http_status = status;
  delivery.headers = "HTTP/1.1 " + std::to_string(status) + " X\r\nTwilio-Request-Id: RQ77\r\n\r\n";
  delivery.body = std::move(body);
  return delivery;
}

Delivery undelivered(unsigned times_issued, TransportFault fault) {
  Delivery delivery;
  delivery.times_issued = times_issued;
  delivery.fault = fault;
  delivery.fault_text = "the wire says no";
  return delivery;
}

AttemptOutcome judged(const Delivery& delivery) {
  return judge(delivery, kItems, On503::kUnknown);
}

// The table of the contract once more, in the order and with the words of its text: nothing here is taken from the
// code.
struct Row {
  int first;
  int last;
  Verdict with_body;
  Verdict without_body;
};
constexpr Row kTable[] = {
    {100, 199, Verdict::kUnknown, Verdict::kUnknown},  // not final
    {200, 201, Verdict::kUnknown, Verdict::kUnknown},
    {202, 202, Verdict::kAnswered, Verdict::kUnknown},
    {203, 299, Verdict::kUnknown, Verdict::kUnknown},
    {300, 399, Verdict::kUnknown, Verdict::kUnknown},
    {400, 400, Verdict::kRefused, Verdict::kRefused},
    {401, 401, Verdict::kStopRun, Verdict::kStopRun},
    {402, 402, Verdict::kUnknown, Verdict::kUnknown},
    {403, 406, Verdict::kRefused, Verdict::kRefused},
    {407, 410, Verdict::kUnknown, Verdict::kUnknown},
    {411, 411, Verdict::kRefused, Verdict::kRefused},
    {412, 412, Verdict::kUnknown, Verdict::kUnknown},
    {413, 415, Verdict::kRefused, Verdict::kRefused},
    {416, 420, Verdict::kUnknown, Verdict::kUnknown},
    {421, 421, Verdict::kNotProcessed, Verdict::kNotProcessed},
    {422, 422, Verdict::kRefused, Verdict::kRefused},
    {423, 424, Verdict::kUnknown, Verdict::kUnknown},
    {425, 425, Verdict::kNotProcessed, Verdict::kNotProcessed},
    {426, 428, Verdict::kUnknown, Verdict::kUnknown},
    {429, 429, Verdict::kNotProcessed, Verdict::kNotProcessed},
    {430, 430, Verdict::kUnknown, Verdict::kUnknown},
    {431, 431, Verdict::kRefused, Verdict::kRefused},
    {432, 599, Verdict::kUnknown, Verdict::kUnknown},
};

Verdict expected_verdict(int status, unsigned issued, bool header, bool body, On503 on_503) {
  if (issued == 0) return header ? Verdict::kUnknown : Verdict::kNotProcessed;
  if (issued > 1 || !header) return Verdict::kUnknown;
  if (status == 503 && on_503 == On503::kRetry) return Verdict::kNotProcessed;
  for (const Row& row : kTable) {
    if (status >= row.first && status <= row.last) return body ? row.with_body : row.without_body;
  }
  return Verdict::kUnknown;
}

constexpr TransportFault kFaults[] = {
    TransportFault::kNone,           TransportFault::kUnreachable,        TransportFault::kProxyRefused,
    TransportFault::kBadCertificate, TransportFault::kLocalConfiguration, TransportFault::kTimeout,
    TransportFault::kConnectionLost, TransportFault::kResendPrevented,    TransportFault::kReplyTooLarge,
    TransportFault::kMalformedReply, TransportFault::kReplyTooEarly};

}  // namespace

TEST_CASE(
    "every status from 100 to 599, issued 0 to 2 times, with and without headers and body, ends as the table says") {
  int proven = 0;
  for (int status = 100; status <= 599; ++status) {
    for (unsigned issued = 0; issued <= 2; ++issued) {
      for (const bool header : {false, true}) {
        for (const bool body : {false, true}) {
          for (const On503 on_503 : {On503::kUnknown, On503::kRetry}) {
            Delivery delivery = delivered(status);
            delivery.times_issued = issued;
            delivery.headers_complete = header;
            delivery.body_complete = body;
            const AttemptOutcome outcome = judge(delivery, kItems, on_503);
            CAPTURE(status);
            CAPTURE(issued);
            CAPTURE(header);
            CAPTURE(body);
            CHECK(outcome.verdict == expected_verdict(status, issued, header, body, on_503));
            CHECK_FALSE(outcome.name.empty());
            CHECK_FALSE(outcome.reason.empty());
            CHECK((outcome.verdict == Verdict::kNotProcessed) == (outcome.cause != NotProcessedCause::kNone));
            CHECK((outcome.verdict == Verdict::kStopRun) == (outcome.stop != StopCause::kNone));
            CHECK(outcome.submitted.size() == (outcome.verdict == Verdict::kAnswered ? kItems.size() : 0));
            if (outcome.verdict != Verdict::kUnknown) ++proven;
          }
        }
      }
    }
  }
  // Refusals 11, 421, 425, 429 and 401, each with and without body and for both waivers; 202 with body; 503 waived;
  // and all that was never issued.
  CHECK(proven == (11 + 3 + 1) * 2 * 2 + 2 + 2 + 500 * 2 * 2);
}

TEST_CASE("without a whole header an issued request is in doubt, whatever the fault and the status say") {
  for (const TransportFault fault : kFaults) {
    for (const unsigned issued : {1U, 2U, 5U}) {
      for (const int status : {0, 202, 400, 401, 429}) {
        for (const int connect_status : {0, 200, 407, 502}) {
          Delivery delivery = undelivered(issued, fault);
          delivery.http_status = status;
          delivery.connect_status = connect_status;
          CHECK(judged(delivery).verdict == Verdict::kUnknown);
        }
      }
    }
  }
}

TEST_CASE("a 202 with whole headers but any fault of the transfer is in doubt") {
  for (const TransportFault fault : kFaults) {
    if (fault == TransportFault::kNone) continue;
    Delivery delivery = delivered(202);
    delivery.fault = fault;
    CHECK(judged(delivery).verdict == Verdict::kUnknown);
  }
}

TEST_CASE("a 429 with whole headers is proof, also where its body is cut, unless the request was issued again") {
  for (const TransportFault fault : kFaults) {
    Delivery delivery = delivered(429, R"({"code":204)");
    delivery.body_complete = false;
    delivery.fault = fault;
    const bool again = fault == TransportFault::kResendPrevented;
    CHECK(judged(delivery).verdict == (again ? Verdict::kUnknown : Verdict::kNotProcessed));
  }
}

TEST_CASE("what was never issued is not sent; certificate and local configuration stop the run") {
  for (const TransportFault fault : kFaults) {
    const AttemptOutcome outcome = judged(undelivered(0, fault));
    CAPTURE(outcome.name);
    if (fault == TransportFault::kBadCertificate) {
      CHECK(outcome.stop == StopCause::kCertificate);
      CHECK(outcome.name == "certificate");
    } else if (fault == TransportFault::kLocalConfiguration) {
      CHECK(outcome.stop == StopCause::kLocalConfiguration);
      CHECK(outcome.name == "local-configuration");
    } else {
      CHECK(outcome.verdict == Verdict::kNotProcessed);
      CHECK(outcome.cause == NotProcessedCause::kNeverSent);
      CHECK(outcome.name == (fault == TransportFault::kProxyRefused ? "proxy-refused" : "never-sent"));
    }
    CHECK(outcome.reason.find("the wire says no") != std::string::npos);
  }
}

TEST_CASE("a proxy's refusal of the CONNECT is not sent, and its 407 stops the run") {
  for (int status = 100; status <= 599; ++status) {
    Delivery delivery = undelivered(0, TransportFault::kUnreachable);
    delivery.connect_status = status;
    const AttemptOutcome outcome = judged(delivery);
    CAPTURE(status);
    if (status == 407) {
      CHECK(outcome.verdict == Verdict::kStopRun);
      CHECK(outcome.stop == StopCause::kProxyCredentials);
      CHECK(outcome.name == "proxy-credentials-refused");
    } else {
      CHECK(outcome.verdict == Verdict::kNotProcessed);
      CHECK(outcome.cause == NotProcessedCause::kNeverSent);
      CHECK(outcome.name == (status / 100 == 2 ? "never-sent" : "proxy-refused"));
    }
  }
}

TEST_CASE("behind a proxy that let us through, a bad certificate still stops the run") {
  Delivery delivery = undelivered(0, TransportFault::kBadCertificate);
  delivery.connect_status = 200;
  CHECK(judged(delivery).stop == StopCause::kCertificate);
}

TEST_CASE("a proxy's refusal proves nothing about what was issued on an older connection before") {
  Delivery delivery = undelivered(1, TransportFault::kProxyRefused);
  delivery.connect_status = 407;
  CHECK(judged(delivery).verdict == Verdict::kUnknown);
}

TEST_CASE("a 407 of the endpoint itself is in doubt") {
  CHECK(judged(delivered(407)).verdict == Verdict::kUnknown);
}

TEST_CASE("statuses outside of HTTP's range prove nothing") {
  for (const int status : {-1, 0, 1, 99, 600, 999, 2020, 4290}) {
    CAPTURE(status);
    CHECK(judged(delivered(status)).verdict == Verdict::kUnknown);
    CHECK(judged(delivered(status)).name == "reply-malformed");
  }
}

TEST_CASE("an accepted reply says for each item whether it was submitted") {
  const AttemptOutcome outcome = judged(delivered(202));
  CHECK(outcome.verdict == Verdict::kAnswered);
  CHECK(outcome.submitted == std::vector<bool>{false, true});
  CHECK(outcome.name == "accepted");
  CHECK(outcome.reason == "answered: 1 of 2 items not submitted");
  CHECK(outcome.http_status == 202);
  CHECK(outcome.twilio_request_id == "RQ77");
  CHECK(outcome.error_code.empty());
  CHECK(outcome.warnings.empty());
}

TEST_CASE("an accepted reply cut at any byte is in doubt, also where the transfer claims to be complete") {
  for (std::size_t size = 0; size < kWholeBody.size(); ++size) {
    const AttemptOutcome outcome = judged(delivered(202, kWholeBody.substr(0, size)));
    CHECK(outcome.verdict == Verdict::kUnknown);
    CHECK(outcome.name == "reply-not-json");
  }
}

TEST_CASE("each doubt has its own name") {
  const auto name = [](Delivery delivery) { return judged(delivery).name; };
  Delivery cut = delivered(202);
  cut.body_complete = false;
  cut.fault = TransportFault::kTimeout;
  CHECK(name(cut) == outcome_name::kReplyCut);
  Delivery large = delivered(202);
  large.fault = TransportFault::kReplyTooLarge;
  CHECK(name(large) == outcome_name::kReplyTooLarge);
  large.fault = TransportFault::kReplyTooEarly;
  CHECK(name(large) == outcome_name::kReplyMismatch);
  CHECK(name(delivered(202, "<html>")) == outcome_name::kReplyNotJson);
  CHECK(name(delivered(202, "{}")) == outcome_name::kReplyMismatch);
  CHECK(name(delivered(202, R"({"billable_items":[]})")) == outcome_name::kReplyMismatch);
  CHECK(name(delivered(200)) == "http-200");
  CHECK(name(delivered(307)) == outcome_name::kRedirect);
  CHECK(name(delivered(409)) == "http-409");
  CHECK(name(delivered(500)) == outcome_name::kServerError);
  CHECK(name(delivered(503)) == outcome_name::kServiceUnavailable);
  CHECK(name(undelivered(1, TransportFault::kTimeout)) == outcome_name::kTimeout);
  CHECK(name(undelivered(1, TransportFault::kConnectionLost)) == outcome_name::kNoReply);
  CHECK(name(undelivered(1, TransportFault::kMalformedReply)) == outcome_name::kReplyMalformed);
  CHECK(name(undelivered(2, TransportFault::kConnectionLost)) == outcome_name::kResendPrevented);
  Delivery contradiction = delivered(202);
  contradiction.times_issued = 0;
  CHECK(name(contradiction) == outcome_name::kContradiction);
}

TEST_CASE("each proof has its own name and cause") {
  CHECK(judged(delivered(404)).name == "http-404");
  CHECK(judged(delivered(401)).name == outcome_name::kCredentialsRefused);
  CHECK(judged(delivered(401)).stop == StopCause::kCredentials);
  CHECK(judged(delivered(421)).name == outcome_name::kMisdirected);
  CHECK(judged(delivered(421)).cause == NotProcessedCause::kMisdirected);
  CHECK(judged(delivered(425)).name == outcome_name::kTooEarly);
  CHECK(judged(delivered(425)).cause == NotProcessedCause::kMisdirected);
  CHECK(judged(delivered(429)).name == outcome_name::kRateLimited);
  CHECK(judged(delivered(429)).cause == NotProcessedCause::kRateLimited);
}

TEST_CASE("--retry-503 takes a 503 as not processed and leaves a trace of the waiver") {
  const AttemptOutcome outcome = judge(delivered(503), kItems, On503::kRetry);
  CHECK(outcome.cause == NotProcessedCause::kServiceUnavailable);
  REQUIRE(outcome.warnings.size() == 1);
  CHECK(outcome.warnings.front().name == "retried-503");
  CHECK(judge(delivered(502), kItems, On503::kRetry).verdict == Verdict::kUnknown);
  CHECK(judge(delivered(504), kItems, On503::kRetry).verdict == Verdict::kUnknown);
}

TEST_CASE("a refusal carries Twilio's code and message, cleaned") {
  const AttemptOutcome outcome = judged(delivered(404, "{\"code\":20404,\"message\":\"not \\u0007 here\\u202e\"}"));
  CHECK(outcome.error_code == "20404");
  CHECK(outcome.reason == "HTTP 404, code 20404: not ? here?");
}

TEST_CASE("whatever the network says, names, reasons and ids are one clean line of bounded length") {
  const std::string hostile = std::string(5000, 'x') + "\r\n\x1b[31m\xff\xe2\x80\xae";
  Delivery refused = delivered(400, R"({"code":"a\u001b)" + std::string(900, 'c') + R"(","message":"\u0000\u202E)" +
                                        std::string(9000, 'm') + "\"}");
  refused.headers = "HTTP/1.1 400\r\nTwilio-Request-Id: \x1b[2J\xfe" + std::string(4000, 'i') + "\r\n\r\n";
  Delivery lost = undelivered(1, TransportFault::kConnectionLost);
  lost.fault_text = hostile;
  Delivery unsent = undelivered(0, TransportFault::kUnreachable);
  unsent.fault_text = hostile;
  Delivery other_items =
      delivered(202, R"({"billable_items":[{"sid":"\u001b\n)" + std::string(9000, 's') + R"(","quantity":1e)" +
                         std::string(200, '0') + R"(1,"submitted":true},{"sid":"","quantity":0,"submitted":true}]})");
  for (const Delivery& delivery : {refused, lost, unsent, other_items}) {
    const AttemptOutcome outcome = judged(delivery);
    for (const std::string& text : {outcome.reason, outcome.error_code, outcome.twilio_request_id, outcome.name}) {
      CHECK(text.size() <= 400);
      CHECK(clean_text(text) == text);
    }
  }
}

TEST_CASE("Retry-After is read from the reply, relative to its arrival") {
  Delivery delivery = delivered(429);
  delivery.ended_at = std::chrono::sys_days(std::chrono::year(2026) / 10 / 31) + std::chrono::hours(8);
  delivery.headers = "HTTP/1.1 429 Too Many\r\nRETRY-AFTER:  Sat, 31 Oct 2026 08:00:07 GMT \r\n\r\n";
  CHECK(judged(delivery).retry_after == std::chrono::seconds(7));
  delivery.headers = "HTTP/1.1 429 Too Many\r\nretry-after: 11\r\n\r\n";
  CHECK(judged(delivery).retry_after == std::chrono::seconds(11));
  delivery.headers = "HTTP/1.1 429 Too Many\r\n\r\n";
  CHECK(judged(delivery).retry_after == std::nullopt);
}

TEST_CASE("a Retry-After that is a date counts from the endpoint's own, where the reply tells it") {
  Delivery delivery = delivered(429);
  delivery.ended_at = std::chrono::sys_days(std::chrono::year(1963) / 1 / 1);  // this machine's clock is wrong
  const std::string until = "HTTP/1.1 429 Too Many\r\nRetry-After: Sat, 31 Oct 2026 08:00:07 GMT\r\n";
  delivery.headers = until + "Date: Sat, 31 Oct 2026 08:00:02 GMT\r\n\r\n";
  CHECK(judged(delivery).retry_after == std::chrono::seconds(5));
  delivery.ended_at = std::chrono::sys_days(std::chrono::year(2026) / 10 / 31) + std::chrono::hours(8);
  delivery.headers = until + "Date: yesterday\r\n\r\n";
  CHECK(judged(delivery).retry_after == std::chrono::seconds(7));
}

TEST_CASE("the endpoint's own count of requests is read where it is a count") {
  Delivery delivery = delivered(429);
  const auto counted = [&](const std::string& value) {
    delivery.headers = "HTTP/1.1 429 Too Many\r\ntwilio-concurrent-requests: " + value + "\r\n\r\n";
    return judged(delivery).concurrent_requests;
  };
  CHECK(counted("17") == 17U);
  for (const char* no : {"", "0", "-1", "+3", "1.5", "1 7", "many", "1000001", "99999999999999999999"})
    CHECK_FALSE(counted(no));
}

TEST_CASE("random deliveries never prove more than the table, and never throw") {
  std::mt19937_64 random(test::test_seed("judge"));
  const auto any = [&](unsigned count) { return static_cast<unsigned>(random() % count); };
  for (int round = 0; round < 20'000; ++round) {
    Delivery delivery = delivered(static_cast<int>(any(700)));
    if (any(2) == 0) delivery.http_status = 202;
    delivery.times_issued = any(4);
    delivery.headers_complete = any(2) == 0;
    delivery.body_complete = any(2) == 0;
    delivery.connect_status = any(3) == 0 ? static_cast<int>(any(600)) : 0;
    delivery.fault = kFaults[any(std::size(kFaults))];
    for (unsigned flips = any(3); flips > 0; --flips) {
      delivery.body[any(static_cast<unsigned>(delivery.body.size()))] = static_cast<char>(any(256));
    }
    const AttemptOutcome outcome = judged(delivery);
    const bool one_whole_header = delivery.times_issued == 1 && delivery.headers_complete;
    const bool never = delivery.times_issued == 0 && !delivery.headers_complete;
    if (outcome.verdict != Verdict::kUnknown) CHECK((one_whole_header || never));
    if (outcome.verdict == Verdict::kAnswered) {
      CHECK((one_whole_header && delivery.body_complete && delivery.http_status == 202));
      CHECK(delivery.fault == TransportFault::kNone);
    }
    if (never) CHECK(outcome.verdict != Verdict::kUnknown);
  }
}

// What the transport's tests have in common: credentials, an address, one attempt from start to end.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <optional>
#include <string>
#include <vector>

#include "usage/send/curl_transport.h"

namespace usage::test {

inline const std::string kSecret = "s3cr3t/Pa+ss:word";
inline const Credentials kCredentials{"AC00112233445566778899aabbccddeeff", "SKffeeddccbbaa99887766554433221100",
                                      kSecret};
// base64 of "SKffee...1100:s3cr3t/Pa+ss:word"
inline const std::string kAuthorization = "U0tmZmVlZGRjY2JiYWE5OTg4Nzc2NjU1NDQzMzIyMTEwMDpzM2NyM3QvUGErc3M6d29yZA==";
inline const std::string kPath = "/v1/InstalledAddOns/XE0123456789abcdef0123456789abcdef/Usage";
inline const std::string kBody = R"({"billable_items":[{"sid":"BI1","quantity":44.02}]})";
inline const std::string kReplyBody = R"({"total_submitted":44.02})";

inline std::string reply(const std::string& status, const std::string& body = kReplyBody,
                         const std::string& fields = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

// A transport with sensible options, and attempts numbered by itself.
class Poster {
 public:
  explicit Poster(CurlOptions options)
      : base_url_(options.base_url), transport_(std::move(options), kCredentials, clock_) {}

  AttemptId start(std::string body = kBody) {
    transport_.start(++last_attempt_, base_url_ + kPath, std::move(body));
    return last_attempt_;
  }
  // Waits for what is to end next.
  std::vector<FinishedTransfer> wait() { return transport_.poll(clock_.steady_now() + std::chrono::seconds(30)); }

  Delivery post(std::string body = kBody) {
    const AttemptId attempt = start(std::move(body));
    std::vector<FinishedTransfer> finished = wait();
    REQUIRE(finished.size() == 1);
    REQUIRE(finished[0].attempt == attempt);
    const Delivery delivery = finished[0].delivery;
    CHECK(delivery.fault_text.empty() == (delivery.fault == TransportFault::kNone));
    CHECK(delivery.fault_text.find(kSecret) == std::string::npos);
    CHECK(delivery.started_at <= delivery.ended_at);
    return delivery;
  }

  CurlTransport& transport() { return transport_; }
  const Clock& clock() const { return clock_; }

 private:
  SystemClock clock_;
  std::string base_url_;
  CurlTransport transport_;
  AttemptId last_attempt_ = 700;
};

inline CurlOptions options_for(const std::string& base_url) {
  CurlOptions options;
  options.base_url = base_url;
  return options;
}

// An environment variable, put back at the end of the test.
class ScopedEnvironment {
 public:
  ScopedEnvironment(const char* name, const std::string& value) : name_(name) {
    if (const char* before = ::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ScopedEnvironment(const ScopedEnvironment&) = delete;
  ScopedEnvironment& operator=(const ScopedEnvironment&) = delete;
  ~ScopedEnvironment() {
    if (before_) {
      ::setenv(name_, before_->c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace usage::test

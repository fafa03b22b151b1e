// The wire without a wire: a script says what each attempt's end is.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/fake_clock.h"
#include "usage/send/transport.h"

namespace usage::test {

// What was asked of the transport: the installation is the URL's last part but one.
struct Posted {
  AttemptId attempt = 0;
  std::string url;
  std::string installation;
  std::string body;
};

// Deliveries by a function of what was posted. A transfer takes `transfer_time`, or more by its number; poll() moves
// the clock to the first end, or to `until` where that comes before.
class FakeTransport final : public Transport {
 public:
  using Script = std::function<Delivery(const Posted&)>;
  FakeTransport(FakeClock& clock, Script script) : clock_(clock), script_(std::move(script)) {}

  std::function<void(const Posted&)> on_start;  // looks around at the moment of the start
  std::function<void()> on_poll;
  Duration transfer_time = std::chrono::milliseconds(20);

  void start(AttemptId attempt, const std::string& url, std::string body) override {
    const std::size_t end = url.rfind('/');
    const std::size_t begin = url.rfind('/', end - 1) + 1;
    posted.push_back({attempt, url, url.substr(begin, end - begin), std::move(body)});
    if (on_start) on_start(posted.back());
    under_way_.push_back({clock_.steady_now() + transfer_time, posted.back(), clock_.wall_now()});
    most_in_flight = std::max(most_in_flight, under_way_.size());
  }

  std::vector<FinishedTransfer> poll(SteadyTime until) override {
    if (on_poll) on_poll();
    if (!under_way_.empty()) until = std::min(until, under_way_.front().ends_at);
    if (until > clock_.steady_now()) clock_.advance(until - clock_.steady_now());
    std::vector<FinishedTransfer> finished;
    while (!under_way_.empty() && under_way_.front().ends_at <= clock_.steady_now()) {
      Delivery delivery = script_(under_way_.front().posted);
      delivery.started_at = under_way_.front().started_at;
      delivery.ended_at = clock_.wall_now();
      const Posted& posted_then = under_way_.front().posted;
      finished.push_back({posted_then.attempt, std::move(delivery), static_cast<int>(posted_then.attempt)});
      under_way_.erase(under_way_.begin());
    }
    return finished;
  }

  void leave_connection(int connection) override { left.push_back(connection); }

  std::size_t in_flight() const { return under_way_.size(); }
  std::vector<Posted> posted;  // all, in order
  std::size_t most_in_flight = 0;
  std::vector<int> left;  // connections, each with its attempt's number

 private:
  struct UnderWay {
    SteadyTime ends_at;
    Posted posted;
    WallTime started_at;
  };
  FakeClock& clock_;
  Script script_;
  std::vector<UnderWay> under_way_;  // in order of their ends, as all take the same time
};

inline Delivery reply(int status, std::string body = "{}") {
  Delivery delivery;
  delivery.times_issued = 1;
  delivery.headers_complete = true;
  delivery.body_complete = true;
  delivery.http_status = status;
  delivery.headers = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\n\r\n";
  delivery.body = std::move(body);
  return delivery;
}

// A 202 that repeats the body's items, the n-th of them (from 0) not submitted. It edits the text only: the body's
// items end in '}' and hold no other one.
inline Delivery accepted(const Posted& posted, int not_submitted = -1) {
  std::string body;
  int item = 0;
  const std::size_t end = posted.body.size() - 1;  // of the object around them
  for (std::size_t i = 0; i < posted.body.size(); ++i) {
    if (posted.body[i] == '}' && i != end)
      body += item++ == not_submitted ? ",\"submitted\":false" : ",\"submitted\":true";
    body += posted.body[i];
  }
  return reply(202, body);
}

inline Delivery never_sent(TransportFault fault = TransportFault::kUnreachable) {
  Delivery delivery;
  delivery.fault = fault;
  delivery.fault_text = "no connection";
  return delivery;
}

}  // namespace usage::test
